/**
 * One agent a home: two would give records the same name. The lock is SQLite's on a file, which the
 * operating system takes back from a dead process.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError } from './config.ts';

/** The lock of a home. */
export interface Lock {
  release(): void;
}

/** Takes it, or throws `ConfigError`: another agent runs there. It does not wait. */
export function takeLock(home: string): Lock {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const holder = new DatabaseSync(path.join(home, 'lock'));
  try {
    holder.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (cause) {
    holder.close();
    if ((cause as { errcode?: number }).errcode !== 5) throw cause;
    throw new ConfigError('home: another agent runs there · 该目录已有另一个代理在运行');
  }
  return { release: () => holder.close() };
}
