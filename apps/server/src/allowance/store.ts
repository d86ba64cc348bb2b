/** SQL of allowances: a count that begins anew, raised in one statement. */
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** Counts one more and answers how many there are since the count began, and until when it counts. */
export async function countOne(
  database: Kysely<Schema>,
  subject: Uint8Array,
  now: string,
  countedUntil: string,
): Promise<{ used: number; countedUntil: string }> {
  const over = sql<boolean>`allowance.counted_until <= ${now}`;
  const { used, counted_until } = await database
    .insertInto('allowance')
    .values({ subject, used: 1, counted_until: countedUntil })
    .onConflict((conflict) =>
      conflict.column('subject').doUpdateSet({
        used: sql`case when ${over} then 1 else allowance.used + 1 end`,
        counted_until: sql`case when ${over} then ${countedUntil} else allowance.counted_until end`,
      }),
    )
    .returning(['used', 'counted_until'])
    .executeTakeFirstOrThrow();
  return { used, countedUntil: counted_until };
}

/** Deletes the counts that would begin anew. */
export async function deleteOver(database: Kysely<Schema>, now: string): Promise<void> {
  await database.deleteFrom('allowance').where('counted_until', '<=', now).execute();
}
