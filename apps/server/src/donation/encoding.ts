/**
 * In which encoding a CSV file is written. The rule, and its only place:
 *
 * 1. A byte-order mark decides, and `--encoding` decides before it. The whole file must then be
 *    readable in that encoding.
 * 2. Otherwise UTF-8 and GB18030 (which holds GBK and GB 2312) are tried on the whole file, and
 *    UTF-16 too when there are NUL bytes. A reading drops out at the first byte it cannot read.
 * 3. The reading that knows most headings is taken. When it is one that dropped out, the file is
 *    damaged or mixed, and refused.
 * 4. Of those that are left and know as many, the one with the fewest oddities (`countOddities`):
 *    the GBK bytes CC AB D4 AD, a city's name, are valid UTF-8, but no blood centre writes what UTF-8
 *    reads there.
 * 5. Of those that are as odd, UTF-8.
 *
 * The file is read once as a stream, a second time only to name the row of a failure: memory does
 * not grow with the file.
 */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { type BadFile, badFile, firstBytes } from './bad-file.ts';
import { fieldOf } from './file-fields.ts';

/** The encodings that can be read; GBK is read as GB18030, which contains it. */
export const ENCODINGS = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** How the text of a file is to be read. */
export interface TextForm {
  readonly encoding: Encoding;
  /** Between cells: a comma, or the tab or semicolon that spreadsheets write. */
  readonly delimiter: string;
}

const NAMES: { readonly [E in Encoding]: string } = {
  'utf-8': 'UTF-8',
  gb18030: 'GB18030',
  'utf-16le': 'UTF-16LE',
  'utf-16be': 'UTF-16BE',
};
const MARKS: readonly (readonly [Encoding, string])[] = [
  ['utf-8', 'efbbbf'],
  ['gb18030', '84319533'],
  ['utf-16le', 'fffe'],
  ['utf-16be', 'feff'],
];
const DELIMITERS = [',', '\t', ';'];
const HEAD_LENGTH = 65_536;

/** The encoding that a person names, in any usual spelling; `undefined` when it cannot be read. */
export function parseEncoding(text: string): Encoding | undefined {
  const wanted = text.toLowerCase().replace(/[-_\s]/g, '');
  if (['gbk', 'gb2312', 'cp936'].includes(wanted)) return 'gb18030';
  return ENCODINGS.find((encoding) => encoding.replaceAll('-', '') === wanted);
}

/** Judges the whole file; throws `BadFile` with the row after which it cannot be read. */
export async function judgeText(file: string, asked: Encoding | undefined): Promise<TextForm> {
  const first = firstBytes(file, 4096);
  const mark = MARKS.find(([, hex]) => first.toString('hex', 0, 4).startsWith(hex))?.[0];
  const only = asked ?? mark;
  const plausible: readonly Encoding[] = first.includes(0)
    ? ENCODINGS
    : ENCODINGS.filter((encoding) => !encoding.startsWith('utf-16'));
  const readings = (only === undefined ? plausible : [only]).map(startReading);
  await readThrough(file, readings);
  const most = Math.max(...readings.map(evidence));
  const [best] = readings
    .filter((reading) => reading.failedAt === undefined && evidence(reading) === most)
    .sort((a, b) => a.oddities - b.oddities);
  if (best !== undefined) return { encoding: best.encoding, delimiter: delimiterOf(best.head) };
  throw await failureOf(file, readings, asked);
}

/** One attempt to read the file. */
interface Reading {
  readonly encoding: Encoding;
  readonly decoder: TextDecoder;
  head: string;
  oddities: number;
  /** The offset of the chunk that could not be read. */
  failedAt: number | undefined;
}

function startReading(encoding: Encoding): Reading {
  const decoder = new TextDecoder(encoding, { fatal: true });
  return { encoding, decoder, head: '', oddities: 0, failedAt: undefined };
}

async function readThrough(file: string, readings: readonly Reading[]): Promise<void> {
  const source = createReadStream(file);
  let offset = 0;
  for await (const chunk of source) {
    const bytes: Buffer = chunk;
    for (const reading of readings) readOn(reading, bytes, offset);
    offset += bytes.length;
    if (readings.every(({ failedAt }) => failedAt !== undefined)) break;
  }
  for (const reading of readings) readOn(reading, undefined, offset);
}

/** Reads the next bytes, or the end; what cannot be read ends the attempt. */
function readOn(reading: Reading, bytes: Buffer | undefined, offset: number): void {
  if (reading.failedAt !== undefined) return;
  try {
    const text = reading.decoder.decode(bytes, { stream: bytes !== undefined });
    if (reading.head.length < HEAD_LENGTH) reading.head += text.slice(0, HEAD_LENGTH);
    reading.oddities += countOddities(text);
  } catch {
    reading.failedAt = offset;
    if (offset === 0) reading.head = new TextDecoder(reading.encoding).decode(bytes);
  }
}

