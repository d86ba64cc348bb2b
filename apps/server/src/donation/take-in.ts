/** One batch of rows into the database: compared with what is known, appended when it is new. */
import type { Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { documentHash, findDocuments, insertDonors, personHash } from '../donor/workflow.ts';
import type { DonationRow } from './parse-row.ts';
import { type RowError, rowError } from './row-errors.ts';
import { findNumbers, insertDonations, insertNumbers } from './store.ts';

/** What has become of the rows so far. */
export interface Tally {
  rows: number;
  imported: number;
  unchanged: number;
  readonly rejected: RowError[];
  readonly rejectedRows: Set<number>;
  readonly conflicting: RowError[];
  /** What was found wrong since `takeFresh` was last called. */
  fresh: RowError[];
  readonly donors: Set<string>;
  unknownHeadings: readonly string[];
}

/** A tally of nothing. */
export function startTally(): Tally {
  return {
    rows: 0,
    imported: 0,
    unchanged: 0,
    rejected: [],
    rejectedRows: new Set(),
    conflicting: [],
    fresh: [],
    donors: new Set(),
    unknownHeadings: [],
  };
}

/** Counts a row as rejected, with everything that is wrong with it. */
export function reject(tally: Tally, errors: readonly RowError[]): void {
  tally.rejected.push(...errors);
  tally.fresh.push(...errors);
  for (const { row } of errors) tally.rejectedRows.add(row);
}

function conflict(tally: Tally, row: DonationRow): void {
  const error = rowError(row.row, 'donation_number', 'conflict', { value: row.number });
  tally.conflicting.push(error);
  tally.fresh.push(error);
}

/** What was found wrong since the last call. */
export function takeFresh(tally: Tally): readonly RowError[] {
  const { fresh } = tally;
  tally.fresh = [];
  return fresh;
}

/** One batch: what is known is compared, what is new is appended. */
export async function takeIn(
  core: Core,
  transaction: Kysely<Schema>,
  batch: readonly DonationRow[],
  importId: string,
  now: Instant,
  tally: Tally,
): Promise<void> {
  if (batch.length === 0) return;
  const known = await findNumbers(
    transaction,
    batch.map((row) => row.number),
  );
  const fresh: DonationRow[] = [];
  const factsInFile = new Map<string, string>();
  for (const row of batch) {
    const facts = factsOf(core, row).toString('hex');
    const before = known.get(row.number)?.factsHash ?? factsInFile.get(row.number);
    if (before === undefined) {
      factsInFile.set(row.number, facts);
      fresh.push(row);
    } else if (before === facts) tally.unchanged += 1;
    else conflict(tally, row);
  }
  const owned = await findOwners(core, transaction, fresh, now, tally);
  if (owned.length === 0) return;
  const taken = await insertNumbers(
    transaction,
    owned.map(({ row, donorId }) => ({
      donation_number: row.number,
      donor_id: donorId,
      facts_hash: factsOf(core, row),
    })),
  );
  const mine = owned.filter(({ row }) => taken.has(row.number));
  const lost = owned.filter(({ row }) => !taken.has(row.number)).map(({ row }) => row);
  await compareLost(core, transaction, lost, tally);
  if (mine.length === 0) return;
  await insertDonations(
    transaction,
    mine.map(({ row, donorId }) => ({
      donor_id: donorId,
      donation_number: row.number,
      donated_on: row.donatedOn,
      kind: row.kind,
      amount: row.amount,
      unit: row.unit,
      city: row.city,
      in_city: row.inCity,
      site: row.site,
      import_id: importId,
      recorded_at: now,
    })),
  );
  tally.imported += mine.length;
  for (const { donorId } of mine) tally.donors.add(donorId);
}

/** Rows whose number another import has taken since we looked: it has ended, so compare again. */
async function compareLost(
  core: Core,
  transaction: Kysely<Schema>,
  rows: readonly DonationRow[],
  tally: Tally,
): Promise<void> {
  if (rows.length === 0) return;
  const numbers = rows.map((row) => row.number);
  const known = await findNumbers(transaction, numbers);
  for (const row of rows) {
    const same = known.get(row.number)?.factsHash === factsOf(core, row).toString('hex');
    if (same) tally.unchanged += 1;
    else conflict(tally, row);
  }
}

/** The donors of the rows, new ones recorded; a document under another name is rejected. */
async function findOwners(
  core: Core,
  transaction: Kysely<Schema>,
  rows: readonly DonationRow[],
  now: Instant,
  tally: Tally,
): Promise<{ row: DonationRow; donorId: string }[]> {
  if (rows.length === 0) return [];
  const keyed = rows.map((row) => {
    const hash = documentHash(core.cipher, row.documentType, row.documentNumber);
    return { row, hash, key: Buffer.from(hash).toString('hex') };
  });
  const hashes = [...new Map(keyed.map(({ key, hash }) => [key, hash])).values()];
  const known = await findDocuments(transaction, hashes);
  const newPeople = new Map<string, DonationRow>();
  for (const { key, row } of keyed) {
    if (!known.has(key) && !newPeople.has(key)) newPeople.set(key, row);
  }
  if (newPeople.size > 0) {
    const people = [...newPeople.values()].map((person) => ({
      donorId: core.newId(),
      documentId: core.newId(),
      person,
    }));
    await insertDonors(transaction, core.cipher, people, now);
    for (const [key, found] of await findDocuments(transaction, hashes)) known.set(key, found);
  }
  const owned: { row: DonationRow; donorId: string }[] = [];
  for (const { row, key } of keyed) {
    const found = known.get(key);
    if (found === undefined) throw new Error('invariant broken: a recorded document is found');
    const person = Buffer.from(personHash(core.cipher, row)).toString('hex');
    if (found.personHash === person) owned.push({ row, donorId: found.donorId });
    else reject(tally, [rowError(row.row, 'document_number', 'person_differs')]);
  }
  return owned;
}

/** A keyed hash of everything that makes a donation the same; the telephone is not part of it. */
function factsOf(core: Core, row: DonationRow): Buffer {
  const facts = [
    row.documentType,
    row.documentNumber,
    row.name,
    row.bornOn,
    row.donatedOn,
    row.kind,
    row.amount,
    row.inCity ? '' : row.city,
    row.site ?? '',
  ];
  return Buffer.from(core.cipher.blindIndex('donation', JSON.stringify(facts)));
}
