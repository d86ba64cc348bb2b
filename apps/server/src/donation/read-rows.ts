/** The rows of a donation file, whatever it is: judged by its content, never by its name. */
import { BadFile, firstBytes } from './bad-file.ts';
import { unguardCell } from './cell-text.ts';
import { type Encoding, judgeText } from './encoding.ts';
import { type FileRow, readCsv } from './read-csv.ts';
import { openWorkbook } from './read-workbook.ts';

/** A file whose form has been judged as a whole. */
export interface DonationFile {
  /** The encoding of a CSV file, or `xlsx`. */
  readonly encoding: string;
  readonly rows: AsyncGenerator<FileRow>;
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
  if (signature === OLE) {
    throw new BadFile(
      'the file is an old or encrypted workbook (.xls); ' +
        'save it as .xlsx without a password, or as CSV',
    );
  }
  if (signature.startsWith(ZIP)) {
    if (asked !== undefined) throw new BadFile('--encoding is for CSV; the file is a workbook');
    return { encoding: 'xlsx', rows: unguarded(await openWorkbook(file)) };
  }
  const form = await judgeText(file, asked);
  return { encoding: form.encoding, rows: unguarded(readCsv(file, form)) };
}

async function* unguarded(rows: AsyncGenerator<FileRow>): AsyncGenerator<FileRow> {
  for await (const row of rows) {
    if (row.cells.length > MOST_COLUMNS) {
      throw new BadFile(
        `row ${row.row} has ${row.cells.length} columns; at most ${MOST_COLUMNS} are read`,
      );
    }
    yield { ...row, cells: row.cells.map(unguardCell) };
  }
}
