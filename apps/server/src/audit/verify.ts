/**
 * Verifies the whole audit log from what is stored: leaves against their bodies and the recorded
 * rows, places, rows without a leaf, checkpoints. It reads and judges; it changes nothing.
 */
import type { Core } from '../core.ts';
import { logKeyOf } from './checkpoint.ts';
import { CheckpointJudge } from './judge-checkpoints.ts';
import {
  judgeDeletions,
  judgeEntries,
  judgeLeaves,
  judgeSubjects,
  type Problem,
} from './judge-log.ts';
import type { LogKey } from './log-key.ts';
import { type RecordedLog, type StoredLeaf, subjectName } from './recorded-log.ts';
import { openRecordedLog } from './recorded-store.ts';
import { BEFORE_ALL_LEAVES } from './sequence.ts';
import { HashTree } from './tree.ts';

/** What the verification answers. */
export interface LogReport {
  readonly ok: boolean;
  /** Leaves that are stored. */
  readonly leaves: number;
  /** Entries of the tree: leaves that have their place. */
  readonly sequenced: number;
  readonly checkpoints: number;
  readonly problems: readonly Problem[];
}

/** Told after every page: how many leaves, entries and rows of about how many were looked at. */
export type OnProgress = (seen: number, about: number) => void;

const PAGE = 1_000;
/** A deletion may be of more than a thousand leaves. */
const DELETIONS_PAGE = 20;
/** Of a log that was rewritten from end to end, so many problems are told. */
const MOST_PROBLEMS = 1_000;

/** Verifies the log of the core's database with the home's key. */
export function verifyAudit(core: Core, onProgress?: OnProgress): Promise<LogReport> {
  return verifyLog(openRecordedLog(core.database), logKeyOf(core), onProgress);
}

/** Verifies a log. It may grow meanwhile: what came later is not missed in what came before. */
export async function verifyLog(
  log: RecordedLog,
  key: LogKey,
  onProgress: OnProgress = () => {},
): Promise<LogReport> {
  // Before the entries: a checkpoint that is made meanwhile may speak of entries not seen here.
  const lastNumber = await log.lastCheckpointNumber();
  const about = (await log.countLeaves()) * 3;
  const problems: Problem[] = [];
  let untold = 0;
  let seen = 0;
  const tell = (found: readonly Problem[], looked: number): void => {
    const room = MOST_PROBLEMS - problems.length;
    problems.push(...found.slice(0, room));
    untold += Math.max(found.length - room, 0);
    seen += looked;
    onProgress(Math.min(seen, about), about);
  };
  const leaves = await verifyLeaves(log, tell);
  const tree = new HashTree();
  const sequenced = await verifyEntries(log, tree, tell);
  for await (const subjects of log.subjects(PAGE)) {
    const speaking = await log.leavesAbout(subjects.map(({ subjectId }) => subjectId));
    tell(judgeSubjects(subjects, speaking), subjects.length);
  }
  tell(await verifyDeletions(log), 0);
  const checkpoints = await verifyCheckpoints(
    log,
    new CheckpointJudge(key, tree),
    lastNumber,
    tell,
  );
  if (untold > 0) problems.push({ where: 'log', what: `${untold} problems more` });
  return { ok: problems.length === 0, leaves, sequenced, checkpoints, problems };
}

type Tell = (found: readonly Problem[], looked: number) => void;

async function verifyLeaves(log: RecordedLog, tell: Tell): Promise<number> {
  let count = 0;
  let after = BEFORE_ALL_LEAVES;
  for (;;) {
    const leaves = await log.leavesAfter(after, PAGE);
    const last = leaves.at(-1);
    if (last === undefined) return count;
    const places = await log.placesOf(leaves.map(({ leafId }) => leafId));
    const entries = await log.entriesAt(places.map(({ treeIndex }) => treeIndex));
    const rows = await log.rowsOf(leaves);
    const deletions = await findDeletions(log, leaves);
    const found = judgeLeaves({
      leaves,
      places: new Map(places.map(({ leafId, treeIndex }) => [leafId, treeIndex])),
      entries: new Map(entries.map((entry) => [entry.treeIndex, entry])),
      rows: new Map(rows.map((row) => [subjectName(row), row])),
      deletions,
    });
    tell(found, leaves.length);
    count += leaves.length;
    after = last.leafId;
  }
}

/** The ids of the deletions that the leaves name, as far as they are recorded. */
async function findDeletions(
  log: RecordedLog,
  leaves: readonly StoredLeaf[],
): Promise<Set<string>> {
  const named = new Set(leaves.flatMap(({ deletionId }) => deletionId ?? []));
  const subjects = [...named].map((id) => ({ subject: 'whereabouts_deletion', subjectId: id }));
  return new Set((await log.rowsOf(subjects)).map(({ subjectId }) => subjectId));
}

/** Builds the tree as far as no index is missing: no root can be known beyond. */
async function verifyEntries(log: RecordedLog, tree: HashTree, tell: Tell): Promise<number> {
  let count = 0;
  let from = 0;
  for (;;) {
    const entries = await log.entriesFrom(from, PAGE);
    const last = entries.at(-1);
    if (last === undefined) return count;
    const leafIds = entries.map(({ leafId }) => leafId);
    const leaves = await log.leavesById(leafIds);
    const places = await log.placesOf(leafIds);
    const found = judgeEntries({
      from,
      entries,
      leaves: new Map(leaves.map((leaf) => [leaf.leafId, leaf])),
      places: new Map(places.map(({ leafId, treeIndex }) => [leafId, treeIndex])),
    });
    for (const { treeIndex, leafHash } of entries) {
      if (treeIndex === tree.size) tree.append(leafHash);
    }
    tell(found, entries.length);
    count += entries.length;
    from = last.treeIndex + 1;
  }
}

/** A body that is gone is gone by a recorded act, and each act is of just those leaves. */
async function verifyDeletions(log: RecordedLog): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (let after = BEFORE_ALL_LEAVES; ; ) {
    const deletions = await log.deletionsAfter(after, DELETIONS_PAGE);
    const last = deletions.at(-1);
    if (last === undefined) return problems;
    const leaves = await log.leavesDeletedBy(deletions.map(({ deletionId }) => deletionId));
    const places = await log.placesOf(leaves.map(({ leafId }) => leafId));
    const placeOf = new Map(places.map(({ leafId, treeIndex }) => [leafId, treeIndex]));
    problems.push(...judgeDeletions(deletions, leaves, placeOf));
    after = last.deletionId;
  }
}

async function verifyCheckpoints(
  log: RecordedLog,
  judge: CheckpointJudge,
  lastNumber: number,
  tell: Tell,
): Promise<number> {
  let count = 0;
  let after = 0;
  while (after < lastNumber) {
    const page = await log.checkpointsAfter(after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return count;
    const known = page.filter(({ number }) => number <= lastNumber);
    tell(judge.judge(known), 0);
    count += known.length;
    after = last.number;
  }
  return count;
}
