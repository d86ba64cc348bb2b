/**
 * A donation file in CSV, in any encoding that can be read, as a stream of rows: memory does not
 * grow with the file.
 */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { badFile } from './bad-file.ts';
import type { TextForm } from './encoding.ts';
import type { FileErrorCode } from './file-errors.ts';

/** A row with its number, as a spreadsheet counts (the headings are row 1), and bytes read so far. */
export interface FileRow {
  readonly row: number;
  readonly cells: readonly string[];
  readonly bytesRead: number;
}

/** More than this between two line ends is a quote that was never closed. */
const LONGEST_ROW = 4 * 1024 * 1024;

/** The rows of the file in order; throws `BadFile` where it cannot be decoded or is no CSV. */
export async function* readCsv(file: string, form: TextForm): AsyncGenerator<FileRow> {
  const source = createReadStream(file);
  const text = Readable.from(decode(source, form));
  const parser = parse({
    delimiter: form.delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: LONGEST_ROW,
  });
  text.on('error', (cause) => parser.destroy(cause));
  text.pipe(parser);
  let row = 0;
  try {
    for await (const cells of parser) {
      row += 1;
      yield { row, cells: cells as string[], bytesRead: source.bytesRead };
    }
  } catch (cause) {
    throw refusalOf(cause, row, form);
  } finally {
    source.destroy();
  }
}

/** The text of the bytes; throws at the first that cannot be read. A byte-order mark is dropped. */
async function* decode(source: AsyncIterable<Uint8Array>, form: TextForm): AsyncGenerator<string> {
  const decoder = new TextDecoder(form.encoding, { fatal: true });
  for await (const chunk of source) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function refusalOf(cause: unknown, rowsRead: number, form: TextForm): unknown {
  const code = (cause as { code?: string }).code ?? '';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return badFile('changed_while_read', { encoding: form.encoding, row: rowsRead });
  }
  if (cause instanceof CsvError) {
    return badFile(codeOf(code), { row: Number(cause.records ?? rowsRead) });
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