/** Letters that a file of a Chinese blood centre may hold although they are not Han. */
const CYRILLIC_WORD = /[\u0400-\u045f]{3,}/g;
const ODD = [
  /[\p{Cn}\p{Co}\p{Cs}\uFFFD]|[\p{Cc}--[\t\n\r]]/gv,
  /[[\p{L}\p{M}]--[\p{Script=Han}\p{Script=Latin}\p{Lm}]]/gv,
  /(?<![A-Za-z])[\u00c0-\u024f]+(?![A-Za-z])/g,
  /[\u00a1-\u00af\u00b1-\u00b6\u00b8-\u00bf]/g,
  /[a-z]\p{Script=Han}|\p{Script=Han}[a-z]/gu,
];

/** Text in which only the last of the oddities can stand: what most files consist of. */
const ORDINARY = /^[\t\n\r -~\u3001\u3002\u4e00-\u9fff\uff01-\uff5e]*$/;
const HAN_AMID_LATIN = /[a-z][\u4e00-\u9fff]|[\u4e00-\u9fff][a-z]/g;

/**
 * How much of the text is what only a wrong reading gives: private, unassigned and control
 * characters; letters that are neither Han nor Latin (a Cyrillic word is a name); accented letters
 * and signs that stand alone; Han amid a Latin word.
 */
export function countOddities(text: string): number {
  if (ORDINARY.test(text)) return text.match(HAN_AMID_LATIN)?.length ?? 0;
  const rest = text.replace(CYRILLIC_WORD, '');
  return ODD.reduce((sum, odd) => sum + (rest.match(odd)?.length ?? 0), 0);
}

const evidence = ({ head }: Reading): number =>
  Math.max(...DELIMITERS.map((delimiter) => countHeadings(head, delimiter)));

function delimiterOf(head: string): string {
  const counts = DELIMITERS.map((delimiter) => countHeadings(head, delimiter));
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** How many headings stand in the first line that is not empty. */
function countHeadings(head: string, delimiter: string): number {
  const line = /[^\r\n]*\S[^\r\n]*/.exec(head)?.[0] ?? '';
  const cells = line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  return cells.filter((cell) => fieldOf(cell) !== undefined).length;
}

/** What to say when no reading fits: the one that knew most headings, or came furthest, is named. */
async function failureOf(
  file: string,
  readings: readonly Reading[],
  asked: Encoding | undefined,
): Promise<BadFile> {
  const far = (reading: Reading): number => reading.failedAt ?? 0;
  const [nearest] = readings.toSorted((a, b) => evidence(b) - evidence(a) || far(b) - far(a));
  if (nearest === undefined) throw new Error('invariant broken: a file is read in some encoding');
  const row = await lastRowBefore(file, nearest);
  const code = asked === undefined ? 'encoding_wrong' : 'encoding_not_as_said';
  return badFile(code, { encoding: NAMES[nearest.encoding], row });
}

/** The row after which the reading fails, as a spreadsheet counts. */
async function lastRowBefore(file: string, { encoding, failedAt, head }: Reading): Promise<number> {
  const text = textUntilFailure(file, encoding, failedAt ?? 0);
  const parser = parse({
    delimiter: delimiterOf(head),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
  });
  let rows = 0;
  let endsWithRow = true;
  const watched = async function* (): AsyncGenerator<string> {
    for await (const part of text) {
      endsWithRow = /[\r\n]$/.test(part) || (part === '' && endsWithRow);
      yield part;
    }
  };
  const source = Readable.from(watched());
  source.on('error', (cause) => parser.destroy(cause));
  source.pipe(parser);
  try {
    for await (const _row of parser) rows += 1;
  } catch (cause) {
    // A quote is open where the text ends, or stands where it should not.
    return cause instanceof CsvError ? Number(cause.records ?? rows) : rows;
  }
  return endsWithRow ? rows : Math.max(rows - 1, 0);
}

/** The text up to the first byte that cannot be read: byte by byte in the chunk that has it. */
async function* textUntilFailure(
  file: string,
  encoding: Encoding,
  failedAt: number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let offset = 0;
  for await (const chunk of createReadStream(file)) {
    const bytes: Buffer = chunk;
    const step = offset + bytes.length > failedAt ? 1 : bytes.length;
    for (let at = 0; at < bytes.length; at += step) {
      try {
        yield decoder.decode(bytes.subarray(at, at + step), { stream: true });
      } catch {
        return;
      }
    }
    offset += bytes.length;
  }
}
