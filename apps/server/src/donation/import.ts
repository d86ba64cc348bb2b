/**
 * Takes a donation file in: all well-formed rows in one transaction, so that a file is in or not
 * in; the same file again changes nothing; a known number with other facts never overwrites.
 */
import path from 'node:path';
import { dayOf, type Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import { updateCards } from '../card/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { documentHash, findDocuments, insertDonors, personHash } from '../donor/workflow.ts';
import { type Columns, readHeadings } from './file-fields.ts';
import { type DonationRow, parseRow } from './parse-row.ts';
import { BadFile, readCsv, sizeOf } from './read-csv.ts';
import { type RowError, rowError } from './row-errors.ts';
import { findNumbers, insertDonations, insertNumbers } from './store.ts';

/** How a file is taken in. */
export interface ImportOptions {
  /** Judge everything, keep nothing. */
  readonly dryRun: boolean;
  /** Keep nothing when a single row is rejected or in conflict. */
  readonly allOrNothing: boolean;
  /** Called with the bytes read and the file's size. */
  readonly onProgress?: (read: number, size: number) => void;
}

/** What became of a file; the rows are those below the headings. */
export interface ImportReport {
  readonly rows: number;
  readonly imported: number;
  readonly unchanged: number;
  readonly conflicts: number;
  readonly rejected: readonly RowError[];
  readonly conflicting: readonly RowError[];
  readonly encoding: string;
  readonly unknownHeadings: readonly string[];
  readonly kept: boolean;
}

const BATCH = 1000;

interface Tally {
  rows: number;
  imported: number;
  unchanged: number;
  readonly rejected: RowError[];
  readonly rejectedRows: Set<number>;
  readonly conflicting: RowError[];
  readonly donors: Set<string>;
  unknownHeadings: readonly string[];
}

/** Imports a CSV file; throws `BadFile` when it cannot be read as a donation file. */
export async function importDonations(
  core: Core,
  file: string,
  options: ImportOptions,
): Promise<ImportReport> {
  const size = sizeOf(file);
  const tally: Tally = {
    rows: 0,
    imported: 0,
    unchanged: 0,
    rejected: [],
    rejectedRows: new Set(),
    conflicting: [],
    donors: new Set(),
    unknownHeadings: [],
  };
  const importId = core.newId();
  const now = core.clock.now();
  const transaction = await core.database.startTransaction().execute();
  try {
    const progress = (read: number): void => options.onProgress?.(read, size);
    for await (const batch of batches(core, file, tally, progress)) {
      await takeIn(core, transaction, batch, importId, now, tally);
    }
    await updateCards(core, transaction, [...tally.donors]);
    const bad = tally.rejected.length + tally.conflicting.length > 0;
    const kept = !options.dryRun && !(options.allOrNothing && bad);
    if (kept) {
      await insertImport(transaction, importId, path.basename(file), tally, now);
      await transaction.commit().execute();
    } else {
      await transaction.rollback().execute();
    }
    return {
      rows: tally.rows,
      imported: kept || options.dryRun ? tally.imported : 0,
      unchanged: tally.unchanged,
      conflicts: tally.conflicting.length,
      rejected: tally.rejected,
      conflicting: tally.conflicting,
      encoding: 'utf-8',
      unknownHeadings: tally.unknownHeadings,
      kept,
    };
  } catch (cause) {
    if (!transaction.isCommitted && !transaction.isRolledBack) {
      await transaction.rollback().execute();
    }
    throw cause;
  }
}

/** The well-formed rows of the file, some at a time; what is wrong goes into the tally. */
async function* batches(
  core: Core,
  file: string,
  tally: Tally,
  onProgress: (read: number) => void,
): AsyncGenerator<DonationRow[]> {
  const today = dayOf(core.clock.now(), core.programme.zone);
  let columns: Columns | undefined;
  let batch: DonationRow[] = [];
  for await (const { row, cells, bytesRead } of readCsv(file)) {
    if (columns === undefined) {
      columns = headingsOf(cells);
      tally.unknownHeadings = columns.unknown;
      continue;
    }
    if (cells.every((cell) => cell.trim() === '')) continue;
    tally.rows += 1;
    const parsed = parseRow(cells, row, columns, core.programme, today);
    if (Array.isArray(parsed)) reject(tally, parsed);
    else batch.push(parsed);
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
      onProgress(bytesRead);
    }
  }
  if (columns === undefined) throw new BadFile('the file is empty');
  if (batch.length > 0) yield batch;
}

function headingsOf(cells: readonly string[]): Columns {
  const found = readHeadings(cells);
  if ('at' in found) return found;
  const parts = [
    found.missing.length > 0 ? `missing headings: ${found.missing.join(', ')}` : '',
    found.duplicate.length > 0 ? `duplicate headings: ${found.duplicate.join(', ')}` : '',
  ];
  throw new BadFile(parts.filter((part) => part !== '').join('; '));
}

function reject(tally: Tally, errors: readonly RowError[]): void {
  tally.rejected.push(...errors);
  for (const { row } of errors) tally.rejectedRows.add(row);
}

/** One batch: what is known is compared, what is new is appended. */
async function takeIn(
  core: Core,
  transaction: Kysely<Schema>,
  batch: readonly DonationRow[],
  importId: string,
  now: Instant,
  tally: Tally,
): Promise<void> {
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
    else tally.conflicting.push(conflictOf(row));
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
  // A number taken by another import since we looked is judged on the next run of this file.
  for (const { row } of owned) if (!taken.has(row.number)) tally.conflicting.push(conflictOf(row));
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

function conflictOf(row: DonationRow): RowError {
  return rowError(row.row, 'donation_number', 'conflict', { value: row.number });
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

async function insertImport(
  transaction: Kysely<Schema>,
  importId: string,
  fileName: string,
  tally: Tally,
  now: Instant,
): Promise<void> {
  await transaction
    .insertInto('donation_import')
    .values({
      import_id: importId,
      file_name: fileName,
      imported: tally.imported,
      unchanged: tally.unchanged,
      conflicts: tally.conflicting.length,
      rejected: tally.rejectedRows.size,
      recorded_at: now,
    })
    .execute();
}
