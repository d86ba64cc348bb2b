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
import { BadFile, badFile, sizeOf } from './bad-file.ts';
import { trimCell } from './cell-text.ts';
import type { Encoding } from './encoding.ts';
import { type ErrorFile, openErrorFile } from './error-file.ts';
import { type FileError, type FileErrorCode, fileError } from './file-errors.ts';
import { type Columns, readHeadings } from './file-fields.ts';
import { type DonationRow, otherCityOf, parseRow } from './parse-row.ts';
import { type DonationFile, openDonationFile } from './read-rows.ts';
import type { RowError } from './row-errors.ts';
import { joinImports } from './store.ts';
import { reject, startTally, type Tally, takeFresh, takeIn } from './take-in.ts';

/** How a file is taken in. */
export interface ImportOptions {
  /** Judge everything, keep nothing. */
  readonly dryRun: boolean;
  /** Keep nothing when a single row is rejected or in conflict. */
  readonly allOrNothing: boolean;
  /** Write the rows that were not taken in here, to correct and send again. */
  readonly errorFile?: string;
  /** Read the file in this encoding; left out, it is judged by the whole file. */
  readonly encoding?: Encoding;
  /** Called when the encoding has been judged, before anything is taken in. */
  readonly onEncoding?: (encoding: string) => void;
  /** Called with the bytes read, the file's size and the rows judged; what it throws ends it. */
  readonly onProgress?: (read: number, size: number, rows: number) => void;
  /** The import's id and the file's name, where they are known before. */
  readonly as?: { readonly importId: string; readonly fileName: string };
  /** Refuse the file when it has more rows. */
  readonly mostRows?: number;
  /** What else is to be recorded if, and only if, the import is kept. */
  readonly within?: (transaction: Kysely<Schema>, report: ImportReport) => Promise<void>;
}

/** What became of a file; the rows are those below the headings. */
export interface ImportReport {
  readonly importId: string;
  readonly rows: number;
  readonly imported: number;
  readonly unchanged: number;
  readonly conflicts: number;
  readonly rejected: readonly RowError[];
  readonly conflicting: readonly RowError[];
  readonly encoding: string;
  readonly unknownHeadings: readonly string[];
  /** Every text of the city column that is not the programme's city, once. */
  readonly otherCities: readonly string[];
  readonly kept: boolean;
}

const BATCH = 1000;
/** How often a file is tried that another import, at the same time, stands in the way of. */
const MOST_TRIES = 3;
/** PostgreSQL's deadlock_detected and serialization_failure: nothing was kept, try again. */
const TRY_AGAIN = ['40P01', '40001'];

/** A donation file's name on disk, or its rows themselves, the headings first. */
export type DonationSource = string | readonly (readonly string[])[];

/** Imports a file; throws `BadFile` when it cannot be read as a donation file. */
export async function importDonations(
  core: Core,
  file: DonationSource,
  options: ImportOptions,
): Promise<ImportReport> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await importOnce(core, file, options, tries > 1);
    } catch (cause) {
      if (tries === MOST_TRIES || !isClash(cause)) throw cause;
    }
  }
}

function isClash(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && TRY_AGAIN.includes(String(cause.code));
}

async function importOnce(
  core: Core,
  file: DonationSource,
  options: ImportOptions,
  again: boolean,
): Promise<ImportReport> {
  const size = typeof file === 'string' ? sizeOf(file) : 0;
  const opened = await openSource(file, options);
  if (!again) options.onEncoding?.(opened.encoding);
  const errorFile = options.errorFile === undefined ? undefined : openErrorFile(options.errorFile);
  try {
    return await importRows(core, opened, size, errorFile, withName(core, file, options), again);
  } finally {
    errorFile?.discard();
  }
}

async function openSource(file: DonationSource, options: ImportOptions): Promise<DonationFile> {
  if (typeof file === 'string') return openDonationFile(file, options.encoding);
  const rows = file.map((cells, at) => ({ row: at + 1, cells, bytesRead: 0 }));
  return { encoding: 'utf-8', rows: listed(rows) };
}

async function* listed<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
}

type NamedOptions = ImportOptions & { readonly as: NonNullable<ImportOptions['as']> };

