/** Rows in the binary format of PostgreSQL's COPY: nothing is escaped here and parsed there. */

/** What a column holds: its name in SQL, which decides its form in bytes. */
export type CopyType =
  | 'boolean'
  | 'bytea'
  | 'date'
  | 'integer'
  | 'jsonb'
  | 'smallint'
  | 'text'
  | 'timestamptz'
  | 'uuid';

/** Bytes in hexadecimal. */
export interface HexBytes {
  readonly hex: string;
}

/** A value of a column: bytes are bytea, the rest is what Kysely takes, JSON as its text. */
export type CopyValue = string | number | boolean | Uint8Array | HexBytes | null;

const HEAD = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const NULL = -1;
const END = -1;
const LENGTH_BYTES = 4;
/** Of a millisecond. */
const MICROSECONDS = 1000n;
/** PostgreSQL counts from 2000-01-01. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;

/** Made larger when it is too small, and used again: whoever fills it copies it before it waits. */
let bytes = Buffer.allocUnsafeSlow(1 << 16);
let at = 0;

/** The rows, each with a value for every type in their order; `undefined` when there is none. */
export function copyBytes(
  types: readonly CopyType[],
  rows: Iterable<readonly CopyValue[]>,
): Buffer | undefined {
  at = HEAD.copy(bytes);
  let before: readonly CopyValue[] = [];
  const starts = types.map(() => 0);
  for (const row of rows) {
    reserve(2);
    at = bytes.writeInt16BE(types.length, at);
    for (let column = 0; column < types.length; column += 1) {
      const value = row[column] ?? null;
      const start = at;
      if (typeof value === 'string' && value === before[column]) writeAgain(starts[column] ?? 0);
      else writeValue(types[column] as CopyType, value);
      starts[column] = start;
    }
    before = row;
  }
  if (at === HEAD.length) return undefined;
  reserve(2);
  at = bytes.writeInt16BE(END, at);
  return Buffer.from(bytes.subarray(0, at));
}

function reserve(length: number): void {
  if (at + length <= bytes.length) return;
  const larger = Buffer.allocUnsafeSlow(2 * (bytes.length + length));
  bytes.copy(larger, 0, 0, at);
  bytes = larger;
}

/** The value that was written there: of a moment, an import or a kind most rows have the same. */
function writeAgain(start: number): void {
  const end = start + LENGTH_BYTES + bytes.readInt32BE(start);
  reserve(end - start);
  bytes.copyWithin(at, start, end);
  at += end - start;
}

function writeValue(type: CopyType, value: CopyValue): void {
  if (value === null) writeLength(NULL);
  else if (type === 'text') writeText(value as string, '');
  else if (type === 'uuid') writeUuid(value as string);
  else if (type === 'bytea') writeBytes(value as Uint8Array | HexBytes);
  else if (type === 'date') writeInteger(Math.floor(sinceEpoch(value as string) / DAY_MS));
  else if (type === 'integer') writeInteger(value as number);
  else if (type === 'boolean') {
    writeLength(1);
    bytes[at++] = value === true ? 1 : 0;
  } else if (type === 'timestamptz') writeMoment(value as string);
  else if (type === 'smallint') {
    writeLength(2);
    at = bytes.writeInt16BE(value as number, at);
  }
  // The version of the format stands before the text.
  else writeText(value as string, '\u0001');
}

/** The length, and room for so many bytes and the next length. */
function writeLength(length: number): void {
  reserve(LENGTH_BYTES + Math.max(length, 0));
  at = bytes.writeInt32BE(length, at);
}

function writeInteger(value: number): void {
  writeLength(4);
  at = bytes.writeInt32BE(value, at);
}

function writeText(value: string, before: string): void {
  const lengthAt = at;
  // No character takes more than three bytes a UTF-16 unit.
  writeLength(3 * value.length + before.length);
  if (before !== '') at += bytes.write(before, at);
  at = writeShort(value) ?? at + bytes.write(value, at);
  bytes.writeInt32BE(at - lengthAt - LENGTH_BYTES, lengthAt);
}

/** Characters up to which a loop is faster than a call. */
const SHORT = 32;

/** Where it ends, or `undefined` for what is not short and ASCII. */
function writeShort(value: string): number | undefined {
  if (value.length > SHORT) return undefined;
  let end = at;
  for (let from = 0; from < value.length; from += 1) {
    const code = value.charCodeAt(from);
    if (code > 127) return undefined;
    bytes[end++] = code;
  }
  return end;
}

function writeBytes(value: Uint8Array | HexBytes): void {
  if ('hex' in value) {
    writeLength(value.hex.length / 2);
    at += bytes.write(value.hex, at, 'hex');
  } else {
    writeLength(value.length);
    bytes.set(value, at);
    at += value.length;
  }
}

/** The value of each hexadecimal digit by its character, more than 15 for any other. */
const DIGITS = new Uint8Array(128).fill(0xff);
for (const digit of '0123456789abcdefABCDEF') {
  DIGITS[digit.charCodeAt(0)] = Number.parseInt(digit, 16);
}
/** Where the digits of each byte of a UUID begin. */
const BYTE_STARTS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

function writeUuid(value: string): void {
  writeLength(BYTE_STARTS.length);
  let digits = value.length === 36 ? 0 : 0xff;
  for (let byte = 0; byte < BYTE_STARTS.length; byte += 1) {
    const start = BYTE_STARTS[byte] ?? 0;
    const high = DIGITS[value.charCodeAt(start)] ?? 0xff;
    const low = DIGITS[value.charCodeAt(start + 1)] ?? 0xff;
    digits |= high | low;
    bytes[at++] = (high << 4) | low;
  }
  if (digits > 15) throw new RangeError(`${value} is no UUID`);
}

function writeMoment(value: string): void {
  writeLength(8);
  at = bytes.writeBigInt64BE(BigInt(sinceEpoch(value)) * MICROSECONDS, at);
}

/** Milliseconds of an instant or a civil day since PostgreSQL's epoch. */
function sinceEpoch(value: string): number {
  const milliseconds = Date.parse(value);
  if (Number.isNaN(milliseconds)) throw new RangeError(`${value} is no day or moment`);
  return milliseconds - EPOCH_MS;
}
