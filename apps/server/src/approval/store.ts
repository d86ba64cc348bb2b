/** SQL of approvals: what was asked, and what a second person said to it, once. */
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

export type StoredApproval = Selectable<Schema['approval']>;
export type StoredDecision = Selectable<Schema['approval_decision']>;

/** Records what is asked. */
export async function insertApproval(database: Kysely<Schema>, row: StoredApproval): Promise<void> {
  await database
    .insertInto('approval')
    .values({ ...row, body: JSON.stringify(row.body), effect: JSON.stringify(row.effect) })
    .execute();
}

/** What was asked, or `undefined`. */
export function findApproval(
  database: Kysely<Schema>,
  approvalId: string,
): Promise<StoredApproval | undefined> {
  return database
    .selectFrom('approval')
    .selectAll()
    .where('approval_id', '=', approvalId)
    .executeTakeFirst();
}

/** What was said to it, or `undefined`. */
export function findDecision(
  database: Kysely<Schema>,
  approvalId: string,
): Promise<StoredDecision | undefined> {
  return database
    .selectFrom('approval_decision')
    .selectAll()
    .where('approval_id', '=', approvalId)
    .executeTakeFirst();
}

/** What was asked after the moment and nobody has decided yet, oldest first. */
export function loadOpen(database: Kysely<Schema>, askedAfter: string): Promise<StoredApproval[]> {
  return database
    .selectFrom('approval')
    .selectAll()
    .where('asked_at', '>', askedAfter)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('approval_decision')
            .select('approval_decision.approval_id')
            .whereRef('approval_decision.approval_id', '=', 'approval.approval_id'),
        ),
      ),
    )
    .orderBy('approval_id')
    .execute();
}

/**
 * Records a decision, and answers whether it is the first. Whoever asked is taken from what was
 * asked, not from the caller, so that his own decision breaks the table's check whatever is said.
 */
export async function insertDecision(
  database: Kysely<Schema>,
  row: Omit<StoredDecision, 'asked_by'>,
): Promise<StoredDecision | undefined> {
  const { rows } = await sql<StoredDecision>`
    insert into approval_decision
      (approval_id, asked_by, outcome, decided_by, decided_at, reason, next_id)
    select approval_id, asked_by, ${row.outcome}::text, ${row.decided_by}::text,
      ${row.decided_at}::timestamptz, ${row.reason}::text, ${row.next_id}::uuid
    from approval where approval_id = ${row.approval_id}
    on conflict do nothing returning *`.execute(database);
  return rows[0];
}
