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
  type NewDonor,
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
  /** Who was known before the file and has something new by it. */
  readonly donors: Set<string>;
  /** Who is recorded with the file: nobody else sees them before it is kept. */
  readonly newDonors: Set<string>;
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
    newDonors: new Set(),
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
    rows.map(({ document }) => document),
  );
  const outcome = judge(core, rows, known, documents);
  for (const { donorId } of outcome.newPeople) tally.newDonors.add(donorId);
  tally.unchanged += outcome.unchanged;
  for (const row of outcome.conflicting) conflict(tally, row);
  for (const { row } of outcome.differing) {
    reject(tally, [rowError(row, 'document_number', 'person_differs')]);
  }
  tally.imported += outcome.accepted.length;
  for (const { donorId } of outcome.accepted) {
    if (!tally.newDonors.has(donorId)) tally.donors.add(donorId);
  }
  // Asked for together: the rows of one table are made while the database is at work on another's.
  await allOf([
    insertDonors(transaction, core.cipher, outcome.newPeople, now),
    insertNumbers(
      transaction,
      outcome.accepted.map(({ keyed: { row, facts }, donorId }) => ({
        number: row.number,
        donorId,
        facts,
      })),
    ),
    insertDonations(
      transaction,
      outcome.accepted.map(({ keyed: { row }, donorId }) => ({ row, donorId })),
      importId,
      now,
    ),
  ]);
}

/** Fails as the one that failed first, after all have ended. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  try {
    await Promise.all(works);
  } finally {
    await Promise.allSettled(works);
  }
}

/** A row with the hashes by which it is found and compared, in hexadecimal. */
export interface KeyedRow {
  readonly row: DonationRow;
  readonly facts: string;
  readonly document: string;
  readonly person: string;
}

/** The row with its hashes. */
export function keyRow(core: Core, row: DonationRow): KeyedRow {
  return {
    row,
    facts: factsOf(core, row),
    document: documentHash(core.cipher, row.documentType, row.documentNumber),
    person: personHash(core.cipher, row),
  };
}

/** A row that is taken, and whose it is. */
interface Owned {
  readonly keyed: KeyedRow;
  readonly donorId: string;
}

/** What is to become of the rows of a batch, by what is known. */
interface Outcome {
  readonly accepted: readonly Owned[];
  /** Who is named by a document that nobody was known by. */
  readonly newPeople: readonly NewDonor[];
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
  const newPeople = new Map<string, NewDonor>();
  const conflicting: DonationRow[] = [];
  const differing: DonationRow[] = [];
  const inFile = new Map<string, string>();
  let unchanged = 0;
  for (const keyedRow of rows) {
    const { row, facts, document, person } = keyedRow;
    const before = known.get(row.number)?.factsHash ?? inFile.get(row.number);
    const owner = documents.get(document);
    const recordedPerson = owner?.personHash ?? newPeople.get(document)?.known.person ?? person;
    if (before === facts) unchanged += 1;
    else if (before !== undefined) {
      if (before === factsBefore(core, keyedRow)) unchanged += 1;
      else conflicting.push(row);
    } else if (recordedPerson !== person) differing.push(row);
    else {
      inFile.set(row.number, facts);
      const { donorId } = owner ?? newPeople.get(document) ?? addPerson(core, newPeople, keyedRow);
      accepted.push({ keyed: keyedRow, donorId });
    }
  }
  return { accepted, newPeople: [...newPeople.values()], unchanged, conflicting, differing };
}

function addPerson(core: Core, newPeople: Map<string, NewDonor>, keyedRow: KeyedRow): NewDonor {
  const person = {
    donorId: core.newId(),
    documentId: core.newId(),
    person: keyedRow.row,
    known: keyedRow,
  };
  newPeople.set(keyedRow.document, person);
  return person;
}

/**
 * The facts as they were hashed before the programme knew that this writing of the city is its own:
 * the text of the file is the same, only its reading is not.
 */
function factsBefore(core: Core, { row, facts }: KeyedRow): string {
  if (!row.inCity || row.city === '') return facts;
  return factsOf(core, row, row.city);
}

/** A keyed hash of everything that makes a donation the same; the telephone is not part of it. */
function factsOf(core: Core, row: DonationRow, city: string = row.inCity ? '' : row.city): string {
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
  return core.cipher.blindIndexHex('donation', JSON.stringify(facts));
}
