/**
 * What a gate asks of its disk. Names are like `spool/0000000001.spool`: one folder at most. The
 * real one is node-disk.ts; a simulated one keeps the same promises (test/disk-contract.ts).
 */

/** Why the disk did not do what it was asked: `ENOSPC` when it is full, `EIO`, … */
export class DiskFault extends Error {
  readonly code: string;

  constructor(code: string, doing: string) {
    super(`the disk answered ${code} when asked to ${doing}`);
    this.name = 'DiskFault';
    this.code = code;
  }
}

/** Files by name. Every method rejects with a `DiskFault` and nothing else. */
export interface Disk {
  /** The names that begin so, sorted. */
  list(prefix: string): Promise<string[]>;
  /** The whole file, or `undefined` where there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Bytes from an offset on, fewer where the file ends; `ENOENT` where there is none. */
  readPart(name: string, offset: number, length: number): Promise<Uint8Array>;
  /**
   * Writes at the end, making the file if need be. Kept through a power cut only once `sync` has
   * answered; before that any part of it may be there, and after a fault too.
   */
  append(name: string, bytes: Uint8Array): Promise<void>;
  /** All that was appended or cut off is on the medium, and the name with it (fdatasync). */
  sync(name: string): Promise<void>;
  /** Cuts the end off, from that length on. */
  truncate(name: string, length: number): Promise<void>;
  /** The file has exactly these bytes, durably, or is as it was before: never in between. */
  replace(name: string, bytes: Uint8Array): Promise<void>;
  /** Takes the file away; one that is not there is no fault. */
  remove(name: string): Promise<void>;
}

/** The code of a fault of the disk; anything else is a bug and is thrown on. */
export function codeOfFault(fault: unknown): string {
  if (fault instanceof DiskFault) return fault.code;
  throw fault;
}
