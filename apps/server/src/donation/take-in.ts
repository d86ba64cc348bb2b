/** One batch of rows into the database: compared with what is known, appended when it is new. */
import type { Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import {
  DonorMemory,
  documentHash,
  findDocuments,
  insertDonors,
  personHash,
} from '../donor/workflow.ts';
import { judge, type KeyedRow, type Named } from './judge-rows.ts';
import { type DonationRow, otherCityOf } from './parse-row.ts';
import type { Batch } from './read-batches.ts';
import { type RowError, rowError } from './row-errors.ts';
import { findNumbers, hasNumbersBetween, insertDonations, insertNumbers } from './store.ts';

/** Of a file that is guessed at. */
const ROWS_A_DONOR = 4;

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
  /** Who is recorded with the file, in order: nobody else sees them before it is kept. */
  readonly newDonors: string[];
  readonly memory: DonorMemory;
  unknownHeadings: readonly string[];
  readonly otherCities: Set<string>;
}

/** A tally of nothing, for about so many rows. */
export function startTally(rows: number): Tally {
  return {
    rows: 0,
    imported: 0,
    unchanged: 0,
    rejected: [],
    rejectedRows: new Set(),
    conflicting: [],
    donors: new Set(),
    newDonors: [],
    memory: new DonorMemory(rows / ROWS_A_DONOR),
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
  /** The file is taken in again, after a number or a document stood in its way. */
  readonly again: boolean;
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
  { importId, now, again }: Taking,
  tally: Tally,
): Promise<void> {
  if (rows.length === 0) return;
  const numbers = rows.map(({ row }) => row.number);
  const anyKnown = again || (await isAnyKnown(transaction, numbers));
  const known = anyKnown ? await findNumbers(transaction, numbers) : new Map<string, never>();
  const named = await nameDonors(core, transaction, rows, tally.memory);
  const outcome = judge(core, rows, known, named);
  for (const { donorId } of outcome.newPeople) tally.newDonors.push(donorId);
  tally.unchanged += outcome.unchanged;
  for (const row of outcome.conflicting) conflict(tally, row);
  for (const { row } of outcome.differing) {
    reject(tally, [rowError(row, 'document_number', 'person_differs')]);
  }
  tally.imported += outcome.accepted.length;
  for (const { keyed, donorId, isRemembered } of outcome.accepted) {
    if (isRemembered) continue;
    tally.memory.keep(keyed.row, donorId);
    if (!isNew(tally, donorId)) tally.donors.add(donorId);
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

/**
 * Whether a number may be known: centres give them one after another, so that most files stand apart
 * from all that is recorded. Should the database order them in another way than we do, a known one
 * fails the transaction, and all of them are looked up when the file is taken in again.
 */
function isAnyKnown(database: Kysely<Schema>, numbers: readonly string[]): Promise<boolean> {
  let [first = '', last = ''] = numbers;
  for (const number of numbers) {
    if (number < first) first = number;
    if (number > last) last = number;
  }
  return hasNumbersBetween(database, first, last);
}

/** By whom each row says that it was given: the donor, or the document, with whom it belongs to. */
async function nameDonors(
  core: Core,
  database: Kysely<Schema>,
  rows: readonly KeyedRow[],
  memory: DonorMemory,
): Promise<Named[]> {
  const hashed = rows.map(({ row }) => {
    const donorId = memory.find(row);
    if (donorId !== undefined) return donorId;
    const document = documentHash(core.cipher, row.documentType, row.documentNumber);
    return { document, person: personHash(core.cipher, row) };
  });
  const asked = hashed.flatMap((one) => (typeof one === 'string' ? [] : [one.document]));
  const known = await findDocuments(database, [...new Set(asked)]);
  return hashed.map((one) =>
    typeof one === 'string' ? one : { ...one, known: known.get(one.document) },
  );
}

/** Whether the donor is recorded with the file: ids are given in their order. */
function isNew({ newDonors }: Tally, donorId: string): boolean {
  let from = 0;
  let to = newDonors.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((newDonors[middle] ?? '') < donorId) from = middle + 1;
    else to = middle;
  }
  return newDonors[from] === donorId;
}

/** Fails as the one that failed first, after all have ended. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  try {
    await Promise.all(works);
  } finally {
    await Promise.allSettled(works);
  }
}
