/** SQL of settlements: a closed month of a partner, and which postings it holds. */
import type { Kysely } from 'kysely';
import { includesPartner, type Scope } from '../access/caller.ts';
import type { Schema } from '../database/schema.ts';

/** A closed month. */
export interface ClosedMonth {
  readonly month: string;
  readonly closedAt: string;
  readonly totalFen: number;
  readonly ledgerCheckpoint: { readonly postings: number; readonly sha256: string };
}

/** The partner's closed months; none of a partner out of the scope. */
export async function loadClosed(
  database: Kysely<Schema>,
  scope: Scope,
  partner: string,
): Promise<ClosedMonth[]> {
  if (!includesPartner(scope, partner)) return [];
  const rows = await database
    .selectFrom('settlement')
    .selectAll()
    .where('partner_id', '=', partner)
    .execute();
  return rows.map((row) => ({
    month: row.month,
    closedAt: row.closed_at,
    totalFen: row.total_fen,
    ledgerCheckpoint: row.ledger_checkpoint,
  }));
}

/** The postings of closed months, with the month that holds each; none out of the scope. */
export async function loadSettled(
  database: Kysely<Schema>,
  scope: Scope,
  partner: string,
): Promise<Map<string, string>> {
  if (!includesPartner(scope, partner)) return new Map();
  const rows = await database
    .selectFrom('settlement_posting')
    .select(['posting_id', 'month'])
    .where('partner_id', '=', partner)
    .execute();
  return new Map(rows.map((row) => [row.posting_id, row.month]));
}

/** Closes the month with its postings; false when it is closed already. */
export async function insertSettlement(
  database: Kysely<Schema>,
  scope: Scope,
  partner: string,
  closed: ClosedMonth,
  postingIds: readonly string[],
): Promise<boolean> {
  if (!includesPartner(scope, partner)) return false;
  const taken = await database
    .insertInto('settlement')
    .values({
      partner_id: partner,
      month: closed.month,
      closed_at: closed.closedAt,
      total_fen: closed.totalFen,
      ledger_checkpoint: JSON.stringify(closed.ledgerCheckpoint),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('month')
    .executeTakeFirst();
  if (taken === undefined) return false;
  for (let at = 0; at < postingIds.length; at += 1000) {
    const rows = postingIds.slice(at, at + 1000).map((id) => ({
      partner_id: partner,
      posting_id: id,
      month: closed.month,
    }));
    await database.insertInto('settlement_posting').values(rows).execute();
  }
  return true;
}
