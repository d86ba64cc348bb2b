/**
 * Freezes passes while the card goes on: those of a stolen phone, a lost printed card, a clone. One
 * person suspends at once and lifts that again; two revoke, for good: a new binding gives new ones.
 * Their status changes in the same transaction, and with it the next status list.
 */
import { type FreezeState, PASS_FREEZE_CAUSES } from '@liyu/domain/card';
import { dayOf, type Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Refused } from '../approval/refusals.ts';
import type { Act, Performed, Performer } from '../approval/workflow.ts';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import { effectOf } from '../card/effect.ts';
import { findFreeze } from '../card/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { findKnownDonors, holdPerson, type PersonIds } from '../donor/workflow.ts';
import { endPhoneSessions } from '../donor-session/workflow.ts';
import { enqueueNotices } from '../notice/workflow.ts';
import { standingBrief } from '../standing/brief.ts';
import { loadStanding } from '../standing/workflow.ts';
import { frozenPasses, insertPassFreeze, loadPassFreezes } from './freeze-store.ts';
import { setStatus } from './status-store.ts';
import { loadPasses, type StoredPass } from './store.ts';

const RELEASE = z.strictObject({
  donorId: z.string(),
  passId: z.string(),
  /** All passes of the same phone. */
  whole: z.boolean(),
  reason: z.string(),
});
const FREEZE = RELEASE.extend({ because: z.enum(PASS_FREEZE_CAUSES) });
export type PassFreezeRequest = z.infer<typeof FREEZE>;
export type PassReleaseRequest = z.infer<typeof RELEASE>;

/** Suspending passes: at once, by one person. */
export const passSuspension: Act = { kind: 'pass_suspension', perform: freezing('suspended') };

/** Revoking passes: always with a second person. */
export const passRevocation: Act = { kind: 'pass_revocation', perform: freezing('revoked') };

/** Lifting a suspension, by one person; what is revoked is not given back. */
export const passReinstatement: Act = {
  kind: 'pass_reinstatement',
  async perform(core, transaction, body, who) {
    const request = RELEASE.parse(body);
    const found = await findPasses(core, transaction, request);
    if ('refused' in found) return found;
    const { person, passes, frozen } = found;
    const own = passes.filter(({ passId }) => frozen.get(passId) === 'suspended');
    if (own.length === 0) return { refused: 'not_frozen' };
    const lifted = own.filter(({ status }) => status === 'suspended');
    if (lifted.length === 0) return { refused: 'pass_replaced' };
    const because = 'request';
    await record(core, transaction, who, lifted, { event: 'reinstated', because, ...request });
    // As long as the card is frozen its passes stay as the card is.
    if ((await findFreeze(transaction, person.donorIds)) === undefined) {
      await changeStatus(core, transaction, lifted, 'valid');
    }
    await tell(core, transaction, person, 'pass_reinstated');
    return performed(core, transaction, person, lifted, 'reinstated');
  },
};

function freezing(state: FreezeState): Act['perform'] {
  return async (core, transaction, body, who) => {
    const request = FREEZE.parse(body);
    const found = await findPasses(core, transaction, request);
    if ('refused' in found) return found;
    const { person, passes, frozen } = found;
    const free = passes.filter(
      ({ passId, status }) => status !== 'revoked' && frozen.get(passId) !== state,
    );
    if (free.length === 0) return { refused: 'frozen_already' };
    await record(core, transaction, who, free, { event: state, ...request });
    await changeStatus(core, transaction, free, state);
    if (request.because === 'lost') {
      for (const phoneId of new Set(free.map((pass) => pass.phoneId))) {
        await endPhoneSessions(transaction, phoneId);
      }
    }
    await tell(core, transaction, person, `pass_${state}`);
    return performed(core, transaction, person, free, state);
  };
}

interface FoundPasses {
  readonly person: PersonIds;
  /** Those that are meant and have not ended. */
  readonly passes: readonly StoredPass[];
  readonly frozen: ReadonlyMap<string, FreezeState>;
}

async function findPasses(
  core: Core,
  transaction: Kysely<Schema>,
  { donorId, passId, whole }: PassReleaseRequest,
): Promise<FoundPasses | Refused> {
  if ((await findKnownDonors(transaction, [donorId])).size === 0) {
    return { refused: 'unknown_donor' };
  }
  const person = await holdPerson(transaction, donorId);
  const all = await loadPersonPasses(transaction, person);
  const named = all.find((pass) => pass.passId === passId);
  if (named === undefined) return { refused: 'unknown_pass' };
  const now = core.clock.now();
  const passes = all.filter(
    (pass) =>
      pass.endsAt > now &&
      (pass.passId === passId ||
        (whole && pass.kind === named.kind && pass.phoneId === named.phoneId)),
  );
  if (passes.length === 0) return { refused: 'pass_ended' };
  const frozen = frozenPasses(await loadPassFreezes(transaction, person.donorIds));
  return { person, passes, frozen };
}

