/** One batch of rows into the database: compared with what is known, appended when it is new. */
import type { Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import {
  documentHash,
  findDocuments,
  insertDonors,
  type KnownDocument,
  personHash,
} from '../donor/workflow.ts';
import { type DonationRow, otherCityOf } from './parse-row.ts';
import type { Batch } from './read-batches.ts';
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
  readonly donors: Set<string>;
  unknownHeadings: readonly string[];
  readonly otherCities: Set<string>;
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
    donors: new Set(),
    unknownHeadings: [],
    otherCities: new Set(),
  };
}

/** Counts a row as rejected, with everything that is wrong with it. */
function reject(tally: Tally, errors: readonly RowError[]): void {
  tally.rejected.push(...errors);
  for (const { row } of errors) tally.rejectedRows.add(row);
}

function conflict(tally: Tally, row: DonationRow): void {
  tally.conflicting.push(rowError(row.row, 'donation_number', 'conflict', { value: row.number }));
}

/** Under which import, and when, rows are taken in. */
export interface Taking {
  readonly importId: string;
  readonly now: Instant;
}

/** One batch: what is known is compared, what is new appended. Answers what was found wrong. */
export async function takeIn(
  core: Core,
  transaction: Kysely<Schema>,
  { count, wrong }: Batch,
  rows: readonly KeyedRow[],
  taking: Taking,
  tally: Tally,
): Promise<readonly RowError[]> {
  const before = [tally.rejected.length, tally.conflicting.length] as const;
  tally.rows += count;
  for (const errors of wrong) reject(tally, errors);
  for (const { row } of rows) {
    const otherCity = otherCityOf(row);
    if (otherCity !== undefined) tally.otherCities.add(otherCity);
  }
  await takeWellFormed(core, transaction, rows, taking, tally);
  return [...tally.rejected.slice(before[0]), ...tally.conflicting.slice(before[1])];
}

async function takeWellFormed(
  core: Core,
  transaction: Kysely<Schema>,
  rows: readonly KeyedRow[],
  { importId, now }: Taking,
  tally: Tally,
): Promise<void> {
  if (rows.length === 0) return;
  const known = await findNumbers(
    transaction,
    rows.map(({ row }) => row.number),
  );
  const documents = await findDocuments(
    transaction,
    rows.map((row) => row.documentHash),
  );
  let outcome = judge(core, rows, known, documents);
  if (outcome.newPeople.length > 0) {
    await recordPeople(core, transaction, outcome.newPeople, now, documents);
    outcome = judge(core, rows, known, documents);
  }
  await recordDonations(transaction, outcome.accepted, importId, now);
  tally.unchanged += outcome.unchanged;
  for (const row of outcome.conflicting) conflict(tally, row);
  for (const { row } of outcome.differing) {
    reject(tally, [rowError(row, 'document_number', 'person_differs')]);
  }
  tally.imported += outcome.accepted.length;
  for (const { donorId } of outcome.accepted) tally.donors.add(donorId);
}

/** Appends the donations that are new, and takes their numbers. */
async function recordDonations(
  transaction: Kysely<Schema>,
  accepted: readonly Owned[],
  importId: string,
  now: Instant,
): Promise<void> {
  await insertNumbers(
    transaction,
    accepted.map(({ keyed: { row, factsHash }, donorId }) => ({
      donation_number: row.number,
      donor_id: donorId,
      facts_hash: factsHash,
    })),
  );
  await insertDonations(
    transaction,
    accepted.map(({ keyed: { row }, donorId }) => ({
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
}

/** A row with the hashes by which it is found and compared, as bytes and in hexadecimal. */
export interface KeyedRow {
  readonly row: DonationRow;
  readonly factsHash: Uint8Array;
  readonly facts: string;
  readonly documentHash: Uint8Array;
  readonly document: string;
  readonly personHash: Uint8Array;
  readonly person: string;
}

/** The row with its hashes. */
export function keyRow(core: Core, row: DonationRow): KeyedRow {
  const byDocument = documentHash(core.cipher, row.documentType, row.documentNumber);
  const byPerson = personHash(core.cipher, row);
  const byFacts = factsOf(core, row);
  return {
    row,
    factsHash: byFacts,
    facts: hex(byFacts),
    documentHash: byDocument,
    document: hex(byDocument),
    personHash: byPerson,
    person: hex(byPerson),
  };
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');

/** A row that is taken, and whose it is. */
interface Owned {
  readonly keyed: KeyedRow;
  readonly donorId: string;
}

/** What is to become of the rows of a batch, by what is known. */
interface Outcome {
  readonly accepted: readonly Owned[];
  /** Rows that name a document first; until they are recorded the outcome is not the last. */
  readonly newPeople: readonly KeyedRow[];
  readonly unchanged: number;
  readonly conflicting: readonly DonationRow[];
  readonly differing: readonly DonationRow[];
}

/** Judges the rows in their order. A number counts as seen once its owner is accepted. */
function judge(
  core: Core,
  rows: readonly KeyedRow[],
  known: ReadonlyMap<string, { readonly factsHash: string }>,
  documents: ReadonlyMap<string, KnownDocument>,
): Outcome {
  const accepted: Owned[] = [];
  const newPeople = new Map<string, KeyedRow>();
  const conflicting: DonationRow[] = [];
  const differing: DonationRow[] = [];
  const inFile = new Map<string, string>();
  let unchanged = 0;
  for (const keyedRow of rows) {
    const { row, facts, document, person } = keyedRow;
    const before = known.get(row.number)?.factsHash ?? inFile.get(row.number);
    const owner = documents.get(document);
    const recordedPerson = owner?.personHash ?? newPeople.get(document)?.person ?? person;
    if (before === facts) unchanged += 1;
    else if (before !== undefined) {
      if (before === factsBefore(core, keyedRow)) unchanged += 1;
      else conflicting.push(row);
    } else if (recordedPerson !== person) differing.push(row);
    else {
      inFile.set(row.number, facts);
      if (owner !== undefined) accepted.push({ keyed: keyedRow, donorId: owner.donorId });
      else if (!newPeople.has(document)) newPeople.set(document, keyedRow);
    }
  }
  return { accepted, newPeople: [...newPeople.values()], unchanged, conflicting, differing };
}

/** Records the people, and adds to the documents who has them now. */
async function recordPeople(
  core: Core,
  transaction: Kysely<Schema>,
  newPeople: readonly KeyedRow[],
  now: Instant,
  documents: Map<string, KnownDocument>,
): Promise<void> {
  const people = newPeople.map((keyedRow) => ({
    donorId: core.newId(),
    documentId: core.newId(),
    person: keyedRow.row,
    known: keyedRow,
  }));
  await insertDonors(transaction, core.cipher, people, now);
  for (const { donorId, known } of people) {
    documents.set(known.document, { donorId, personHash: known.person });
  }
}

/**
 * The facts as they were hashed before the programme knew that this writing of the city is its own:
 * the text of the file is the same, only its reading is not.
 */
function factsBefore(core: Core, { row, facts }: KeyedRow): string {
  if (!row.inCity || row.city === '') return facts;
  return hex(factsOf(core, row, row.city));
}

/** A keyed hash of everything that makes a donation the same; the telephone is not part of it. */
function factsOf(
  core: Core,
  row: DonationRow,
  city: string = row.inCity ? '' : row.city,
): Uint8Array {
  const facts = [
    row.documentType,
    row.documentNumber,
    row.name,
    row.bornOn,
    row.donatedOn,
    row.kind,
    row.amount,
    city,
    row.site ?? '',
  ];
  return core.cipher.blindIndex('donation', JSON.stringify(facts));
}
