/** SQL of donations: appended once by number; who gave is found by the document's blind index. */
import type { Correction, Donation, DonationNumber } from '@liyu/domain/donation';
import type { CivilDate, Instant } from '@liyu/domain/kernel';
import type { DonationKind } from '@liyu/domain/programme';
import { type Insertable, type Kysely, sql } from 'kysely';
import { copyRows } from '../database/copy.ts';
import type { Schema } from '../database/schema.ts';
import type { PersonIds } from '../donor/workflow.ts';
import type { DonationRow } from './parse-row.ts';
import { type Donors, isAmong, loadReverts, type RevertedDonation } from './revert-store.ts';

/** What is known of a donation number: whose it is and a hash of its facts. */
export interface KnownNumber {
  readonly donorId: string;
  readonly factsHash: string;
}

/** The numbers that are known, of those asked for. */
export async function findNumbers(
  database: Kysely<Schema>,
  numbers: readonly string[],
): Promise<Map<string, KnownNumber>> {
  const { rows } = await sql<{ donation_number: string; donor_id: string; facts: string }>`
    SELECT donation_number, donor_id, encode(facts_hash, 'hex') AS facts
    FROM donation_number WHERE donation_number = ANY (${numbers}::text[])`.execute(database);
  return new Map(
    rows.map((row) => [row.donation_number, { donorId: row.donor_id, factsHash: row.facts }]),
  );
}

/** Whether any number from the first to the last is known, in the order of the database. */
export async function hasNumbersBetween(
  database: Kysely<Schema>,
  first: string,
  last: string,
): Promise<boolean> {
  // The first one is found by the key whatever PostgreSQL believes of a table it has not counted.
  const { rows } = await sql<{ within: boolean }>`
    SELECT donation_number <= ${last} AS within
    FROM donation_number WHERE donation_number >= ${first}
    ORDER BY donation_number LIMIT 1`.execute(database);
  return rows[0]?.within ?? false;
}

/**
 * Begins an import beside others, or `alone`: when the others have ended, and new ones wait. Comes
 * before anything else of the transaction, so that who waits here stands in nobody's way.
 */
export async function joinImports(database: Kysely<Schema>, alone: boolean): Promise<void> {
  const mode = sql.raw(alone ? 'SHARE ROW EXCLUSIVE' : 'ROW EXCLUSIVE');
  await sql`LOCK TABLE donation_import IN ${mode} MODE`.execute(database);
}

/**
 * Takes numbers with the hexadecimal hash of their facts, in one order whoever asks. One that somebody else has taken meanwhile fails it, and
 * the transaction with it (23505).
 */
export async function insertNumbers(
  database: Kysely<Schema>,
  taken: readonly { readonly number: string; readonly donorId: string; readonly facts: string }[],
): Promise<void> {
  await copyRows(
    database,
    'donation_number',
    taken
      .toSorted((one, other) => (one.number < other.number ? -1 : 1))
      .map(({ number, donorId, facts }) => [number, donorId, { hex: facts }]),
  );
}

/** Which of the numbers the import has brought. */
export async function findBrought(
  database: Kysely<Schema>,
  importId: string,
  numbers: readonly string[],
): Promise<Set<string>> {
  if (numbers.length === 0) return new Set();
  const owners = await findNumbers(database, numbers);
  const donorIds = [...new Set([...owners.values()].map(({ donorId }) => donorId))];
  if (donorIds.length === 0) return new Set();
  const rows = await database
    .selectFrom('donation')
    .select('donation_number')
    .where('donor_id', 'in', donorIds)
    .where('donation_number', 'in', numbers)
    .where('import_id', '=', importId)
    .execute();
  return new Set(rows.map((row) => row.donation_number));
}

/** Appends donations that an import has brought. */
export async function insertDonations(
  database: Kysely<Schema>,
  given: readonly { readonly row: DonationRow; readonly donorId: string }[],
  importId: string,
  recordedAt: string,
): Promise<void> {
  await copyRows(
    database,
    'donation',
    given.map(({ row, donorId }) => [
      donorId,
      row.number,
      row.donatedOn,
      row.kind,
      row.amount,
      row.unit,
      row.city,
      row.inCity,
      row.site,
      importId,
      recordedAt,
    ]),
  );
}

/**
 * The donations of each donor asked for, with what was found out about them; donors without any
 * are left out. With `knownAt` as they were recorded at that moment.
 */
