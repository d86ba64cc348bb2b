/**
 * Takes a donation file in: all well-formed rows in one transaction, so that a file is in or not
 * in; the same file again changes nothing; a known number with other facts never overwrites.
 */
import path from 'node:path';
import type { Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import { updateCards, updateNewCards } from '../card/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { sizeOf } from './bad-file.ts';
import type { Encoding } from './encoding.ts';
import { type ErrorFile, openErrorFile } from './error-file.ts';
import { type KeyedRow, keyRow } from './judge-rows.ts';
import { type Batch, ROWS_AT_ONCE, readBatches } from './read-batches.ts';
import { type DonationFile, openDonationFile } from './read-rows.ts';
import type { RowError } from './row-errors.ts';
import { joinImports } from './store.ts';
import { startTally, type Taking, type Tally, takeIn } from './take-in.ts';

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

/** Of a row in a file, about. */
const ROW_BYTES = 100;

/** So many batches are ready while the database is at work on one. */
const BATCHES_AHEAD = 1;

/** How often a file is tried that another import, at the same time, stands in the way of. */
const MOST_TRIES = 3;
/**
 * PostgreSQL's unique_violation (another import has taken a number or a document since we looked),
 * deadlock_detected and serialization_failure: nothing was kept, try again.
 */
const TRY_AGAIN = ['23505', '40P01', '40001'];

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
  return { encoding: 'utf-8', rows: listed([rows]) };
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
  const tally = startTally(size / ROW_BYTES);
  const { importId, fileName } = options.as;
  const now = core.clock.now();
  const transaction = await core.database.startTransaction().execute();
  try {
    await joinImports(transaction, alone);
    const taking = { importId, now, again: alone, size, tally };
    await takeAll(core, transaction, opened, errorFile, options, taking);
    await updateCards(core, transaction, [...tally.donors]);
    await updateNewCards(core, transaction, tally.newDonors);
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

/** Takes in every row; the next batches are read while the database is at work on the last. */
async function takeAll(
  core: Core,
  transaction: Kysely<Schema>,
  opened: DonationFile,
  errorFile: ErrorFile | undefined,
  { mostRows = Number.POSITIVE_INFINITY, onProgress }: ImportOptions,
  { size, tally, ...taking }: Taking & { readonly size: number; readonly tally: Tally },
): Promise<void> {
  const reading = readBatches(core, opened, {
    mostRows,
    keepSent: errorFile !== undefined,
    onHeadings(cells, { unknown }) {
      tally.unknownHeadings = unknown;
      errorFile?.begin(cells);
    },
  });
  let working: Promise<void> = Promise.resolve();
  const waiting: Promise<void>[] = [];
  const take = async (batch: Batch, rows: readonly KeyedRow[]): Promise<void> => {
    const errors = await takeIn(core, transaction, batch, rows, taking, tally);
    errorFile?.settle(batch.sent, errors);
    if (batch.count === ROWS_AT_ONCE) onProgress?.(batch.bytesRead, size, tally.rows);
  };
  try {
    for await (const batch of reading) {
      const rows = batch.wellFormed.map((row) => keyRow(core, row));
      working = working.then(() => take(batch, rows));
      // Whoever waits for it hears of its failure, and nobody else.
      working.catch(() => undefined);
      waiting.push(working);
      if (waiting.length > BATCHES_AHEAD) await waiting.shift();
    }
    await working;
  } finally {
    await Promise.allSettled([working]);
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
