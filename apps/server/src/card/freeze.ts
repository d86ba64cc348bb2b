/**
 * Freezes a card on death, misuse, request or loss. One person suspends at once, because a lost
 * card must not open gates until somebody else has time; revoking, and taking that back, needs two.
 * Its passes change in the same transaction; uses that were made in good faith stay good.
 */
import { FREEZE_CAUSES, type Freeze, freezeOf } from '@liyu/domain/card';
import { dayOf, type Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Refused } from '../approval/refusals.ts';
import {
  type Act,
  doOrAsk,
  type Mode,
  type Outcome,
  type Performer,
} from '../approval/workflow.ts';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { findKnownDonors, holdPerson, type PersonIds } from '../donor/workflow.ts';
import { reinstateUnfrozen, revokeAll, suspendPasses } from '../pass/workflow.ts';
import { standingBrief } from '../standing/brief.ts';
import { loadStanding } from '../standing/workflow.ts';
import { type DonorEffect, effectOf } from './effect.ts';
import { freezeEventsOf, insertFreeze, loadFreezes, type StoredFreeze } from './freeze-store.ts';

const FREEZE = z.strictObject({
  donorId: z.string(),
  because: z.enum(FREEZE_CAUSES),
  reason: z.string(),
});
const RELEASE = z.strictObject({ donorId: z.string(), reason: z.string() });
export type FreezeRequest = z.infer<typeof FREEZE>;
export type ReleaseRequest = z.infer<typeof RELEASE>;

/** Suspending: at once, by one person. */
export const suspension: Act = { kind: 'suspension', perform: freezing('suspended') };

/** Revoking: always with a second person. */
export const revocation: Act = { kind: 'revocation', perform: freezing('revoked') };

/** Reinstating: with a second person when the card was revoked, and never one who revoked it. */
export const reinstatement: Act = {
  kind: 'reinstatement',
  async perform(core, transaction, body, who) {
    const { donorId, reason } = RELEASE.parse(body);
    const found = await findFrozen(transaction, donorId);
    if ('refused' in found) return found;
    const { person, rows, freeze } = found;
    if (freeze === undefined) return { refused: 'not_frozen' };
    const revoked = rows.filter(({ event }) => event === 'revoked').at(-1);
    const judges = [revoked?.recorded_by, revoked?.approved_by];
    if (freeze.state === 'revoked' && who.approvedBy && judges.includes(who.approvedBy)) {
      return { refused: 'own_revocation' };
    }
    const now = core.clock.now();
    for (const frozen of person.donorIds) {
      const own = freezeOf(freezeEventsOf(rows.filter((row) => row.donor_id === frozen)));
      if (own === undefined) continue;
      await record(core, transaction, who, {
        ...own,
        donorId: frozen,
        event: 'reinstated',
        reason,
      });
    }
    const passes: string[] = [];
    for (const id of person.donorIds) {
      passes.push(...(await reinstateUnfrozen(transaction, id, now)));
    }
    const donor = await donorEffect(core, transaction, person, {
      before: freeze,
      after: undefined,
    });
    const answer = { donorId: person.personId, frozen: null, reinstated: passes.length };
    return { effect: effectOf([donor]), answer, always: freeze.state === 'revoked' };
  },
};

function freezing(state: Freeze['state']): Act['perform'] {
  return async (core, transaction, body, who) => {
    const { donorId, because, reason } = FREEZE.parse(body);
    const found = await findFrozen(transaction, donorId);
    if ('refused' in found) return found;
    const { person, freeze: before } = found;
    if (before?.state === 'revoked' || before?.state === state)
      return { refused: 'frozen_already' };
    await record(core, transaction, who, {
      donorId: person.personId,
      event: state,
      because,
      reason,
    });
    const passes = await freezePasses(core, transaction, person, state);
    const after: Freeze = { state, because, since: core.clock.now() };
    const donor = await donorEffect(core, transaction, person, { before, after });
    const lost = state === 'revoked';
    return {
      effect: effectOf([{ ...donor, lost, passes }]),
      answer: { donorId: person.personId, frozen: { state, because } },
      always: lost,
    };
  };
}

