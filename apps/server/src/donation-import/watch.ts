/**
 * Takes in every donation file that appears in a folder, once. A file is first renamed into
 * `.taking`, under the id of its import; under that id it is in or not, however often it is tried.
 * So a watcher that is killed anywhere goes on at its next start where it was.
 */
import path from 'node:path';
import type { WatchDisk } from './watch-disk.ts';

/** Where files come from and go to. */
export interface WatchFolders {
  readonly folder: string;
  /** For files that are in, and for those of which nothing is. */
  readonly done: string;
  readonly failed: string;
}

/** What is asked of the import of one file. */
export interface Take {
  readonly file: string;
  readonly fileName: string;
  readonly importId: string;
  readonly errorFile: string;
  /** Where the report is to be written, as JSON. */
  readonly reportFile: string;
}

/** What a report says, as far as it decides where the file goes. */
interface Report {
  readonly importId: string;
  readonly refused?: true;
  readonly imported?: number;
  readonly unchanged?: number;
  readonly conflicts?: number;
  readonly rejected?: readonly unknown[];
  readonly conflicting?: readonly unknown[];
}

/** What a watcher uses. */
export interface WatchOutside {
  readonly disk: WatchDisk;
  readonly newId: () => string;
  /** Imports the file and writes its report; a fault throws, and the file is tried again. */
  take(asked: Take): Promise<void>;
  say(line: string): void;
}

/** A watcher of one folder. */
export interface Watcher {
  /** One look: files that have not changed since the look before are taken in. */
  look(): Promise<void>;
}

/** Holds a folder for each import under its id, with the file; beside it error file and report. */
const TAKING = '.taking';
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Bytes of a name that is kept; what is put behind it must have room. */
const LONGEST_NAME = 180;
/** A donation file, and not one that a program writes aside. */
const WANTED = /^(?!\.|~\$|~).*\.(csv|xlsx)$/i;
const ASIDE = /\.(part|tmp|crdownload|filepart)\.(csv|xlsx)$/i;

/** Begins to watch; the folders for what has been taken are made. */
export function openWatcher(folders: WatchFolders, outside: WatchOutside): Watcher {
  const { disk } = outside;
  const { folder, done, failed } = folders;
  const taking = path.join(folder, TAKING);
  for (const made of [taking, done, failed]) disk.makeFolder(made);
  let before = new Map<string, string>();
  let lastFault = '';

  const findNew = (): string[] => {
    const now = new Map<string, string>();
    for (const name of disk.list(folder)) {
      const mark = WANTED.test(name) && !ASIDE.test(name) && disk.mark(path.join(folder, name));
      if (mark && !disk.isEmpty(path.join(folder, name))) now.set(name, mark);
    }
    const whole = [...now].filter(([name, mark]) => before.get(name) === mark);
    before = now;
    return whole.map(([name]) => name);
  };
  /** The id under which the file is taken; `undefined` when it went or changed under our hands. */
  const claim = (name: string): string | undefined => {
    const importId = outside.newId();
    const [from, own] = [path.join(folder, name), path.join(taking, importId)];
    disk.makeFolder(own);
    try {
      disk.rename(from, path.join(own, name));
    } catch (cause) {
      disk.removeFolder(own);
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw cause;
    }
    if (disk.mark(path.join(own, name)) === before.get(name)) return importId;
    disk.rename(path.join(own, name), from);
    disk.removeFolder(own);
    return undefined;
  };
  const finish = async (importId: string): Promise<void> => {
    const own = path.join(taking, importId);
    const [fileName] = disk.list(own);
    if (fileName === undefined) return disk.removeFolder(own);
    const file = path.join(own, fileName);
    const errorFile = `${own}.errors.csv`;
    const reportFile = `${own}.report.json`;
    await outside.take({ file, fileName, importId, errorFile, reportFile });
    const report = JSON.parse(disk.read(reportFile)) as Report;
    const { base, ext } = placeFor(disk, isIn(report) ? done : failed, fileName, importId);
    // The file goes last: as long as it is here, everything is done again under the same id.
    if (countErrors(report) === 0) disk.remove(errorFile);
    else disk.move(errorFile, `${base}.errors.csv`);
    disk.move(reportFile, `${base}.report.json`);
    disk.move(file, `${base}${ext}`);
    disk.removeFolder(own);
    outside.say(`${fileName}: ${summaryOf(report)} -> ${base}${ext}`);
  };
  const tryFinish = async (importId: string): Promise<void> => {
    try {
      await finish(importId);
      lastFault = '';
    } catch (cause) {
      // Said once, not at every look; the file stays where it is, and the next look tries again.
      const fault = `${importId}: ${(cause as Error).message}`;
      if (fault !== lastFault) outside.say(`${fault}; it is tried again`);
      lastFault = fault;
    }
  };
  return {
    async look() {
      for (const name of disk.list(taking)) if (ID.test(name)) await tryFinish(name);
      for (const name of findNew()) {
        const importId = claim(name);
        if (importId !== undefined) await tryFinish(importId);
      }
    },
  };
}

/** Under its own name, unless another file of that name was there before. */
function placeFor(
  disk: WatchDisk,
  target: string,
  fileName: string,
  importId: string,
): { readonly base: string; readonly ext: string } {
  const { name, ext } = path.parse(fileName);
  let stem = name;
  while (Buffer.byteLength(stem) > LONGEST_NAME) stem = stem.slice(0, -1);
  const base = path.join(target, stem);
  const report = `${base}.report.json`;
  if (disk.exists(report)) {
    const isOurs = (JSON.parse(disk.read(report)) as Report).importId === importId;
    return { base: isOurs ? base : `${base}-${importId}`, ext };
  }
  return { base: disk.exists(`${base}${ext}`) ? `${base}-${importId}` : base, ext };
}

function countErrors({ rejected = [], conflicting = [] }: Report): number {
  return rejected.length + conflicting.length;
}

/** Something of the file is in, or was; a file without any donation is as much in as it can be. */
function isIn(report: Report): boolean {
  const { refused, imported = 0, unchanged = 0 } = report;
  return refused === undefined && (imported + unchanged > 0 || countErrors(report) === 0);
}

function summaryOf(report: Report): string {
  if (report.refused) return 'refused';
  const { imported = 0, unchanged = 0, conflicts = 0, rejected = [] } = report;
  const counts = { imported, unchanged, conflicts, rejected: rejected.length };
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
