/** A file that is no donation file, and the first look at one. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { type FileError, type FileErrorCode, fileError } from './file-errors.ts';

/** The file cannot be read as a donation file at all; nothing of it is taken in. */
export class BadFile extends Error {
  /** Everything that is wrong, by code and in both languages; the message is the English of it. */
  readonly errors: readonly FileError[];

  constructor(errors: readonly FileError[]) {
    super(errors.map(({ message }) => message.en).join('; '));
    this.errors = errors;
  }
}

/** The refusal with one error; `values` fill the braces of its text. */
export function badFile(
  code: FileErrorCode,
  values: Readonly<Record<string, string | number>> = {},
): BadFile {
  return new BadFile([fileError(code, values)]);
}

/** The file's size in bytes; throws `BadFile` when there is none. */
export function sizeOf(file: string): number {
  try {
    const found = statSync(file);
    if (!found.isFile()) throw badFile('not_a_file', { file });
    return found.size;
  } catch (cause) {
    if (cause instanceof BadFile) throw cause;
    throw badFile('unreadable', { file });
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
    throw badFile('unreadable', { file });
  }
}