export async function loadDonations(
  database: Kysely<Schema>,
  donors: Donors,
  knownAt?: Instant,
): Promise<Map<string, Donation[]>> {
  const byDonor = new Map<string, Donation[]>();
  if ('length' in donors && donors.length === 0) return byDonor;
  const reverts = await loadReverts(database, donors, knownAt);
  const until = knownAt === undefined ? sql`` : sql`AND recorded_at <= ${knownAt}`;
  // One text a donor is read several times as fast as a row a donation; none of it holds a space.
  const { rows } = await sql<{ donor_id: string; given: string }>`
    SELECT donor_id, string_agg(concat_ws(' ', donation_number, donated_on, kind, amount, in_city
      ${reverts.length === 0 ? sql`` : sql`, import_id`}), ' ') AS given
    FROM donation WHERE donor_id ${isAmong(donors)} ${until}
    GROUP BY donor_id`.execute(database);
  const keyOf = (importId: string | undefined, number: string): string => `${importId} ${number}`;
  const reverted = new Set(reverts.map((row) => keyOf(row.import_id, row.donation_number)));
  const corrections = await loadCorrections(database, donors, knownAt, reverts);
  const values = reverts.length === 0 ? 5 : 6;
  for (const { donor_id: donorId, given } of rows) {
    const donations: Donation[] = [];
    const texts = given.split(' ');
    for (let at = 0; at < texts.length; at += values) {
      const number = texts[at] as DonationNumber;
      if (reverted.size > 0 && reverted.has(keyOf(texts[at + 5], number))) continue;
      const donation = {
        number,
        donatedOn: texts[at + 1] as CivilDate,
        kind: texts[at + 2] as DonationKind,
        amount: Number(texts[at + 3]),
        inCity: texts[at + 4] === 't',
      };
      const correction = corrections.get(number);
      donations.push(correction === undefined ? donation : { ...donation, correction });
    }
    if (donations.length > 0) byDonor.set(donorId, donations);
  }
  return byDonor;
}

/**
 * The donations of each person, of all donors who are this person; by the person's id. With
 * `knownAt` as they were recorded at that moment.
 */
export async function loadPersonDonations(
  database: Kysely<Schema>,
  persons: readonly PersonIds[],
  knownAt?: Instant,
): Promise<Map<string, Donation[]>> {
  const donorIds = [...new Set(persons.flatMap((person) => person.donorIds))];
  const byDonor = await loadDonations(database, donorIds, knownAt);
  return new Map(
    persons.map((person) => [
      person.personId,
      person.donorIds.flatMap((donorId) => byDonor.get(donorId) ?? []),
    ]),
  );
}

/** The correction that stands of each donation that has one, by its number. */
async function loadCorrections(
  database: Kysely<Schema>,
  donors: Donors,
  knownAt: Instant | undefined,
  reverts: readonly RevertedDonation[],
): Promise<Map<string, Correction>> {
  let query = database
    .selectFrom('donation_correction')
    .select(['donation_number', 'correction', 'correction_id'])
    .where(sql<boolean>`donor_id ${isAmong(donors)}`)
    .orderBy('correction_id');
  if (knownAt !== undefined) query = query.where('recorded_at', '<=', knownAt);
  const rows = await query.execute();
  // What was found out about a record that was taken back says nothing of the one that came after.
  const revertedLast = new Map<string, string>();
  for (const { donation_number: number, revert_id: id } of reverts) {
    if (id > (revertedLast.get(number) ?? '')) revertedLast.set(number, id);
  }
  const last = new Map(
    rows
      .filter((row) => row.correction_id > (revertedLast.get(row.donation_number) ?? ''))
      .map((row) => [row.donation_number, row.correction as Finding]),
  );
  const standing = new Map<string, Correction>();
  for (const [number, finding] of last) if (finding !== 'restored') standing.set(number, finding);
  return standing;
}

/** What is recorded of a donation later: a correction, or that the last one was wrong itself. */
export type Finding = Correction | 'restored';

/** The correction of a donation that stands, or `undefined`. */
export async function findCorrection(
  database: Kysely<Schema>,
  donorId: string,
  donation: string,
): Promise<Correction | undefined> {
  const reverts = await loadReverts(database, [donorId], undefined);
  return (await loadCorrections(database, [donorId], undefined, reverts)).get(donation);
}

/** Appends a correction. */
export async function insertCorrection(
  database: Kysely<Schema>,
  row: Insertable<Schema['donation_correction']>,
): Promise<void> {
  await database.insertInto('donation_correction').values(row).execute();
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
