/** The disk of the machine: a folder, node:fs, fdatasync. */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Disk, DiskFault } from './disk.ts';

/** Files that stay open for appending; more than a spool needs at a time. */
const KEPT_OPEN = 8;
const READ_WRITE_APPEND = constants.O_CREAT | constants.O_APPEND | constants.O_RDWR;
/** While a file is being replaced; what is left of an interrupted turn is nobody's. */
const UNFINISHED = '.new';

interface Opened {
  readonly file: FileHandle;
  /** Whether the name may still be lost: its folder was not synced since it was made. */
  isNew: boolean;
}

/** A folder of the machine; closed when the gate stops. */
export interface NodeDisk extends Disk {
  close(): Promise<void>;
}

/** The folder as a disk; made if it is not there. */
export function openNodeDisk(folder: string): NodeDisk {
  const opened = new Map<string, Promise<Opened>>();
  const pathOf = (name: string) => path.join(folder, name);

  async function openFor(name: string): Promise<Opened> {
    const known = opened.get(name) ?? openNow(name);
    opened.delete(name);
    opened.set(name, known);
    if (opened.size > KEPT_OPEN) await closeFirst();
    try {
      return await known;
    } catch (fault) {
      opened.delete(name);
      throw fault;
    }
  }

  async function openNow(name: string): Promise<Opened> {
    const isNew = !(await exists(pathOf(name)));
    if (isNew) await makeFolder(path.dirname(pathOf(name)));
    return { file: await open(pathOf(name), READ_WRITE_APPEND, 0o600), isNew };
  }

  async function closeFirst(): Promise<void> {
    const oldest = opened.keys().next();
    if (oldest.done !== true) await close(oldest.value);
  }

  async function close(name: string): Promise<void> {
    const known = opened.get(name);
    opened.delete(name);
    await (await known)?.file.close();
  }

  return {
    async close() {
      for (const name of [...opened.keys()]) await close(name);
    },
    list: (prefix) => faults(`list ${prefix}`, () => listFiles(folder, prefix)),
    read: (name) =>
      faults(`read ${name}`, async () => {
        try {
          return new Uint8Array(await readFile(pathOf(name)));
        } catch (fault) {
          if (isMissing(fault)) return undefined;
          throw fault;
        }
      }),
    readPart: (name, offset, length) =>
      faults(`read ${name}`, () => part(pathOf(name), offset, length)),
    append: (name, bytes) =>
      faults(`append to ${name}`, async () => {
        await (await openFor(name)).file.appendFile(bytes);
      }),
    sync: (name) =>
      faults(`sync ${name}`, async () => {
        const now = await openFor(name);
        await now.file.datasync();
        if (!now.isNew) return;
        await syncFolder(path.dirname(pathOf(name)));
        now.isNew = false;
      }),
    truncate: (name, length) =>
      faults(`truncate ${name}`, async () => {
        await (await openFor(name)).file.truncate(length);
      }),
    replace: (name, bytes) =>
      faults(`replace ${name}`, async () => {
        await close(name);
        await makeFolder(path.dirname(pathOf(name)));
        await writeDurably(pathOf(name) + UNFINISHED, bytes);
        await rename(pathOf(name) + UNFINISHED, pathOf(name));
        await syncFolder(path.dirname(pathOf(name)));
      }),
    remove: (name) =>
      faults(`remove ${name}`, async () => {
        await close(name);
        await rm(pathOf(name), { force: true });
      }),
  };
}

async function faults<T>(doing: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    if (code === undefined) throw fault;
    throw new DiskFault(code, doing);
  }
}

function isMissing(fault: unknown): boolean {
  return (fault as NodeJS.ErrnoException).code === 'ENOENT';
}

async function exists(file: string): Promise<boolean> {
  try {
    await (await open(file, constants.O_RDONLY)).close();
    return true;
  } catch (fault) {
    if (isMissing(fault)) return false;
    throw fault;
  }
}

async function listFiles(folder: string, prefix: string): Promise<string[]> {
  const within = path.posix.dirname(`${prefix}x`);
  try {
    const entries = await readdir(path.join(folder, within), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith(UNFINISHED))
      .map((entry) => path.posix.join(within, entry.name))
      .filter((name) => name.startsWith(prefix))
      .sort();
  } catch (fault) {
    if (isMissing(fault)) return [];
    throw fault;
  }
}

async function part(file: string, offset: number, length: number): Promise<Uint8Array> {
  const opened = await open(file, constants.O_RDONLY);
  try {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await opened.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await opened.close();
  }
}

async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined) await syncFolder(path.dirname(made));
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const opened = await open(file, 'w', 0o600);
  try {
    await opened.writeFile(bytes);
    await opened.sync();
  } finally {
    await opened.close();
  }
}

/** So that a name that was made or changed is still there after a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, constants.O_RDONLY);
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}
