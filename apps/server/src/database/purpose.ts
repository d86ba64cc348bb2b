/** What a database is for: whoever opens it first says so, and nobody opens it for the other. */
import type { Kysely } from 'kysely';
import type { Config } from '../config.ts';
import type { Schema } from './schema.ts';

/** Keys, a database or donors of development met production, or the other way round. */
export class WrongPurpose extends Error {}

/** Marks a database that nobody has opened yet; throws `WrongPurpose` when it is of the other mode. */
export async function holdPurpose(
  database: Kysely<Schema>,
  mode: Config['mode'],
  now: string,
): Promise<void> {
  const find = () => database.selectFrom('database_purpose').select('purpose').execute();
  let [marked] = await find();
  if (marked === undefined) {
    await database
      .insertInto('database_purpose')
      .values({ purpose: mode, recorded_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    [marked] = await find();
  }
  if (marked?.purpose === mode) return;
  throw new WrongPurpose(
    `DATABASE_URL: the database was made for ${marked?.purpose}, and LIYU_MODE is ${mode}; ` +
      'give each its own',
  );
}
