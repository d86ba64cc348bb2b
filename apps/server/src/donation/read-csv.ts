/**
 * A donation file in CSV, UTF-8 with or without a byte-order mark, as a stream of rows: memory
 * does not grow with the file.
 */
import { createReadStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';

/** The file cannot be read as a donation file at all; nothing of it is taken in. */
export class BadFile extends Error {}

/** A row with its number, as a spreadsheet counts (the headings are row 1), and bytes read so far. */
export interface CsvRow {
  readonly row: number;
  readonly cells: readonly string[];
  readonly bytesRead: number;
}

/** The file's size in bytes; throws `BadFile` when there is none. */
export function sizeOf(file: string): number {
  try {
    const found = statSync(file);
    if (!found.isFile()) throw new BadFile(`${file} is not a file`);
    return found.size;
  } catch (cause) {
    if (cause instanceof BadFile) throw cause;
    throw new BadFile(`cannot read ${file}`);
  }
}

/** The rows of the file in order; throws `BadFile` where it is no UTF-8 or no CSV. */
export async function* readCsv(file: string): AsyncGenerator<CsvRow> {
  const source = createReadStream(file);
  const text = Readable.from(decode(source));
  const parser = parse({ relax_column_count: true });
  text.on('error', (cause) => parser.destroy(cause));
  text.pipe(parser);
  let row = 0;
  try {
    for await (const cells of parser) {
      row += 1;
      yield { row, cells: cells as string[], bytesRead: source.bytesRead };
    }
  } catch (cause) {
    throw badFile(cause, row);
  } finally {
    source.destroy();
  }
}

/** The text of the bytes; throws at the first that is no UTF-8. A byte-order mark is dropped. */
async function* decode(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of source) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function badFile(cause: unknown, rowsRead: number): unknown {
  const code = (cause as { code?: string }).code ?? '';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return new BadFile(`the file is not UTF-8 (after row ${rowsRead}); save it as UTF-8`);
  }
  if (code.startsWith('CSV_')) {
    return new BadFile(`the file is not CSV after row ${rowsRead}: ${(cause as Error).message}`);
  }
  return cause;
}