async function loadPersonPasses(
  database: Kysely<Schema>,
  person: PersonIds,
): Promise<StoredPass[]> {
  const passes: StoredPass[] = [];
  for (const donorId of person.donorIds) passes.push(...(await loadPasses(database, donorId)));
  return passes.sort((one, other) => (one.passId < other.passId ? -1 : 1));
}

async function changeStatus(
  core: Core,
  transaction: Kysely<Schema>,
  passes: readonly StoredPass[],
  status: StoredPass['status'],
): Promise<void> {
  for (const [donorId, own] of Map.groupBy(passes, (pass) => pass.donorId)) {
    const passIds = own.map(({ passId }) => passId);
    await setStatus(transaction, donorId, passIds, status, core.clock.now());
  }
}

async function record(
  core: Core,
  transaction: Kysely<Schema>,
  { by, approvedBy, approvalId }: Performer,
  passes: readonly StoredPass[],
  { event, because, reason }: { event: string; because: string; reason: string },
): Promise<void> {
  for (const { donorId, passId } of passes) {
    const row = {
      donor_id: donorId,
      event_id: core.newId(),
      pass_id: passId,
      event,
      because,
      reason,
      recorded_at: core.clock.now(),
      recorded_by: by,
      approved_by: approvedBy,
      approval_id: approvalId,
    };
    await insertPassFreeze(transaction, row);
    await insertLeaf(transaction, leafOfRow(core, 'pass_freeze', row.event_id, row));
  }
}

/** Says that it is so and what to do, never why: the text may be read by others. */
function tell(
  core: Core,
  transaction: Kysely<Schema>,
  { personId }: PersonIds,
  kind: 'pass_suspended' | 'pass_revoked' | 'pass_reinstated',
): Promise<void> {
  const eventKey = `pass_freeze:${core.newId()}`;
  return enqueueNotices(core, transaction, [
    { eventKey, kind, donorId: personId, body: { values: {} } },
  ]);
}

async function performed(
  core: Core,
  transaction: Kysely<Schema>,
  person: PersonIds,
  passes: readonly StoredPass[],
  event: FreezeState | 'reinstated',
): Promise<Performed> {
  const day = dayOf(core.clock.now(), core.programme.zone);
  const brief = standingBrief(await loadStanding({ ...core, database: transaction }, person, day));
  const passIds = passes.map(({ passId }) => passId);
  const lost = event === 'revoked';
  const changed = event === 'reinstated' ? [] : passIds;
  const donor = { donorId: person.personId, before: brief, after: brief, lost, passes: changed };
  const answer = { donorId: person.personId, event, passes: passIds };
  return { effect: effectOf([donor]), answer, always: lost };
}

/** A pass as staff see it, without its code. */
export interface PassLine {
  readonly passId: string;
  readonly kind: 'phone' | 'printed';
  /** The same for all passes of one binding. */
  readonly phoneId: string;
  readonly beginsAt: string;
  readonly endsAt: string;
  readonly status: string;
  /** What froze and reinstated this pass for itself, oldest first. */
  readonly freezes: readonly {
    readonly event: string;
    readonly because: string;
    readonly reason: string;
    readonly recordedAt: Instant;
    readonly recordedBy: string;
    readonly approvedBy: string | null;
  }[];
}

/** The passes of the person that have not ended, oldest first. */
export async function listPasses(core: Core, person: PersonIds): Promise<PassLine[]> {
  const now = core.clock.now();
  const events = await loadPassFreezes(core.database, person.donorIds);
  const passes = await loadPersonPasses(core.database, person);
  return passes
    .filter(({ endsAt }) => endsAt > now)
    .map(({ passId, kind, phoneId, beginsAt, endsAt, status }) => ({
      ...{ passId, kind, phoneId, beginsAt, endsAt, status },
      freezes: events
        .filter((row) => row.pass_id === passId)
        .map((row) => ({
          event: row.event,
          because: row.because,
          reason: row.reason,
          recordedAt: row.recorded_at as Instant,
          recordedBy: row.recorded_by,
          approvedBy: row.approved_by,
        })),
    }));
}

/** When the suspension of the pass was lifted last, or `undefined`. */
export async function findLifted(
  database: Kysely<Schema>,
  donorId: string,
  passId: string,
): Promise<string | undefined> {
  const events = await loadPassFreezes(database, [donorId]);
  return events.findLast((row) => row.pass_id === passId && row.event === 'reinstated')
    ?.recorded_at;
}

/** Whether a pass of the phone was frozen for itself and not given back: it gets no new ones. */
export async function isPhoneFrozen(
  database: Kysely<Schema>,
  person: PersonIds,
  phoneId: string,
): Promise<boolean> {
  const frozen = frozenPasses(await loadPassFreezes(database, person.donorIds));
  if (frozen.size === 0) return false;
  const passes = await loadPersonPasses(database, person);
  return passes.some((pass) => pass.phoneId === phoneId && frozen.has(pass.passId));
}
