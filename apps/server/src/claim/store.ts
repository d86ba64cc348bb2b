/** SQL of claims: appended once, with the number of the certificate. */
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** The first claim of the donors, or `undefined`. */
export async function findClaim(
  database: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<Selectable<Schema['claim']> | undefined> {
  return database
    .selectFrom('claim')
    .selectAll()
    .where('donor_id', 'in', donorIds)
    .orderBy('claim_id')
    .limit(1)
    .executeTakeFirst();
}

/** Takes the number; false when it is another's. */
export async function insertCertificateNumber(
  database: Kysely<Schema>,
  row: Insertable<Schema['certificate_number']>,
): Promise<boolean> {
  const taken = await database
    .insertInto('certificate_number')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('certificate_number')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Appends a claim. */
export async function insertClaim(
  database: Kysely<Schema>,
  row: Insertable<Schema['claim']>,
): Promise<void> {
  await database.insertInto('claim').values(row).execute();
}
