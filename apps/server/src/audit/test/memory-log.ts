/** For tests: a log as arrays, read as the real one is, so that anything can be tampered with. */
import {
  type Deletion,
  type Place,
  type RecordedLog,
  type RecordedRow,
  type StoredLeaf,
  subjectName,
} from '../recorded-log.ts';
import { BEFORE_ALL_LEAVES } from '../sequence.ts';
import type { StoredCheckpoint, StoredEntry } from '../store.ts';

/** Everything that is stored. */
export interface LogState {
  readonly leaves: readonly StoredLeaf[];
  readonly entries: readonly StoredEntry[];
  readonly places: readonly Place[];
  readonly checkpoints: readonly StoredCheckpoint[];
  readonly rows: readonly RecordedRow[];
  readonly deletions: readonly Deletion[];
}

/** Copies a small log whole. */
export async function copyLog(log: RecordedLog): Promise<LogState> {
  const leaves = await log.leavesAfter(BEFORE_ALL_LEAVES, 10_000);
  const rows: RecordedRow[] = [];
  for await (const page of log.subjects(1_000)) rows.push(...(await log.rowsOf(page)));
  return {
    leaves,
    entries: await log.entriesFrom(0, 10_000),
    places: await log.placesOf(leaves.map(({ leafId }) => leafId)),
    checkpoints: await log.checkpointsAfter(0, 10_000),
    deletions: await log.deletionsAfter(BEFORE_ALL_LEAVES, 10_000),
    rows: [...new Map(rows.map((row) => [subjectName(row), row])).values()],
  };
}

/** The state, read as `openRecordedLog` reads the database. */
export function memoryLog(state: LogState): RecordedLog {
  const { leaves, entries, places, checkpoints, rows, deletions } = state;
  const byId = leaves.toSorted((a, b) => (a.leafId < b.leafId ? -1 : 1));
  const byIndex = entries.toSorted((a, b) => a.treeIndex - b.treeIndex);
  const byNumber = checkpoints.toSorted((a, b) => a.number - b.number);
  return {
    countLeaves: async () => leaves.length,
    leavesAfter: async (after, limit) => byId.filter((l) => l.leafId > after).slice(0, limit),
    leavesById: async (ids) => filterBy(leaves, ids, (leaf) => leaf.leafId),
    leavesAbout: async (ids) => filterBy(leaves, ids, (leaf) => leaf.subjectId),
    deletionsAfter: async (after) => deletions.filter((one) => one.deletionId > after),
    leavesDeletedBy: async (ids) => filterBy(leaves, ids, (leaf) => leaf.deletionId ?? ''),
    entriesFrom: async (from, limit) => byIndex.filter((e) => e.treeIndex >= from).slice(0, limit),
    entriesAt: async (indexes) => filterBy(entries, indexes, (entry) => entry.treeIndex),
    placesOf: async (ids) => filterBy(places, ids, (place) => place.leafId),
    lastCheckpointNumber: async () => byNumber.at(-1)?.number ?? 0,
    checkpointsAfter: async (after, limit) =>
      byNumber.filter((c) => c.number > after).slice(0, limit),
    rowsOf: async (subjects) => filterBy(rows, subjects.map(subjectName), subjectName),
    async *subjects() {
      yield rows;
    },
  };
}

function filterBy<T, K>(all: readonly T[], keys: readonly K[], keyOf: (one: T) => K): T[] {
  const asked = new Set(keys);
  return all.filter((one) => asked.has(keyOf(one)));
}