/** Brings the passes of a person to the freeze of his card; answers which changed. */
export async function freezePasses(
  core: Core,
  transaction: Kysely<Schema>,
  person: PersonIds,
  state: Freeze['state'],
): Promise<string[]> {
  const change = state === 'revoked' ? revokeAll : suspendPasses;
  const now = core.clock.now();
  const changed: string[] = [];
  for (const id of person.donorIds) changed.push(...(await change(transaction, id, now)));
  return changed;
}

/** A frozen card is worth nothing: as if the donor had none. */
async function donorEffect(
  core: Core,
  transaction: Kysely<Schema>,
  person: PersonIds,
  { before, after }: { before: Freeze | undefined; after: Freeze | undefined },
): Promise<DonorEffect> {
  const day = dayOf(core.clock.now(), core.programme.zone);
  const brief = standingBrief(await loadStanding({ ...core, database: transaction }, person, day));
  return {
    donorId: person.personId,
    before: before === undefined ? brief : null,
    after: after === undefined ? brief : null,
    lost: false,
    passes: [],
  };
}

async function findFrozen(
  transaction: Kysely<Schema>,
  donorId: string,
): Promise<
  Refused | { person: PersonIds; rows: readonly StoredFreeze[]; freeze: Freeze | undefined }
> {
  const known = await findKnownDonors(transaction, [donorId]);
  if (known.size === 0) return { refused: 'unknown_donor' };
  const person = await holdPerson(transaction, donorId);
  const rows = await loadFreezes(transaction, person.donorIds);
  return { person, rows, freeze: freezeOf(freezeEventsOf(rows)) };
}

interface NewFreeze {
  readonly donorId: string;
  readonly event: string;
  readonly because: string;
  readonly reason: string;
}

async function record(
  core: Core,
  transaction: Kysely<Schema>,
  { by, approvedBy, approvalId }: Performer,
  { donorId, event, because, reason }: NewFreeze,
): Promise<void> {
  const row = {
    donor_id: donorId,
    event_id: core.newId(),
    event,
    because,
    reason,
    recorded_at: core.clock.now(),
    recorded_by: by,
    approved_by: approvedBy,
    approval_id: approvalId,
  };
  await insertFreeze(transaction, row);
  await insertLeaf(transaction, leafOfRow(core, 'card_freeze', row.event_id, row));
}

/** Records that the donor appeals, and asks for the card back: another person decides. */
export async function appeal(
  core: Core,
  request: ReleaseRequest,
  manner: { readonly by: string; readonly mode: Mode },
): Promise<Outcome | Refused> {
  const { donorId, reason } = request;
  const asked = await doOrAsk(core, reinstatement, request, manner);
  if ('refused' in asked || manner.mode === 'preview') return asked;
  const who = { by: manner.by, approvedBy: null, approvalId: asked.approval.id ?? null };
  await core.database.transaction().execute(async (transaction) => {
    const found = await findFrozen(transaction, donorId);
    if ('refused' in found || found.freeze === undefined) return;
    const { because } = found.freeze;
    const event = { donorId: found.person.personId, event: 'appealed', because, reason };
    await record(core, transaction, who, event);
  });
  return asked;
}

/** One thing that happened to a card. */
export interface FreezeRecord {
  readonly event: string;
  readonly because: string;
  readonly reason: string;
  readonly recordedAt: Instant;
  readonly recordedBy: string;
  readonly approvedBy: string | null;
}

/** Everything that happened to the cards of the person, oldest first. */
export async function listFreezes(core: Core, person: PersonIds): Promise<FreezeRecord[]> {
  const rows = await loadFreezes(core.database, person.donorIds);
  return rows.map((row) => ({
    event: row.event,
    because: row.because,
    reason: row.reason,
    recordedAt: row.recorded_at as Instant,
    recordedBy: row.recorded_by,
    approvedBy: row.approved_by,
  }));
}
