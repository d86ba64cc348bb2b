/**
 * A disk in memory for tests: it forgets at a power cut what was not synced, tears the last write,
 * and fails when it is told to.
 */
import { type Disk, DiskFault } from '../src/disk.ts';

/** What a test may do to the disk beside using it. */
export interface MemoryDisk extends Disk {
  /** What stands in the files now, durable or not. */
  readonly files: Map<string, Uint8Array>;
  /** How many operations have been asked for. */
  readonly asked: number;
  /** From now on, decides for each operation by its number whether it fails, and how. */
  failWhen(judge: (operation: string, number: number) => string | undefined): void;
  /**
   * The power goes: of what was not synced, `survives` says how much of each file's new end is
   * there after all (0 to 1).
   */
  cutPower(survives?: (name: string) => number): void;
}

/** An empty disk. */
export function createMemoryDisk(): MemoryDisk {
  const files = new Map<string, Uint8Array>();
  const durable = new Map<string, Uint8Array>();
  let judge: (operation: string, number: number) => string | undefined = () => undefined;
  let asked = 0;

  function ask(operation: string): void {
    asked += 1;
    const code = judge(operation, asked);
    if (code !== undefined) throw new DiskFault(code, operation);
  }

  return {
    files,
    get asked() {
      return asked;
    },
    failWhen(decide) {
      judge = decide;
    },
    cutPower(survives = () => 0) {
      for (const name of new Set([...files.keys(), ...durable.keys()])) {
        const kept = durable.get(name);
        const now = files.get(name) ?? new Uint8Array();
        const from = kept?.length ?? 0;
        const extra = Math.floor(Math.max(0, now.length - from) * survives(name));
        if (kept === undefined && extra === 0) files.delete(name);
        else files.set(name, joined(kept ?? new Uint8Array(), now.subarray(from, from + extra)));
      }
      durable.clear();
      for (const [name, bytes] of files) durable.set(name, bytes.slice());
    },
    async list(prefix) {
      ask('list');
      return [...files.keys()].filter((name) => name.startsWith(prefix)).sort();
    },
    async read(name) {
      ask('read');
      return files.get(name)?.slice();
    },
    async readPart(name, offset, length) {
      ask('readPart');
      const bytes = files.get(name);
      if (bytes === undefined) throw new DiskFault('ENOENT', `read ${name}`);
      return bytes.slice(offset, offset + length);
    },
    async append(name, bytes) {
      const before = files.get(name) ?? new Uint8Array();
      try {
        ask('append');
      } catch (fault) {
        // As a real disk may: a part is there all the same.
        files.set(name, joined(before, bytes.subarray(0, bytes.length >> 1)));
        throw fault;
      }
      files.set(name, joined(before, bytes));
    },
    async sync(name) {
      ask('sync');
      const bytes = files.get(name);
      if (bytes === undefined) throw new DiskFault('ENOENT', `sync ${name}`);
      durable.set(name, bytes.slice());
    },
    async truncate(name, length) {
      ask('truncate');
      const bytes = files.get(name);
      if (bytes === undefined) throw new DiskFault('ENOENT', `truncate ${name}`);
      files.set(name, bytes.slice(0, length));
    },
    async replace(name, bytes) {
      ask('replace');
      files.set(name, bytes.slice());
      durable.set(name, bytes.slice());
    },
    async remove(name) {
      ask('remove');
      files.delete(name);
      durable.delete(name);
    },
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
