/**
 * Corrects a donation: voided after testing (it still counts) or recorded by mistake (it does
 * not). Nothing is deleted; uses that were made in good faith stay good.
 */
import type { Correction } from '@liyu/domain/donation';
import { dayOf } from '@liyu/domain/kernel';
import { standingOf } from '@liyu/domain/standing';
import type { Kysely } from 'kysely';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import { updateCards } from '../card/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { revokeAll } from '../pass/workflow.ts';
import { type StandingBrief, standingBrief } from '../standing/brief.ts';
import { findNumbers, insertCorrection, loadDonations } from './store.ts';

/** What is asked for. */
export interface CorrectionRequest {
  readonly donation: string;
  readonly correction: Correction;
  readonly reason: string;
  /** Show what would change, keep nothing. */
  readonly dryRun: boolean;
}

/** What changed: the donor's standing before and after, on today's day. */
export interface CorrectionReport {
  readonly donation: string;
  readonly correction: Correction;
  readonly reason: string;
  readonly before: StandingBrief;
  readonly after: StandingBrief;
  /** Passes that no longer say what the card is worth: the phone fetches new ones. */
  readonly passesRevoked: number;
  readonly kept: boolean;
}

/** Corrects, all or nothing; `unknown_donation` when there is no such number. */
export async function correctDonation(
  core: Core,
  request: CorrectionRequest,
): Promise<CorrectionReport | { readonly refused: 'unknown_donation' }> {
  const transaction = await core.database.startTransaction().execute();
  try {
    const report = await correctWithin(core, transaction, request);
    if ('refused' in report || !report.kept) await transaction.rollback().execute();
    else await transaction.commit().execute();
    return report;
  } catch (cause) {
    await transaction.rollback().execute();
    throw cause;
  }
}

async function correctWithin(
  core: Core,
  transaction: Kysely<Schema>,
  { donation, correction, reason, dryRun }: CorrectionRequest,
): Promise<CorrectionReport | { readonly refused: 'unknown_donation' }> {
  const owner = (await findNumbers(transaction, [donation])).get(donation);
  if (owner === undefined) return { refused: 'unknown_donation' };
  const { donorId } = owner;
  const before = await standingBriefOf(core, transaction, donorId);
  const correctionId = core.newId();
  const row = {
    donor_id: donorId,
    correction_id: correctionId,
    donation_number: donation,
    correction,
    reason,
    recorded_at: core.clock.now(),
  };
  await insertCorrection(transaction, row);
  await updateCards(core, transaction, [donorId]);
  const after = await standingBriefOf(core, transaction, donorId);
  const changed = JSON.stringify(before) !== JSON.stringify(after);
  const passesRevoked = changed ? await revokeAll(transaction, donorId, core.clock.now()) : 0;
  await insertLeaf(transaction, leafOfRow(core, 'correction', correctionId, row));
  return { donation, correction, reason, before, after, passesRevoked, kept: !dryRun };
}

async function standingBriefOf(
  core: Core,
  transaction: Kysely<Schema>,
  donorId: string,
): Promise<StandingBrief> {
  const day = dayOf(core.clock.now(), core.programme.zone);
  const donations = (await loadDonations(transaction, [donorId])).get(donorId) ?? [];
  return standingBrief(standingOf(donations, core.programme, day));
}
