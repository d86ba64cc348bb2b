/**
 * Corrects a donation: voided after testing (it still counts), recorded by mistake (it does not),
 * or restored, when the correction was wrong itself. Nothing is deleted; uses that were made in good
 * faith stay good. Where a donor loses something a second person approves.
 */
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Refused } from '../approval/refusals.ts';
import { type Act, doOrAsk, type Mode, type Outcome } from '../approval/workflow.ts';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import { changeRecords, effectOf } from '../card/effect.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { findPerson } from '../donor/workflow.ts';
import type { StandingBrief } from '../standing/brief.ts';
import { findCorrection, findNumbers, insertCorrection } from './store.ts';

const BODY = z.strictObject({
  donation: z.string(),
  correction: z.enum(['voided', 'mistake', 'restored']),
  reason: z.string(),
});

/** What is asked for. */
export type CorrectionRequest = z.infer<typeof BODY>;

/** What changed: the donor's standing before and after, on today's day. */
export interface CorrectionReport extends CorrectionRequest {
  readonly before: StandingBrief | null;
  readonly after: StandingBrief | null;
  /** Passes that say more than the card is worth now: the phone fetches new ones. */
  readonly passesRevoked: number;
  readonly kept: boolean;
  readonly approval: Outcome['approval'];
}

/** Correcting, as an act that a second person may have to approve. */
export const correction: Act = {
  kind: 'correction',
  async perform(core, transaction, body, { by, approvalId }) {
    const request = BODY.parse(body);
    const { donation } = request;
    const owner = (await findNumbers(transaction, [donation])).get(donation);
    if (owner === undefined) return { refused: 'unknown_donation' };
    const { donorId } = owner;
    const { personId } = await findPerson(transaction, donorId);
    if (request.correction === 'restored') {
      const standing = await findCorrection(transaction, donorId, donation);
      if (standing === undefined) return { refused: 'nothing_to_restore' };
    }
    const donors = await changeRecords(core, transaction, [personId], () =>
      record(core, transaction, donorId, request, by, approvalId),
    );
    const [donor] = donors;
    return { effect: effectOf(donors), answer: { before: donor?.before, after: donor?.after } };
  },
};

async function record(
  core: Core,
  transaction: Kysely<Schema>,
  donorId: string,
  request: CorrectionRequest,
  by: string,
  approvalId: string | null,
): Promise<void> {
  const row = {
    donor_id: donorId,
    correction_id: core.newId(),
    donation_number: request.donation,
    correction: request.correction,
    reason: request.reason,
    recorded_at: core.clock.now(),
    recorded_by: by,
    approval_id: approvalId,
  };
  await insertCorrection(transaction, row);
  await insertLeaf(transaction, leafOfRow(core, 'correction', row.correction_id, row));
}

/** Corrects, all or nothing, or asks for approval, as the mode says. */
export async function correctDonation(
  core: Core,
  request: CorrectionRequest,
  manner: { readonly by: string; readonly mode: Mode },
): Promise<CorrectionReport | Refused> {
  const outcome = await doOrAsk(core, correction, request, manner);
  if ('refused' in outcome) return outcome;
  const { kept, effect, answer, approval } = outcome;
  const { before, after } = answer as Pick<CorrectionReport, 'before' | 'after'>;
  return { ...request, before, after, passesRevoked: effect.passesRevoked, kept, approval };
}
