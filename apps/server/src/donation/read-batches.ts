/** The rows of a donation file, read and parsed some at a time, to be taken in together. */
import { type CivilDate, dayOf } from '@liyu/domain/kernel';
import type { Core } from '../core.ts';
import { isSampleDocument } from '../sample/sample-donors.ts';
import { BadFile, badFile } from './bad-file.ts';
import { trimCell } from './cell-text.ts';
import { type FileError, type FileErrorCode, fileError } from './file-errors.ts';
import { type Columns, readHeadings } from './file-fields.ts';
import { type DonationRow, parseRow } from './parse-row.ts';
import type { FileRow } from './read-csv.ts';
import type { DonationFile } from './read-rows.ts';
import { type RowError, rowError } from './row-errors.ts';

/** Rows of every batch but the last. */
export const ROWS_AT_ONCE = 2000;

/** Rows that stand together in a file. */
export interface Batch {
  /** How many there are, and how many bytes of the file have been read with them. */
  readonly count: number;
  readonly bytesRead: number;
  readonly wellFormed: readonly DonationRow[];
  /** What is wrong with each row that is not. */
  readonly wrong: readonly (readonly RowError[])[];
  /** The rows as they stand in the file, by their number. */
  readonly sent: ReadonlyMap<number, readonly string[]>;
}

/** What is done with a file beside its rows. */
export interface ReadOptions {
  /** Refuse the file when it has more rows. */
  readonly mostRows: number;
  /** Called with the heading row, as it stands and as it is understood. */
  onHeadings(cells: readonly string[], columns: Columns): void;
  /** Keep the rows as they stand. */
  readonly keepSent: boolean;
}

/** Reads the file; throws `BadFile` where it is no donation file. */
export async function* readBatches(
  core: Core,
  file: DonationFile,
  options: ReadOptions,
): AsyncGenerator<Batch> {
  const today = dayOf(core.clock.now(), core.programme.zone);
  let columns: Columns | undefined;
  let count = 0;
  let batch = startBatch();
  for await (const rows of file.rows) {
    for (const row of rows) {
      if (row.cells.every((cell) => trimCell(cell) === '')) continue;
      if (columns === undefined) {
        columns = headingsOf(row.cells);
        options.onHeadings(row.cells, columns);
        continue;
      }
      count += 1;
      if (count > options.mostRows) throw badFile('too_many_rows', { most: options.mostRows });
      if (options.keepSent) batch.sent.set(row.row, row.cells);
      addRow(core, batch, row, columns, today);
      if (batch.count < ROWS_AT_ONCE) continue;
      yield batch;
      batch = startBatch();
    }
  }
  if (columns === undefined) throw badFile('empty');
  yield batch;
}

function startBatch() {
  const wellFormed: DonationRow[] = [];
  const wrong: (readonly RowError[])[] = [];
  return { count: 0, bytesRead: 0, wellFormed, wrong, sent: new Map<number, readonly string[]>() };
}

function addRow(
  core: Core,
  batch: ReturnType<typeof startBatch>,
  read: FileRow,
  columns: Columns,
  today: CivilDate,
): void {
  const { row, bytesRead } = read;
  const parsed = parseRow(read, columns, core.programme, today);
  const { mode } = core.config;
  if (
    mode === 'production' &&
    'documentNumber' in parsed &&
    isSampleDocument(parsed.documentNumber)
  ) {
    // A production that has one does not start any more (`open-core.ts`).
    batch.wrong.push([rowError(row, 'document_number', 'sample_donor')]);
  } else if (Array.isArray(parsed)) batch.wrong.push(parsed);
  else batch.wellFormed.push(parsed);
  batch.count += 1;
  batch.bytesRead = bytesRead;
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
