/** What a watcher does to folders, one act at a time. */
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';

/** The disk as a watcher is given it. */
export interface WatchDisk {
  makeFolder(folder: string): void;
  /** Names in the folder; none when there is no such folder. */
  list(folder: string): string[];
  /** What changes while a file is written; `undefined` for what is no file. */
  mark(file: string): string | undefined;
  isEmpty(file: string): boolean;
  exists(file: string): boolean;
  rename(from: string, to: string): void;
  /** As `rename`, also onto another disk: the file appears whole. */
  move(from: string, to: string): void;
  read(file: string): string;
  remove(file: string): void;
  removeFolder(folder: string): void;
}

/** The real one. */
export const nodeDisk: WatchDisk = {
  makeFolder: (folder) => void mkdirSync(folder, { recursive: true }),
  list(folder) {
    try {
      return readdirSync(folder).sort();
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw cause;
    }
  },
  mark(file) {
    const found = lstatSync(file, { throwIfNoEntry: false });
    return found?.isFile() ? `${found.size} ${found.mtimeMs}` : undefined;
  },
  isEmpty: (file) => lstatSync(file).size === 0,
  exists: (file) => lstatSync(file, { throwIfNoEntry: false }) !== undefined,
  rename: renameSync,
  move(from, to) {
    try {
      renameSync(from, to);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EXDEV') throw cause;
      const aside = path.join(path.dirname(to), `.${path.basename(to)}.part`);
      copyFileSync(from, aside);
      renameSync(aside, to);
      rmSync(from);
    }
  },
  read: (file) => readFileSync(file, 'utf8'),
  remove: (file) => rmSync(file, { force: true }),
  removeFolder: rmdirSync,
};
