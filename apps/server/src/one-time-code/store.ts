/** SQL of one-time codes: one a number, and every try is counted before it is judged. */
import { type Insertable, type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** Keeps the code over the one before. */
export async function putCode(
  database: Kysely<Schema>,
  row: Insertable<Schema['one_time_code']>,
): Promise<void> {
  const { phone_hash: _number, ...code } = row;
  await database
    .insertInto('one_time_code')
    .values(row)
    .onConflict((conflict) => conflict.column('phone_hash').doUpdateSet(code))
    .execute();
}

/** Takes one of the code's tries, and answers the code; `undefined` when none is left to try. */
export async function takeTry(
  database: Kysely<Schema>,
  phoneHash: Uint8Array,
  now: string,
): Promise<{ codeId: string; codeHash: Uint8Array } | undefined> {
  const row = await database
    .updateTable('one_time_code')
    .set({ tries_left: sql`tries_left - 1` })
    .where('phone_hash', '=', phoneHash)
    .where('tries_left', '>', 0)
    .where('expires_at', '>', now)
    .returning(['code_id', 'code_hash'])
    .executeTakeFirst();
  return row && { codeId: row.code_id, codeHash: row.code_hash };
}

/** Ends the code; false when it was used or replaced meanwhile. */
export async function deleteCode(
  database: Kysely<Schema>,
  phoneHash: Uint8Array,
  codeId: string,
): Promise<boolean> {
  const row = await database
    .deleteFrom('one_time_code')
    .where('phone_hash', '=', phoneHash)
    .where('code_id', '=', codeId)
    .returning('code_id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Deletes the codes that are good no more. */
export async function deleteExpired(database: Kysely<Schema>, now: string): Promise<void> {
  await database.deleteFrom('one_time_code').where('expires_at', '<=', now).execute();
}
