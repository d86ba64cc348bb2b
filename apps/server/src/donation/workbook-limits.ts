/**
 * Whether a workbook may be unpacked. Everything is judged before the spreadsheet reader sees a byte:
 * first what the zip's directory promises, then, unpacked as a stream and thrown away, whether it
 * keeps that promise and what it holds. The reader goes by the local headers, so these must say the
 * same as the directory and nothing may stand between them.
 */
import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { badFile } from './bad-file.ts';
import { watchSheet } from './watch-sheet.ts';

const MEGABYTE = 1024 * 1024;
/** The largest workbook in bytes, packed. */
export const MOST_PACKED = 50 * MEGABYTE;
const MOST_UNPACKED = 500 * MEGABYTE;
const MOST_PARTS = 10_000;
/** Bytes that are unpacked at once. */
const CHUNK = 65_536;

const LOCAL = 0x04034b50;
const DIRECTORY = 0x02014b50;
const END = 0x06054b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
/** Bytes of the two together; nothing stands between them. */
const ZIP64_TAIL = 56 + 20;
/** An extra field with the sizes of which the header says `IN_EXTRA` (APPNOTE, 4.5.3). */
const ZIP64_FIELD = 0x0001;
const IN_EXTRA = 0xffff_ffff;
const ENCRYPTED = 1;
const SIZES_FOLLOW = 8;
const STORED = 0;
const DEFLATED = 8;
/** The longest descriptor behind a part whose sizes follow it. */
const LONGEST_DESCRIPTOR = 24;

interface Part {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly at: number;
}

/** A part of a workbook, unpacked as a stream whenever it is asked for. */
export interface OpenPart {
  /** Bytes, unpacked. */
  readonly size: number;
  chunks(): AsyncGenerator<Buffer>;
}

/** The parts of a workbook by name; case does not matter. */
export interface WorkbookParts {
  find(name: string): OpenPart | undefined;
}

/** The parts; throws `BadFile` unless the bytes are a workbook within all limits. */
export async function checkWorkbook(bytes: Buffer): Promise<WorkbookParts> {
  if (bytes.length > MOST_PACKED) {
    throw badFile('workbook_too_large');
  }
  const { parts, directoryAt } = readDirectory(bytes);
  const byName = new Map(parts.map((part) => [part.name.toLowerCase(), part]));
  if (!byName.has('xl/workbook.xml') || !byName.has('xl/_rels/workbook.xml.rels')) {
    throw badFile('no_workbook');
  }
  if (byName.size < parts.length) throw badFile('workbook_damaged');
  const unpacked = parts.reduce((sum, part) => sum + part.unpacked, 0);
  if (unpacked > MOST_UNPACKED) throw tooLarge(unpacked);
  for (const part of parts) checkPart(part);
  checkHeaders(bytes, parts, directoryAt);
  for (const part of parts) await unpackAndWatch(bytes, part);
  return {
    find(name) {
      const part = byName.get(name.toLowerCase());
      if (part === undefined) return undefined;
      return { size: part.unpacked, chunks: () => unpack(bytes, part) };
    },
  };
}

function tooLarge(unpacked: number): Error {
  const megabytes = Math.ceil(unpacked / MEGABYTE);
  return badFile('workbook_unpacks_too_large', { megabytes });
}

function checkPart({ flags, method }: Part): void {
  if ((flags & ENCRYPTED) !== 0) throw badFile('workbook_encrypted');
  const known = method === DEFLATED || (method === STORED && (flags & SIZES_FOLLOW) === 0);
  if (!known) throw badFile('workbook_damaged');
}

/** The parts that the directory at the end of the zip names. */
function readDirectory(bytes: Buffer): { parts: Part[]; directoryAt: number } {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  const directoryAt = bytes.readUInt32LE(end + 16);
  if (count > MOST_PARTS) throw badFile('too_many_parts', { most: MOST_PARTS });
  const parts: Part[] = [];
  let at = directoryAt;
  for (let part = 0; part < count; part += 1) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== DIRECTORY) throw badFile('workbook_damaged');
    const nameLength = bytes.readUInt16LE(at + 28);
    const extraLength = bytes.readUInt16LE(at + 30);
    const [unpacked = 0, packed = 0, place = 0] = inFull(
      [bytes.readUInt32LE(at + 24), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)],
      bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength),
    );
    parts.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      packed,
      unpacked,
      at: place,
    });
    at += 46 + nameLength + extraLength + bytes.readUInt16LE(at + 32);
  }
  if (at !== end && !isZip64Tail(bytes, at, end)) throw badFile('workbook_damaged');
  return { parts, directoryAt };
}

