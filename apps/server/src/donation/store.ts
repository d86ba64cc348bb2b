/** SQL of donations: appended once by number; who gave is found by the document's blind index. */
import type { Donation, DonationNumber } from '@liyu/domain/donation';
import type { CivilDate } from '@liyu/domain/kernel';
import type { DonationKind } from '@liyu/domain/programme';
import type { Insertable, Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** What is known of a donation number: whose it is and a hash of its facts. */
export interface KnownNumber {
  readonly donorId: string;
  readonly factsHash: string;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The numbers that are known, of those asked for. */
export async function findNumbers(
  database: Kysely<Schema>,
  numbers: readonly string[],
): Promise<Map<string, KnownNumber>> {
  const rows = await database
    .selectFrom('donation_number')
    .selectAll()
    .where('donation_number', 'in', numbers)
    .execute();
  return new Map(
    rows.map((row) => [
      row.donation_number,
      { donorId: row.donor_id, factsHash: hex(row.facts_hash) },
    ]),
  );
}

/** Takes numbers; answers those that were free. */
export async function insertNumbers(
  database: Kysely<Schema>,
  rows: readonly Insertable<Schema['donation_number']>[],
): Promise<Set<string>> {
  const taken = await database
    .insertInto('donation_number')
    .values([...rows])
    .onConflict((conflict) => conflict.doNothing())
    .returning('donation_number')
    .execute();
  return new Set(taken.map((row) => row.donation_number));
}

/** Appends donations. */
export async function insertDonations(
  database: Kysely<Schema>,
  rows: readonly Insertable<Schema['donation']>[],
): Promise<void> {
  await database
    .insertInto('donation')
    .values([...rows])
    .execute();
}

/** The donations of each donor asked for; donors without any are left out. */
export async function loadDonations(
  database: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<Map<string, Donation[]>> {
  const rows = await database
    .selectFrom('donation')
    .select(['donor_id', 'donation_number', 'donated_on', 'kind', 'amount', 'in_city'])
    .where('donor_id', 'in', donorIds)
    .execute();
  const byDonor = new Map<string, Donation[]>();
  for (const row of rows) {
    const donation: Donation = {
      number: row.donation_number as DonationNumber,
      donatedOn: row.donated_on as CivilDate,
      kind: row.kind as DonationKind,
      amount: row.amount,
      inCity: row.in_city,
    };
    const known = byDonor.get(row.donor_id);
    if (known === undefined) byDonor.set(row.donor_id, [donation]);
    else known.push(donation);
  }
  return byDonor;
}

/** Donors after the one given, in the order of their ids: for work that goes over everyone. */
export async function loadDonorPage(
  database: Kysely<Schema>,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await database
    .selectFrom('donor')
    .select('donor_id')
    .where('donor_id', '>', after)
    .orderBy('donor_id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.donor_id);
}
