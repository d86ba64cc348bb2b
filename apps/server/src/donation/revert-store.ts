/** SQL of imports taken back: which donations count no more, and whose. */
import type { Instant } from '@liyu/domain/kernel';
import { type Insertable, type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** A donation that was taken back with the import that had brought it. */
export type RevertedDonation = Selectable<Schema['donation_revert']>;

/**
 * Some donors: by their ids, or everyone from the first id to the last. Of many who stand together
 * the range is found faster, above all in tables that PostgreSQL has not yet counted.
 */
export type Donors = readonly string[] | { readonly first: string; readonly last: string };

/** What SQL says behind a donor's id to mean one of them. */
export function isAmong(donors: Donors): RawBuilder<unknown> {
  return 'first' in donors
    ? sql`BETWEEN ${donors.first} AND ${donors.last}`
    : sql`= ANY (${donors}::uuid[])`;
}

/** What was taken back of the donors' donations, by the moment if one is given. */
export async function loadReverts(
  database: Kysely<Schema>,
  donors: Donors,
  knownAt: Instant | undefined,
): Promise<RevertedDonation[]> {
  let query = database
    .selectFrom('donation_revert')
    .selectAll()
    .where(sql<boolean>`donor_id ${isAmong(donors)}`);
  if (knownAt !== undefined) query = query.where('recorded_at', '<=', knownAt);
  return query.execute();
}

/** Whether something of the import was kept. */
export async function isKept(database: Kysely<Schema>, importId: string): Promise<boolean> {
  const row = await database
    .selectFrom('donation_import')
    .select('import_id')
    .where('import_id', '=', importId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Records that the import is taken back; `undefined` when it was before. */
export async function insertRevert(
  database: Kysely<Schema>,
  row: Insertable<Schema['import_revert']>,
): Promise<Selectable<Schema['import_revert']> | undefined> {
  return database
    .insertInto('import_revert')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** The imports of those asked about that were taken back, with who, when and why. */
export async function loadImportReverts(
  database: Kysely<Schema>,
  importIds: readonly string[],
): Promise<Map<string, Selectable<Schema['import_revert']>>> {
  if (importIds.length === 0) return new Map();
  const rows = await database
    .selectFrom('import_revert')
    .selectAll()
    .where('import_id', 'in', importIds)
    .execute();
  return new Map(rows.map((row) => [row.import_id, row]));
}

/** Donors after the one given for whom the import brought something, in the order of their ids. */
export async function loadDonorsOfImport(
  database: Kysely<Schema>,
  importId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await database
    .selectFrom('donation')
    .select('donor_id')
    .distinct()
    .where('import_id', '=', importId)
    .where('donor_id', '>', after)
    .orderBy('donor_id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.donor_id);
}

/** Takes back what the import brought for the donors: it counts no more, its numbers are free. */
export async function revertDonations(
  database: Kysely<Schema>,
  donorIds: readonly string[],
  revert: Selectable<Schema['import_revert']>,
): Promise<number> {
  const rows = await database
    .selectFrom('donation')
    .select(['donor_id', 'donation_number', 'import_id'])
    .where('donor_id', 'in', donorIds)
    .where('import_id', '=', revert.import_id)
    .execute();
  for (let at = 0; at < rows.length; at += BATCH) {
    const batch = rows.slice(at, at + BATCH);
    await database
      .insertInto('donation_revert')
      .values(
        batch.map((row) => ({
          ...row,
          revert_id: revert.revert_id,
          recorded_at: revert.recorded_at,
        })),
      )
      .execute();
    await database
      .deleteFrom('donation_number')
      .where(
        'donation_number',
        'in',
        batch.map((row) => row.donation_number),
      )
      .execute();
  }
  return rows.length;
}

const BATCH = 1000;
