/**
 * For tests: ways to tamper with a log. Each changes a copy of the state and answers where somebody
 * who verifies must be pointed: texts one of which a problem must hold, for each place touched.
 */
import { canonicalJson } from '../canonical-json.ts';
import type { LogSigner } from '../log-key.ts';
import { signCheckpoint } from '../note.ts';
import { type RecordedRow, type StoredLeaf, subjectName } from '../recorded-log.ts';
import type { StoredCheckpoint } from '../store.ts';
import { hashLeaf } from '../tree.ts';
import type { LogState } from './memory-log.ts';

/** A changed log, and the places that must be named. */
export interface Tampered {
  readonly state: LogState;
  readonly places: readonly RegExp[];
}

/** Numbers from 0, drawn at random, by which a tampering chooses. */
export type Draw = (below: number) => number;

/** A way to tamper. */
export type Tampering = (state: LogState, draw: Draw, stranger: LogSigner) => Tampered;

const indexNamed = (index: number): RegExp => new RegExp(`\\bindex ${index}\\b`);
const checkpointNamed = (number: number): RegExp => new RegExp(`^checkpoint ${number}:`);
const named = (text: string): RegExp => new RegExp(text);

function pick<T>(all: readonly T[], draw: Draw): [T, number] {
  const at = draw(all.length);
  const one = all[at];
  if (one === undefined) throw new Error('nothing to tamper with');
  return [one, at];
}

const FLIPPABLE = /[0-9a-z]/;

/** The text with one letter or digit replaced by another. */
function flipText(text: string, draw: Draw): string {
  let at = draw(text.length);
  while (!FLIPPABLE.test(text.charAt(at))) at = (at + 1) % text.length;
  const next = text.charAt(at) === '7' ? '8' : '7';
  return text.slice(0, at) + next + text.slice(at + 1);
}

function flipByte(bytes: Uint8Array, draw: Draw): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const at = draw(changed.length);
  changed[at] = (changed[at] ?? 0) ^ (1 << draw(8));
  return changed;
}

/** Changes one element of one of the state's arrays. */
function change<K extends keyof LogState>(
  state: LogState,
  key: K,
  at: number,
  by: Partial<LogState[K][number]>,
): LogState {
  const changed = state[key].map((one, place) => (place === at ? { ...one, ...by } : one));
  return { ...state, [key]: changed };
}

function remove<K extends keyof LogState>(state: LogState, key: K, at: number): LogState {
  return { ...state, [key]: state[key].filter((_, place) => place !== at) };
}

const MONEY = ['waivedFen', 'toPayFen', 'fareFen', 'totalFen', 'skewSeconds'];

function changeRow(row: RecordedRow, draw: Draw, fields: readonly string[]): RecordedRow {
  const [field] = pick(fields, draw);
  const value = row.record[field];
  const other = typeof value === 'number' ? value + 1 + draw(500) : `${String(value)}7`;
  return { ...row, record: { ...row.record, [field]: other } };
}

const leafTamperings: Readonly<Record<string, Tampering>> = {
  'a body': (state, draw) => {
    const [leaf, at] = pick(state.leaves, draw);
    const body = flipText(leaf.body ?? '', draw);
    return { state: change(state, 'leaves', at, { body }), places: [named(`leaf ${leaf.leafId}`)] };
  },
  'the hash of a leaf': (state, draw) => {
    const [leaf, at] = pick(state.leaves, draw);
    const leafHash = flipByte(leaf.leafHash, draw);
    const places = [named(`leaf ${leaf.leafId}`)];
    return { state: change(state, 'leaves', at, { leafHash }), places };
  },
  'a body and its hash': (state, draw) => {
    const [leaf, at] = pick(state.leaves, draw);
    const body = flipText(leaf.body ?? '', draw);
    const leafHash = hashLeaf(body);
    const places = [named(`leaf ${leaf.leafId}`)];
    return { state: change(state, 'leaves', at, { body, leafHash }), places };
  },
  'the subject of a leaf': (state, draw) => {
    const [leaf, at] = pick(state.leaves, draw);
    const by = draw(2) === 0 ? { subjectId: flipText(leaf.subjectId, draw) } : { subject: 'grant' };
    const places = [named(`leaf ${leaf.leafId}`), named(subjectName(leaf))];
    return { state: change(state, 'leaves', at, by), places };
  },
  'a body that is gone, as if by schedule': (state, draw) => {
    const [leaf, at] = pick(state.leaves, draw);
    const deletionId = draw(2) === 0 ? null : flipText(leaf.leafId, draw);
    const without = change(state, 'leaves', at, { body: null, deletionId });
    const rows = state.rows.filter((row) => subjectName(row) !== subjectName(leaf));
    const places = [named(`leaf ${leaf.leafId}.*no deletion is recorded`)];
    return { state: { ...without, rows }, places };
  },
  'a leaf that is gone': (state, draw) => {
    const [leaf, at] = pick(state.leaves, draw);
    return { state: remove(state, 'leaves', at), places: [named(`^${subjectName(leaf)}:`)] };
  },
  'a leaf that was put in': (state, draw) => {
    const [leaf] = pick(state.leaves, draw);
    const forged: StoredLeaf = { ...leaf, leafId: flipText(leaf.leafId, draw) };
    if (state.leaves.some(({ leafId }) => leafId === forged.leafId)) return { state, places: [] };
    return {
      state: { ...state, leaves: [...state.leaves, forged] },
      places: [named(`leaves .*${forged.leafId}`)],
    };
  },
};

