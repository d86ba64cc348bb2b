/**
 * Judges what is stored of the audit log. Pure: it is given a page and what belongs to it, and
 * answers what is wrong, each with the place at which somebody must look.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import {
  type Deletion,
  type RecordedRow,
  type StoredLeaf,
  type Subject,
  subjectName,
} from './recorded-log.ts';
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
  /** The ids of those deletions that are recorded, of the ones that leaves name. */
  readonly deletions: ReadonlySet<string>;
}

/** Every leaf: its hash from its body, its body against the row, its place. */
export function judgeLeaves({ leaves, places, entries, rows, deletions }: LeafPage): Problem[] {
  return leaves.flatMap((leaf) => {
    const place = places.get(leaf.leafId);
    const stands = place === undefined ? 'no index yet' : `index ${place}`;
    const where = `leaf ${leaf.leafId} (${stands})`;
    const row = rows.get(subjectName(leaf));
    const wrong =
      leaf.body === null
        ? judgeDeleted(leaf, place, row, deletions)
        : [
            ...(isSameHash(leaf.leafHash, hashLeaf(leaf.body))
              ? []
              : ['the hash is not of the body']),
            ...(leaf.deletionId === null ? [] : ['it has a body, though that was deleted']),
            ...judgeBody(leaf, leaf.body, row),
          ];
    if (place !== undefined && entries.get(place)?.leafId !== leaf.leafId) {
      wrong.push(`it does not stand at index ${place}, where the look-up says`);
    }
    return wrong.map((what) => ({ where, what }));
  });
}

/** Whose bodies a schedule deletes: those that say who was where. */
const DELETED = ['redemption', 'reversal', 'refusal', 'night_end', 'offline_use', 'trip_change'];

/** A leaf without a body: a deletion took it, from a leaf that stands in the tree, with its row. */
function judgeDeleted(
  leaf: StoredLeaf,
  place: number | undefined,
  row: RecordedRow | undefined,
  deletions: ReadonlySet<string>,
): string[] {
  const name = subjectName(leaf);
  return [
    ...(deletions.has(leaf.deletionId ?? '')
      ? []
      : ['the body is gone, and no deletion is recorded']),
    ...(DELETED.includes(leaf.subject) ? [] : [`the body is gone, which is kept of ${name}`]),
    ...(place === undefined ? ['the body was deleted before the leaf had a place'] : []),
    ...(row === undefined ? [] : [`the body is gone, but ${name} is still there`]),
  ];
}

/** What the body says against what the row says. */
function judgeBody(leaf: StoredLeaf, body: string, row: RecordedRow | undefined): string[] {
  const name = subjectName(leaf);
  if (row === undefined) return [`it speaks of ${name}, which is not recorded`];
  if (canonicalJson(row.record) === body) return [];
  let said: unknown;
  try {
    said = JSON.parse(body);
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
    else if (!isSameHash(leafHash, leaf.body === null ? leaf.leafHash : hashLeaf(leaf.body))) {
      say(`the hash is not of ${leaf.body === null ? '' : 'the body of '}leaf ${leafId}`);
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

/** Every deletion: the leaves that name it are those whose hashes it recorded. */
export function judgeDeletions(
  deletions: readonly Deletion[],
  leaves: readonly StoredLeaf[],
  places: ReadonlyMap<string, number>,
): Problem[] {
  const named = Map.groupBy(leaves, ({ deletionId }) => deletionId);
  return deletions.flatMap(({ deletionId, leafDigest, leaves: count }) => {
    const where = `whereabouts_deletion ${deletionId}`;
    const own = (named.get(deletionId) ?? []).toSorted(
      (one, other) => (places.get(one.leafId) ?? 0) - (places.get(other.leafId) ?? 0),
    );
    const digest = digestOfHashes(own.map(({ leafHash }) => leafHash));
    if (own.length === count && digest === leafDigest) return [];
    return [{ where, what: `it is not of the ${own.length} leaves that name it, but of ${count}` }];
  });
}

/** SHA-256 over the hashes, each in hexadecimal on a line: as `sha256sum` of such a file. */
export function digestOfHashes(hashes: readonly Uint8Array[]): string {
  const digest = createHash('sha256');
  for (const hash of hashes) digest.update(`${Buffer.from(hash).toString('hex')}\n`);
  return digest.digest('hex');
}