function withName(core: Core, file: DonationSource, options: ImportOptions): NamedOptions {
  const { as = { importId: core.newId(), fileName: path.basename(String(file)) } } = options;
  return { ...options, as };
}

async function importRows(
  core: Core,
  opened: DonationFile,
  size: number,
  errorFile: ErrorFile | undefined,
  options: NamedOptions,
  alone: boolean,
): Promise<ImportReport> {
  const tally = startTally();
  const { importId, fileName } = options.as;
  const now = core.clock.now();
  const transaction = await core.database.startTransaction().execute();
  try {
    await joinImports(transaction, alone);
    const { mostRows = Number.POSITIVE_INFINITY } = options;
    const progress = (read: number): void => options.onProgress?.(read, size, tally.rows);
    for await (const batch of batches(core, opened, errorFile, tally, mostRows, progress)) {
      await takeIn(core, transaction, batch, importId, now, tally);
      errorFile?.settle(takeFresh(tally));
    }
    await updateCards(core, transaction, [...tally.donors]);
    const bad = tally.rejected.length + tally.conflicting.length > 0;
    errorFile?.finish();
    const kept = !options.dryRun && !(options.allOrNothing && bad);
    const report = reportOf(importId, tally, opened.encoding, kept, options.dryRun);
    if (kept) {
      await insertImport(transaction, importId, fileName, tally, now);
      await options.within?.(transaction, report);
      await transaction.commit().execute();
    } else {
      await transaction.rollback().execute();
    }
    errorFile?.publish();
    return report;
  } catch (cause) {
    if (!transaction.isCommitted && !transaction.isRolledBack) {
      await transaction.rollback().execute();
    }
    throw cause;
  }
}

function reportOf(
  importId: string,
  tally: Tally,
  encoding: string,
  kept: boolean,
  dryRun: boolean,
): ImportReport {
  return {
    importId,
    rows: tally.rows,
    imported: kept || dryRun ? tally.imported : 0,
    unchanged: tally.unchanged,
    conflicts: tally.conflicting.length,
    rejected: tally.rejected,
    conflicting: tally.conflicting,
    encoding,
    unknownHeadings: tally.unknownHeadings,
    otherCities: [...tally.otherCities],
    kept,
  };
}

/** The well-formed rows of the file, some at a time; what is wrong goes into the tally. */
async function* batches(
  core: Core,
  file: DonationFile,
  errorFile: ErrorFile | undefined,
  tally: Tally,
  mostRows: number,
  onProgress: (read: number) => void,
): AsyncGenerator<DonationRow[]> {
  const today = dayOf(core.clock.now(), core.programme.zone);
  let columns: Columns | undefined;
  let batch: DonationRow[] = [];
  for await (const { row, cells, bytesRead } of file.rows) {
    if (cells.every((cell) => trimCell(cell) === '')) continue;
    if (columns === undefined) {
      columns = headingsOf(cells);
      tally.unknownHeadings = columns.unknown;
      errorFile?.begin(cells);
      continue;
    }
    tally.rows += 1;
    if (tally.rows > mostRows) throw badFile('too_many_rows', { most: mostRows });
    errorFile?.remember(row, cells);
    const parsed = parseRow(cells, row, columns, core.programme, today);
    if (Array.isArray(parsed)) reject(tally, parsed);
    else {
      batch.push(parsed);
      const otherCity = otherCityOf(parsed);
      if (otherCity !== undefined) tally.otherCities.add(otherCity);
    }
    if (tally.rows % BATCH === 0) {
      yield batch;
      batch = [];
      onProgress(bytesRead);
    }
  }
  if (columns === undefined) throw badFile('empty');
  yield batch;
}

function headingsOf(cells: readonly string[]): Columns {
  const found = readHeadings(cells);
  if ('at' in found) return found;
  const named = (code: FileErrorCode, headings: readonly string[]): FileError[] => {
    if (headings.length === 0) return [];
    const values = { headings: headings.join(', '), headings_zh: headings.join('、') };
    return [fileError(code, values)];
  };
  throw new BadFile([
    ...named('headings_missing', found.missing),
    ...named('headings_duplicate', found.duplicate),
  ]);
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
