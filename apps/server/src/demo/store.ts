/** SQL of the demo: the last things that happened, for people to look at. Development only. */
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { ScanAnswer } from '../redemption/workflow.ts';

/** What is kept of an answer: whole, or of a gate that decided by itself only the use. */
export type KeptAnswer = Partial<
  Pick<ScanAnswer, 'redemptionId' | 'refusalId' | 'code' | 'message'>
>;

/** The answers that were given last, newest first. */
export async function loadLastAnswers(
  database: Kysely<Schema>,
  limit: number,
): Promise<KeptAnswer[]> {
  const rows = await database
    .selectFrom('receipt')
    .select('answer')
    .orderBy('recorded_at', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => (row.answer ?? {}) as KeptAnswer);
}

/** The uses of the ids. */
export function loadUsesByIds(database: Kysely<Schema>, ids: readonly string[]) {
  return database.selectFrom('redemption').selectAll().where('redemption_id', 'in', ids).execute();
}

/** The refusals of the ids. */
export function loadRefusalsByIds(database: Kysely<Schema>, ids: readonly string[]) {
  return database.selectFrom('refusal').selectAll().where('refusal_id', 'in', ids).execute();
}

/** The postings of the uses of the ids. */
export function loadPostingsByIds(database: Kysely<Schema>, ids: readonly string[]) {
  return database.selectFrom('posting').selectAll().where('redemption_id', 'in', ids).execute();
}

/** The audit leaves of the subjects of the ids. */
export function loadLeavesByIds(database: Kysely<Schema>, ids: readonly string[]) {
  return database
    .selectFrom('audit_leaf')
    .select(['subject_id', 'leaf_hash'])
    .where('subject_id', 'in', ids)
    .execute();
}
