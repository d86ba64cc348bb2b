/**
 * Forgets who was where (行踪), as many days after it was recorded as the programme says and once the
 * month is closed. What was owed stays to the fen, counts stay by day and place; the audit log keeps
 * the hashes and says what was deleted.
 */
import {
  addDays,
  dayOf,
  type Instant,
  instantOf,
  secondsOf,
  startOfDay,
} from '@liyu/domain/kernel';
import { parameterOn } from '@liyu/domain/programme';
import { leafOfRow } from '../audit/leaf.ts';
import { appendCheckpoint, digestOfHashes, sequenceLeaves } from '../audit/workflow.ts';
import type { Core } from '../core.ts';
import {
  countAnswers,
  type DueLeaf,
  type DueUse,
  forgetAnswers,
  forgetShowings,
  forgetUses,
  loadDue,
  loadPlaced,
  loadRefusals,
  loadUses,
} from './store.ts';

/** What was forgotten, or in a dry run would be. */
export interface ForgetReport {
  /** Only what was recorded before this moment. */
  readonly recordedBefore: Instant;
  readonly uses: number;
  readonly refusals: number;
  /** Leaves of the audit log whose bodies went. */
  readonly leaves: number;
  /** Receipts whose answers went. */
  readonly receipts: number;
  /** Showings and passages that are gone; not counted in a dry run. */
  readonly showings: number;
  /** Uses that are old enough and wait for their month to be closed. */
  readonly waiting: number;
}

const PAGE = 500;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
/** Gates keep what they have sent for seven days, and send it again after a restore. */
const SHOWINGS_SECONDS = 8 * 86_400;

/** Forgets all that is due at the moment of the core's clock. Safe to call at any time. */
export async function forgetWhereabouts(
  core: Core,
  { by, dryRun }: { readonly by: string; readonly dryRun: boolean },
): Promise<ForgetReport> {
  const { database, programme } = core;
  const today = dayOf(core.clock.now(), programme.zone);
  const { value: days, clause: rule } = parameterOn(programme, 'whereabouts.kept_days', today);
  const before = startOfDay(addDays(today, 0 - days), programme.zone);
  const total = { uses: 0, refusals: 0, leaves: 0, waiting: 0 };
  for (let after = BEFORE_ALL; ; ) {
    const page = await loadDue(database, before, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    const due = await gatherDue(core, page);
    total.waiting += due.waiting;
    // Somebody else forgets some of it at this moment: the page is looked at again.
    if (!dryRun && due.leaves.length > 0 && !(await forget(core, due, { before, by, rule })))
      continue;
    total.uses += due.uses.length;
    total.refusals += due.refusals.length;
    total.leaves += due.leaves.length;
    after = last.leafId;
  }
  if (!dryRun && total.leaves > 0) {
    // Whoever takes the log out at this moment finds the deletions in it.
    await sequenceLeaves(core);
    await appendCheckpoint(core);
  }
  return {
    recordedBefore: before,
    ...total,
    receipts: await (dryRun ? countAnswers : forgetAnswers)(database, before),
    showings: dryRun ? 0 : await forgetPassed(core, before),
  };
}

/** In development clocks are made up: there a code is known for ever, so that it opens once. */
function forgetPassed({ database, config, clock }: Core, before: Instant): Promise<number> {
  if (config.mode === 'development') return forgetShowings(database, instantOf(0), before);
  const stale = instantOf(secondsOf(clock.now()) - SHOWINGS_SECONDS);
  return forgetShowings(database, stale, stale);
}

interface Due {
  readonly uses: readonly DueUse[];
  readonly refusals: readonly { readonly refusal_id: string; readonly refused_on: string }[];
  readonly leaves: readonly (DueLeaf & { readonly treeIndex: number })[];
  readonly waiting: number;
}

/** What of a page may go: uses with all their leaves, each of which has its place in the log. */
async function gatherDue(core: Core, page: readonly DueLeaf[]): Promise<Due> {
  const { database, programme } = core;
  const idsOf = (wanted: boolean) => [
    ...new Set(
      page
        .filter(({ subject }) => (subject === 'refusal') === wanted)
        .map(({ subjectId }) => subjectId),
    ),
  ];
  const found = await loadUses(database, idsOf(false));
  const closed = found.filter(({ isClosed }) => isClosed);
  const refused = await loadRefusals(database, idsOf(true));
  const aboutUses = closed.flatMap(({ subjectIds }) => subjectIds);
  const placed = await loadPlaced(database, [...aboutUses, ...refused.keys()]);
  // What has no place in the log yet is not taken out of it.
  const unplaced = new Set(
    placed.filter(({ treeIndex }) => treeIndex === undefined).map(({ subjectId }) => subjectId),
  );
  const uses = closed.filter(({ subjectIds }) => !subjectIds.some((id) => unplaced.has(id)));
  const refusals = [...refused].filter(([id]) => !unplaced.has(id));
  const going = new Set([
    ...uses.flatMap(({ subjectIds }) => subjectIds),
    ...refusals.map(([id]) => id),
  ]);
  const leaves = placed.flatMap((leaf) =>
    leaf.treeIndex !== undefined && going.has(leaf.subjectId)
      ? [{ ...leaf, treeIndex: leaf.treeIndex }]
      : [],
  );
  return {
    uses,
    refusals: refusals.map(([id, at]) => ({
      refusal_id: id,
      refused_on: dayOf(at, programme.zone),
    })),
    leaves: leaves.sort((one, other) => one.treeIndex - other.treeIndex),
    waiting: found.length - closed.length,
  };
}

function forget(
  core: Core,
  { uses, refusals, leaves }: Due,
  { before, by, rule }: { readonly before: Instant; readonly by: string; readonly rule: string },
): Promise<boolean> {
  const deletion = {
    deletion_id: core.newId(),
    recorded_before: before,
    uses: uses.length,
    refusals: refusals.length,
    leaves: leaves.length,
    leaf_digest: digestOfHashes(leaves.map(({ leafHash }) => leafHash)),
    rule,
    deleted_by: by,
    recorded_at: core.clock.now(),
  };
  return forgetUses(core.database, {
    uses: uses.map((use) => ({ donor_id: use.donorId, redemption_id: use.redemptionId })),
    refusals,
    leaves: leaves.map(({ leafId }) => ({ leaf_id: leafId })),
    deletion,
    leaf: leafOfRow(core, 'whereabouts_deletion', deletion.deletion_id, deletion),
  });
}
