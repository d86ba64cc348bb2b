/**
 * A donation file in CSV, in any encoding that can be read, as a stream of rows: memory does not
 * grow with the file.
 */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { badFile } from './bad-file.ts';
import { isPlain } from './cell-text.ts';
import type { TextForm } from './encoding.ts';
import type { FileErrorCode } from './file-errors.ts';

/** A row with its number, as a spreadsheet counts (the headings are row 1), and bytes read so far. */
export interface FileRow {
  readonly row: number;
  readonly cells: readonly string[];
  readonly bytesRead: number;
  /** There is no character in the cells that `cell-text.ts` undoes or refuses. */
  readonly plain?: boolean;
}

/** More than this between two line ends is a quote that was never closed. */
const LONGEST_ROW = 4 * 1024 * 1024;
const ROWS_AT_ONCE = 500;

/**
 * The rows of the file in order, some at a time; throws `BadFile` where it cannot be decoded or is
 * no CSV. Lines are split here as long as no quote has come; from the first on, csv-parse reads.
 */
export async function* readCsv(file: string, form: TextForm): AsyncGenerator<FileRow[]> {
  const source = createReadStream(file);
  const text = decode(source, form);
  let row = 0;
  let rest = '';
  try {
    for await (const piece of text) {
      const known = rest + piece;
      if (known.includes('"')) {
        yield* readQuoted(join(known, text), form, row, source);
        return;
      }
      // A line end at the very end may be half of one.
      const end = Math.max(known.lastIndexOf('\n'), known.lastIndexOf('\r', known.length - 2)) + 1;
      rest = known.slice(end);
      if (rest.length > LONGEST_ROW) throw badFile('row_too_long', { row });
      if (end === 0) continue;
      const rows = splitLines(known.slice(0, end), form, row, source.bytesRead);
      row += rows.length;
      yield rows;
    }
    if (rest !== '') yield splitLines(rest, form, row, source.bytesRead);
  } catch (cause) {
    throw refusalOf(cause, row, form);
  } finally {
    source.destroy();
  }
}

/** The rows of whole lines; what is behind the last line end is a row too. */
function splitLines(text: string, form: TextForm, before: number, bytesRead: number): FileRow[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, at) => {
    const cells = line.split(form.delimiter);
    return { row: before + at + 1, cells, bytesRead, plain: isPlain(line) };
  });
}

async function* join(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

async function* readQuoted(
  text: AsyncGenerator<string>,
  form: TextForm,
  before: number,
  source: { readonly bytesRead: number },
): AsyncGenerator<FileRow[]> {
  const parser = parse({
    delimiter: form.delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: LONGEST_ROW,
  });
  const pieces = Readable.from(text);
  pieces.on('error', (cause) => parser.destroy(cause));
  pieces.pipe(parser);
  let row = before;
  let rows: FileRow[] = [];
  try {
    for await (const cells of parser) {
      row += 1;
      rows.push({ row, cells: cells as string[], bytesRead: source.bytesRead });
      if (rows.length < ROWS_AT_ONCE) continue;
      yield rows;
      rows = [];
    }
  } catch (cause) {
    throw refusalOf(cause, row, form, before);
  }
  yield rows;
}

/** The text of the bytes; throws at the first that cannot be read. A byte-order mark is dropped. */
async function* decode(source: AsyncIterable<Uint8Array>, form: TextForm): AsyncGenerator<string> {
  const decoder = new TextDecoder(form.encoding, { fatal: true });
  for await (const chunk of source) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function refusalOf(cause: unknown, rowsRead: number, form: TextForm, before = 0): unknown {
  const code = (cause as { code?: string }).code ?? '';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return badFile('changed_while_read', { encoding: form.encoding, row: rowsRead });
  }
  if (cause instanceof CsvError) {
    return badFile(codeOf(code), {
      row: cause.records === undefined ? rowsRead : before + Number(cause.records),
    });
  }
  return cause;
}

/** Our code for what csv-parse found; its own repeat what stands in the file. */
function codeOf(code: string): FileErrorCode {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'quote_not_closed';
  if (code === 'CSV_MAX_RECORD_SIZE') return 'row_too_long';
  if (code === 'CSV_INVALID_CLOSING_QUOTE') return 'quote_followed';
  return 'quote_amid_cell';
}
