/**
 * A tar archive (POSIX ustar) of small files, written and read entry by entry: any tar program
 * opens it, and neither side holds more than one entry in memory.
 */
import { type FileHandle, open } from 'node:fs/promises';

const BLOCK = 512;
/** No entry of a backup is larger. */
const MOST_BYTES = 64 << 20;
const MAGIC = Buffer.from('ustar\x0000', 'latin1');

/** A file within the archive. */
export interface Entry {
  readonly name: string;
  readonly content: Buffer;
}

/** The file is no whole archive of ours; the message says where it breaks off or what is wrong. */
export class BadArchive extends Error {}

/** Writes entries one after another. */
export interface ArchiveWriter {
  add(name: string, content: string): Promise<void>;
  /** Writes the end and makes sure that everything is on disk. */
  finish(): Promise<void>;
}

/** A writer into the open file; `seconds` is the moment that every entry is marked with. */
export function writeArchive(file: FileHandle, seconds: number): ArchiveWriter {
  return {
    async add(name, content) {
      const bytes = Buffer.from(content);
      const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
      await writeAll(file, Buffer.concat([headerOf(name, bytes.length, seconds), bytes, padding]));
    },
    async finish() {
      await writeAll(file, Buffer.alloc(2 * BLOCK));
      await file.sync();
    },
  };
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

function headerOf(name: string, size: number, seconds: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) > 100) throw new Error('invariant broken: names are short');
  header.write(name, 0);
  const octal = (value: number, at: number, length: number): void =>
    void header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  octal(0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(seconds, 136, 12);
  header.write('0', 156);
  MAGIC.copy(header, 257);
  header.write(`${checksumOf(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** The sum of the header's bytes, its own field counted as spaces. */
function checksumOf(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

/** The entries in their order. Throws `BadArchive`. */
export async function* readArchive(name: string): AsyncGenerator<Entry> {
  const file = await open(name, 'r');
  try {
    let last = 'its beginning';
    for (;;) {
      const header = await readExactly(file, BLOCK, `after ${last}`);
      if (header.every((byte) => byte === 0)) return;
      const entry = entryOf(header, last);
      const padded = Math.ceil(entry.size / BLOCK) * BLOCK;
      const bytes = await readExactly(file, padded, `in ${entry.name}`);
      yield { name: entry.name, content: bytes.subarray(0, entry.size) };
      last = entry.name;
    }
  } finally {
    await file.close();
  }
}

function entryOf(header: Buffer, last: string): { name: string; size: number } {
  const text = (at: number, length: number): string =>
    header.toString('utf8', at, at + length).replace(/\0.*$/s, '');
  const octal = (at: number, length: number): number => Number.parseInt(text(at, length), 8);
  const size = octal(124, 12);
  const isOurs =
    header.subarray(257, 265).equals(MAGIC) &&
    octal(148, 8) === checksumOf(header) &&
    size >= 0 &&
    size <= MOST_BYTES;
  if (!isOurs) throw new BadArchive(`no archive of ours after ${last}`);
  return { name: text(0, 100), size };
}

async function readExactly(file: FileHandle, length: number, where: string): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at);
    if (bytesRead === 0) throw new BadArchive(`it ends early, ${where}`);
    at += bytesRead;
  }
  return bytes;
}