/** Some programs write it always; below 50 MB it says nothing that the end does not say. */
function isZip64Tail(bytes: Buffer, at: number, end: number): boolean {
  return (
    end - at === ZIP64_TAIL &&
    bytes.readUInt32LE(at) === ZIP64_END &&
    bytes.readUInt32LE(at + 56) === ZIP64_LOCATOR &&
    bytes.readBigUInt64LE(at + 64) === BigInt(at)
  );
}

/** The fields of a header, those that say so from its extra field instead. */
function inFull(fields: readonly number[], extra: Buffer): number[] {
  let wide: Buffer = Buffer.alloc(0);
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === ZIP64_FIELD) wide = extra.subarray(at + 4, end);
  }
  let next = 0;
  return fields.map((field) => {
    if (field !== IN_EXTRA) return field;
    if (next + 8 > wide.length) throw badFile('workbook_damaged');
    const value = wide.readBigUInt64LE(next);
    next += 8;
    if (value > BigInt(MOST_UNPACKED)) throw tooLarge(Number(value));
    return Number(value);
  });
}

function findEnd(bytes: Buffer): number {
  const last = bytes.length - 22;
  for (let at = last; at >= Math.max(0, last - 65_535); at -= 1) {
    if (bytes.readUInt32LE(at) === END) return at;
  }
  throw badFile('workbook_damaged');
}

/** The local headers say what the directory says, one part right behind the other. */
function checkHeaders(bytes: Buffer, parts: readonly Part[], directoryAt: number): void {
  const inOrder = parts.toSorted((a, b) => a.at - b.at);
  let expectedAt = 0;
  let slack = 0;
  for (const part of inOrder) {
    if (part.at < expectedAt || part.at > expectedAt + slack) throw badFile('workbook_damaged');
    if (!isSameInHeader(bytes, part)) throw badFile('workbook_damaged');
    expectedAt = startOf(bytes, part) + part.packed;
    slack = (part.flags & SIZES_FOLLOW) === 0 ? 0 : LONGEST_DESCRIPTOR;
  }
  if (directoryAt < expectedAt || directoryAt > expectedAt + slack)
    throw badFile('workbook_damaged');
}

function isSameInHeader(bytes: Buffer, part: Part): boolean {
  const { at } = part;
  if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== LOCAL) return false;
  const nameLength = bytes.readUInt16LE(at + 26);
  const extraAt = at + 30 + nameLength;
  const [unpacked, packed] = inFull(
    [bytes.readUInt32LE(at + 22), bytes.readUInt32LE(at + 18)],
    bytes.subarray(extraAt, extraAt + bytes.readUInt16LE(at + 28)),
  );
  const follows = (part.flags & SIZES_FOLLOW) !== 0;
  return (
    bytes.readUInt16LE(at + 6) === part.flags &&
    bytes.readUInt16LE(at + 8) === part.method &&
    bytes.toString('utf8', at + 30, at + 30 + nameLength) === part.name &&
    (packed === part.packed || (follows && packed === 0)) &&
    (unpacked === part.unpacked || (follows && unpacked === 0))
  );
}

function startOf(bytes: Buffer, { at }: Part): number {
  return at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
}

/** Unpacks one part as a stream; what is more or less than promised is refused. */
async function unpackAndWatch(bytes: Buffer, part: Part): Promise<void> {
  const isXml = /\.(xml|rels)$/i.test(part.name);
  const watch = isXml ? watchSheet() : undefined;
  for await (const chunk of unpack(bytes, part)) watch?.(chunk.toString('latin1'));
  watch?.('');
}

async function* unpack(bytes: Buffer, part: Part): AsyncGenerator<Buffer> {
  const start = startOf(bytes, part);
  const packed = bytes.subarray(start, start + part.packed);
  let unpacked = 0;
  for await (const chunk of part.method === STORED ? slices(packed) : inflate(packed)) {
    unpacked += chunk.length;
    if (unpacked > part.unpacked) throw badFile('workbook_damaged');
    yield chunk;
  }
  if (unpacked !== part.unpacked) throw badFile('workbook_damaged');
}

function* slices(stored: Buffer): Generator<Buffer> {
  for (let at = 0; at < stored.length; at += CHUNK) yield stored.subarray(at, at + CHUNK);
}

async function* inflate(packed: Buffer): AsyncGenerator<Buffer> {
  const inflated = Readable.from([packed]).pipe(createInflateRaw({ chunkSize: CHUNK }));
  try {
    for await (const chunk of inflated) yield chunk;
  } catch {
    throw badFile('workbook_damaged');
  }
}