const treeTamperings: Readonly<Record<string, Tampering>> = {
  'the hash of an entry': (state, draw) => {
    const [entry, at] = pick(state.entries, draw);
    const leafHash = flipByte(entry.leafHash, draw);
    const places = [indexNamed(entry.treeIndex)];
    return { state: change(state, 'entries', at, { leafHash }), places };
  },
  'an index': (state, draw) => {
    const [entry, at] = pick(state.entries, draw);
    const treeIndex = state.entries.length + draw(1_000_000);
    const places = [indexNamed(entry.treeIndex), indexNamed(treeIndex)];
    return { state: change(state, 'entries', at, { treeIndex }), places };
  },
  'two that change places': (state, draw) => {
    const [one, first] = pick(state.entries, draw);
    const [other, second] = pick(state.entries, draw);
    if (first === second) return { state, places: [] };
    const { leafId, leafHash } = one;
    const half = change(state, 'entries', first, {
      leafId: other.leafId,
      leafHash: other.leafHash,
    });
    return {
      state: change(half, 'entries', second, { leafId, leafHash }),
      places: [indexNamed(one.treeIndex), indexNamed(other.treeIndex)],
    };
  },
  'two that change places, look-up and all': (state, draw) => {
    const size = state.checkpoints.at(-1)?.size ?? 0;
    const covered = state.entries.slice(0, size);
    const [one, first] = pick(covered, draw);
    const [other, second] = pick(covered, draw);
    if (first === second) return { state, places: [] };
    const moved = new Map([
      [one.leafId, other.treeIndex],
      [other.leafId, one.treeIndex],
    ]);
    const half = change(state, 'entries', first, { ...other, treeIndex: one.treeIndex });
    const whole = change(half, 'entries', second, { ...one, treeIndex: other.treeIndex });
    const places = state.places.map((place) => ({
      ...place,
      treeIndex: moved.get(place.leafId) ?? place.treeIndex,
    }));
    // Two under the same first checkpoint, or not: the lower one breaks the first root.
    const lowest = Math.min(one.treeIndex, other.treeIndex);
    return { state: { ...whole, places }, places: [rangeNamed(state, lowest)] };
  },
  'an entry that is gone': (state, draw) => {
    const [entry, at] = pick(state.entries, draw);
    return { state: remove(state, 'entries', at), places: [indexNamed(entry.treeIndex)] };
  },
  'leaf, entry and look-up gone together': (state, draw) => {
    const [{ leafId, treeIndex }] = pick(state.entries.slice(0, -1), draw);
    const isOther = (one: { readonly leafId: string }): boolean => one.leafId !== leafId;
    const { leaves, entries, places } = state;
    return {
      state: {
        ...state,
        leaves: leaves.filter(isOther),
        entries: entries.filter(isOther),
        places: places.filter(isOther),
      },
      places: [named(`^index ${treeIndex}: missing`), named('recorded, but no leaf')],
    };
  },
  'a look-up': (state, draw) => {
    const [place, at] = pick(state.places, draw);
    const treeIndex = place.treeIndex + 1 + draw(50);
    const places = [named(`leaf ${place.leafId}`), indexNamed(place.treeIndex)];
    return { state: change(state, 'places', at, { treeIndex }), places };
  },
  'a look-up that is gone': (state, draw) => {
    const [place, at] = pick(state.places, draw);
    return { state: remove(state, 'places', at), places: [indexNamed(place.treeIndex)] };
  },
  'body, hashes and row together': (state, draw) => {
    const size = state.checkpoints.at(-1)?.size ?? 0;
    const [entry, entryAt] = pick(state.entries.slice(0, size), draw);
    const leafAt = state.leaves.findIndex(({ leafId }) => leafId === entry.leafId);
    const [leaf = entry] = state.leaves.slice(leafAt);
    const name = 'subject' in leaf ? subjectName(leaf) : '';
    const rowAt = state.rows.findIndex((row) => subjectName(row) === name);
    const [row] = state.rows.slice(rowAt);
    if (row === undefined) throw new Error('every leaf of the sample has its row');
    const forged = changeRow(row, draw, Object.keys(row.record));
    const body = canonicalJson(forged.record);
    const leafHash = hashLeaf(body);
    let next = change(state, 'rows', rowAt, forged);
    next = change(next, 'leaves', leafAt, { body, leafHash });
    next = change(next, 'entries', entryAt, { leafHash });
    return { state: next, places: [rangeNamed(state, entry.treeIndex)] };
  },
};

