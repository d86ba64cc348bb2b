/** A file that is no donation file, and the first look at one. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** The file cannot be read as a donation file at all; nothing of it is taken in. */
export class BadFile extends Error {}

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

/** Up to `length` bytes from the beginning of the file; throws `BadFile` when it cannot be read. */
export function firstBytes(file: string, length: number): Buffer {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    throw new BadFile(`cannot read ${file}`);
  }
}
