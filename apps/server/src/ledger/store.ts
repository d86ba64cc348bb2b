/** SQL of the ledger: postings as they were appended. */
import type { Instant } from '@liyu/domain/kernel';
import type { Account, Posting } from '@liyu/domain/ledger';
import type { BenefitId } from '@liyu/domain/programme';
import type { LedgerPosting } from '@liyu/domain/settlement';
import type { Kysely, Selectable } from 'kysely';
import { includesPartner, type Scope } from '../access/caller.ts';
import type { Schema } from '../database/schema.ts';

/** The postings of a use. */
export async function loadPostings(
  database: Kysely<Schema>,
  donorId: string,
  redemptionId: string,
): Promise<Posting[]> {
  const rows = await database
    .selectFrom('posting')
    .selectAll()
    .where('donor_id', '=', donorId)
    .where('redemption_id', '=', redemptionId)
    .execute();
  return rows.map(postingOf);
}

/** The postings of many uses of donors, by the use: what it posted, and what took that back. */
export async function loadPostingsOfUses(
  database: Kysely<Schema>,
  donorIds: readonly string[],
  redemptionIds: readonly string[],
): Promise<Map<string, Posting[]>> {
  if (redemptionIds.length === 0) return new Map();
  const rows = await database
    .selectFrom('posting')
    .selectAll()
    .where('donor_id', 'in', donorIds)
    .where('redemption_id', 'in', redemptionIds)
    .execute();
  return Map.groupBy(rows.map(postingOf), ({ redemptionId }) => redemptionId);
}

/** All postings of the partner through the month; none of a partner out of the scope. */
export async function loadLedger(
  database: Kysely<Schema>,
  scope: Scope,
  partner: string,
  throughMonth: string,
): Promise<LedgerPosting[]> {
  if (!includesPartner(scope, partner)) return [];
  const rows = await database
    .selectFrom('posting')
    .selectAll()
    .where('partner_id', '=', partner)
    .where('month', '<=', throughMonth)
    .execute();
  return rows.map((row) => ({ ...postingOf(row), postingId: row.posting_id }));
}

/** A posting with whose use it is; `null` once that was forgotten. */
export interface DonorPosting extends LedgerPosting {
  readonly donorId: string | null;
}

/** The postings of the partner's month, by moment; none of a partner out of the scope. */
export async function loadMonth(
  database: Kysely<Schema>,
  scope: Scope,
  partner: string,
  month: string,
): Promise<DonorPosting[]> {
  if (!includesPartner(scope, partner)) return [];
  const rows = await database
    .selectFrom('posting')
    .selectAll()
    .where('partner_id', '=', partner)
    .where('month', '=', month)
    .orderBy('redeemed_at')
    .orderBy('posting_id')
    .execute();
  return rows.map((row) => ({
    ...postingOf(row),
    postingId: row.posting_id,
    // A posting that names itself names nobody: see migrations/0035_forget_whereabouts.sql.
    donorId: row.donor_id === row.posting_id ? null : row.donor_id,
  }));
}

function postingOf(row: Selectable<Schema['posting']>): Posting {
  return {
    redemptionId: row.redemption_id,
    benefit: row.benefit as BenefitId,
    partner: row.partner_id,
    redeemedAt: row.redeemed_at as Instant,
    month: row.month,
    debit: row.debit as Account,
    credit: row.credit as Account,
    fareFen: row.fare_fen,
    amountFen: row.amount_fen,
    reversalOf: row.reversal_of,
  };
}