/** What the first checkpoint over the index must say: between which indexes to look. */
function rangeNamed(state: LogState, index: number): RegExp {
  const at = state.checkpoints.findIndex(({ size }) => size > index);
  const from = state.checkpoints[at - 1]?.size ?? 0;
  const last = (state.checkpoints[at]?.size ?? 0) - 1;
  return named(`^checkpoint ${at + 1}: .*look at index ${from} to ${last}$`);
}

const rowTamperings: Readonly<Record<string, Tampering>> = {
  'an amount': (state, draw) => {
    const paid = state.rows.filter(({ record }) => MONEY.some((field) => field in record));
    const [row] = pick(paid, draw);
    const fields = MONEY.filter((field) => field in row.record);
    return changedRow(state, row, changeRow(row, draw, fields));
  },
  'a column of a row': (state, draw) => {
    const [row] = pick(state.rows, draw);
    return changedRow(state, row, changeRow(row, draw, Object.keys(row.record)));
  },
  'a row that is gone': (state, draw) => {
    const [row, at] = pick(state.rows, draw);
    return {
      state: remove(state, 'rows', at),
      places: [named(`${subjectName(row)}, which is not`)],
    };
  },
  'a row that was put in': (state, draw) => {
    const [row] = pick(state.rows, draw);
    const forged = { ...row, subjectId: `${row.subjectId}7` };
    return {
      state: { ...state, rows: [...state.rows, forged] },
      places: [named(`^${subjectName(forged)}:`)],
    };
  },
};

function changedRow(state: LogState, row: RecordedRow, forged: RecordedRow): Tampered {
  const at = state.rows.indexOf(row);
  return {
    state: change(state, 'rows', at, forged),
    places: [named(`${subjectName(row)} differs`)],
  };
}

/** A tampering with one checkpoint, which must be named by its number. */
function checkpointTampering(
  tamper: (stored: StoredCheckpoint, draw: Draw, stranger: LogSigner) => Partial<StoredCheckpoint>,
): Tampering {
  return (state, draw, stranger) => {
    const [stored, at] = pick(state.checkpoints, draw);
    const by = tamper(stored, draw, stranger);
    return {
      state: change(state, 'checkpoints', at, by),
      places: [checkpointNamed(by.number ?? stored.number)],
    };
  };
}

/** The note with one of its lines changed. */
function changeLine(note: string, at: number, by: (line: string) => string): string {
  return note
    .split('\n')
    .map((line, place) => (place === at ? by(line) : line))
    .join('\n');
}

const checkpointTamperings: Readonly<Record<string, Tampering>> = {
  'the root of a checkpoint': checkpointTampering(({ note }, draw) => ({
    note: changeLine(note, 2, (root) => flipText(root, draw)),
  })),
  'the signed size': checkpointTampering(({ note }, draw) => ({
    note: changeLine(note, 1, (size) => String(Number(size) + 1 + draw(9))),
  })),
  'the signed moment or number': checkpointTampering(({ note }, draw) => ({
    note: changeLine(note, 3, (line) => flipText(line, draw)),
  })),
  'the signature': checkpointTampering(({ note }, draw) => ({
    note: changeLine(note, 5, (line) => {
      const [dash = '', origin = '', base64 = ''] = line.split(' ');
      const signature = Buffer.from(flipByte(Buffer.from(base64, 'base64'), draw));
      return `${dash} ${origin} ${signature.toString('base64')}`;
    }),
  })),
  'any letter of the note': checkpointTampering(({ note }, draw) => ({
    note: flipText(note, draw),
  })),
  'the size beside the note': checkpointTampering(({ size }, draw) => ({
    size: size + 1 + draw(9),
  })),
  'the moment beside the note': checkpointTampering(() => ({
    madeAt: '2026-01-01T00:00:00.000Z',
  })),
  'the frontier': checkpointTampering(({ frontier }, draw) => ({
    frontier: flipByte(frontier, draw),
  })),
  'a note signed by a stranger': checkpointTampering(
    ({ note, number, size, madeAt }, draw, stranger) => {
      const origin = note.split('\n')[0] ?? '';
      const root = flipByte(new Uint8Array(32), draw);
      return { note: signCheckpoint({ ...stranger, origin }, { number, size, madeAt, root }) };
    },
  ),
  'a checkpoint that is gone': (state, draw) => {
    const [stored, at] = pick(state.checkpoints.slice(0, -1), draw);
    const places = [checkpointNamed(stored.number)];
    return { state: remove(state, 'checkpoints', at), places };
  },
};

/** All ways to tamper, by name. */
export const TAMPERINGS: ReadonlyMap<string, Tampering> = new Map([
  ...Object.entries(leafTamperings),
  ...Object.entries(treeTamperings),
  ...Object.entries(rowTamperings),
  ...Object.entries(checkpointTamperings),
]);
