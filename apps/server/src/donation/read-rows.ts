/** The rows of a donation file, whatever it is: judged by its content, never by its name. */
import { badFile, firstBytes } from './bad-file.ts';
import { isGuarded, unguardCell } from './cell-text.ts';
import { type Encoding, judgeText } from './encoding.ts';
import { type FileRow, readCsv } from './read-csv.ts';
import { openWorkbook } from './read-workbook.ts';

/** A file whose form has been judged as a whole. */
export interface DonationFile {
  /** The encoding of a CSV file, or `xlsx`. */
  readonly encoding: string;
  /** Some rows at a time. */
  readonly rows: AsyncGenerator<FileRow[]>;
}

/** More columns than this are no donation file. */
const MOST_COLUMNS = 500;
const ZIP = '504b0304';
const OLE = 'd0cf11e0a1b11ae1';

/** Judges the whole file; throws `BadFile` when it is none that can be read. */
export async function openDonationFile(
  file: string,
  asked: Encoding | undefined,
): Promise<DonationFile> {
  const signature = firstBytes(file, 8).toString('hex');
  if (signature === OLE) throw badFile('workbook_old');
  if (signature.startsWith(ZIP)) {
    if (asked !== undefined) throw badFile('encoding_of_workbook');
    return { encoding: 'xlsx', rows: unguarded(await openWorkbook(file)) };
  }
  const form = await judgeText(file, asked);
  return { encoding: form.encoding, rows: unguarded(readCsv(file, form)) };
}

async function* unguarded(file: AsyncGenerator<FileRow[]>): AsyncGenerator<FileRow[]> {
  for await (const rows of file) yield rows.map(unguardRow);
}

function unguardRow(one: FileRow): FileRow {
  const { row, cells, bytesRead } = one;
  const columns = cells.length;
  if (columns > MOST_COLUMNS) {
    throw badFile('too_many_columns', { row, columns, most: MOST_COLUMNS });
  }
  if (one.plain === true || !cells.some(isGuarded)) return one;
  return { row, cells: cells.map(unguardCell), bytesRead };
}
