/**
 * One process a home: two on one folder of the embedded database lose rows without a word. The
 * lock is SQLite's lock on a file, which the operating system takes back from a dead process.
 */
import { DatabaseSync } from 'node:sqlite';

/** Another live process has the home. */
export class HomeInUse extends Error {
  constructor() {
    super('another process uses this home');
  }
}

/** The lock of a home; released by the operating system when the process dies. */
export interface Lock {
  release(): void;
}

/** Takes the lock at `file` or throws `HomeInUse`; it does not wait. */
export function takeLock(file: string): Lock {
  const holder = new DatabaseSync(file);
  try {
    holder.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (cause) {
    holder.close();
    if ((cause as { errcode?: number }).errcode === 5) throw new HomeInUse();
    throw cause;
  }
  return { release: () => holder.close() };
}
