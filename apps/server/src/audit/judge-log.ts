/**
 * Judges what is stored of the audit log. Pure: it is given a page and what belongs to it, and
 * answers what is wrong, each with the place at which somebody must look.
 */
import { canonicalJson } from './canonical-json.ts';
import { type RecordedRow, type StoredLeaf, type Subject, subjectName } from './recorded-log.ts';
import type { StoredEntry } from './store.ts';
import { hashLeaf, isSameHash } from './tree.ts';

/** Something that is not as it was recorded. */
export interface Problem {
  /** `leaf ID`, `index N`, `checkpoint N`, or a row: `redemption ID`. */
  readonly where: string;
  readonly what: string;
}

/** A page of leaves with what belongs to them. */
export interface LeafPage {
  readonly leaves: readonly StoredLeaf[];
  /** By the leaf's id: where the look-up says that it stands. */
  readonly places: ReadonlyMap<string, number>;
  /** By index. */
  readonly entries: ReadonlyMap<number, StoredEntry>;
  /** By `subjectName`. */
  readonly rows: ReadonlyMap<string, RecordedRow>;
}

/** Every leaf: its hash from its body, its body against the row, its place. */
export function judgeLeaves({ leaves, places, entries, rows }: LeafPage): Problem[] {
  return leaves.flatMap((leaf) => {
    const place = places.get(leaf.leafId);
    const stands = place === undefined ? 'no index yet' : `index ${place}`;
    const where = `leaf ${leaf.leafId} (${stands})`;
    const wrong = [
      ...(isSameHash(leaf.leafHash, hashLeaf(leaf.body)) ? [] : ['the hash is not of the body']),
      ...judgeBody(leaf, rows.get(subjectName(leaf))),
    ];
    if (place !== undefined && entries.get(place)?.leafId !== leaf.leafId) {
      wrong.push(`it does not stand at index ${place}, where the look-up says`);
    }
    return wrong.map((what) => ({ where, what }));
  });
}

/** What the body says against what the row says. */
function judgeBody(leaf: StoredLeaf, row: RecordedRow | undefined): string[] {
  const name = subjectName(leaf);
  if (row === undefined) return [`it speaks of ${name}, which is not recorded`];
  if (canonicalJson(row.record) === leaf.body) return [];
  let said: unknown;
  try {
    said = JSON.parse(leaf.body);
  } catch {
    return ['the body is not JSON'];
  }
  if (typeof said !== 'object' || said === null) return ['the body is no record'];
  const saying: Readonly<Record<string, unknown>> = { ...said };
  const fields = new Set([...Object.keys(saying), ...Object.keys(row.record)]);
  const differing = [...fields].filter(
    (field) => textOf(saying[field]) !== textOf(row.record[field]),
  );
  if (differing.length === 0) return ['the body is not canonical JSON (RFC 8785)'];
  return [`${name} differs from the body: ${differing.sort().join(', ')}`];
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : canonicalJson(value);
}

/** A page of entries with what belongs to them. */
export interface EntryPage {
  /** The index at which the page should begin. */
  readonly from: number;
  readonly entries: readonly StoredEntry[];
  /** By the leaf's id. */
  readonly leaves: ReadonlyMap<string, StoredLeaf>;
  /** By the leaf's id. */
  readonly places: ReadonlyMap<string, number>;
}

/** Every entry: no index missing, its leaf there with that hash, the look-up of one mind. */
export function judgeEntries({ from, entries, leaves, places }: EntryPage): Problem[] {
  const problems: Problem[] = [];
  let expected = from;
  for (const { treeIndex, leafId, leafHash } of entries) {
    if (treeIndex > expected) {
      const last = treeIndex - 1;
      const where = last === expected ? `index ${last}` : `index ${expected} to ${last}`;
      problems.push({ where, what: `missing, though index ${treeIndex} is there` });
    }
    expected = treeIndex + 1;
    const where = `index ${treeIndex}`;
    const say = (what: string): void => void problems.push({ where, what });
    const leaf = leaves.get(leafId);
    if (leaf === undefined) say(`leaf ${leafId} is missing`);
    else if (!isSameHash(leafHash, hashLeaf(leaf.body))) {
      say(`the hash is not of the body of leaf ${leafId}`);
    }
    const place = places.get(leafId);
    if (place === undefined) say(`the look-up does not know leaf ${leafId}`);
    else if (place !== treeIndex) say(`the look-up has leaf ${leafId} at index ${place}`);
  }
  return problems;
}

/** Everything recorded: one leaf speaks of it, not none and not two. */
export function judgeSubjects(
  subjects: readonly Subject[],
  leaves: readonly StoredLeaf[],
): Problem[] {
  const speaking = Map.groupBy(leaves, subjectName);
  return subjects.flatMap((subject) => {
    const where = subjectName(subject);
    const found = speaking.get(where) ?? [];
    if (found.length === 1) return [];
    if (found.length === 0) return [{ where, what: 'recorded, but no leaf speaks of it' }];
    return [{ where, what: `leaves ${found.map(({ leafId }) => leafId).join(', ')} speak of it` }];
  });
}
