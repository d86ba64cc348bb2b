/** A watched folder on the real disk and database: whole files only, each once, whatever is killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startServer } from '../../test/server-process.ts';
import {
  HEADING,
  lineOf,
  openTestCore,
  residentNumber,
  type TestCore,
} from '../../test/test-core.ts';
import { runCommand } from '../cli/run.ts';
import { openWatcher, type Take, type Watcher } from './watch.ts';
import { nodeDisk, type WatchDisk } from './watch-disk.ts';
import { listImports } from './workflow.ts';

let city: TestCore;
let folder: string;
let said: string[];
let files = 0;

beforeAll(async () => {
  city = await openTestCore('2026-11-24T12:00:00+08:00');
});
afterAll(() => city.close());
beforeEach(() => {
  files += 1;
  folder = path.join(city.home, `in-${files}`);
  mkdirSync(folder);
  said = [];
});

const row = (number: string, donatedOn = '2026-03-10'): string =>
  lineOf({ number, document: residentNumber(1), donatedOn });
const textOf = (...rows: string[]): string => [HEADING, ...rows].join('\n');
const put = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);

/** The import as `watch` calls it, in the test's own core. */
async function take({ file, fileName, importId, errorFile, reportFile }: Take): Promise<void> {
  const notes: string[] = [];
  const argv = ['import', file, '--id', importId, '--name', fileName];
  await runCommand([...argv, '--errors', errorFile, '--report', reportFile], {
    config: city.core.config,
    folder,
    outside: city.core,
    programme: () => city.core.programme,
    core: async () => city.core,
    firstLine: async () => undefined,
    print: () => {},
    note: (text) => notes.push(text),
    runLine: () => Promise.reject(new Error('no other command')),
    stopped: new AbortController().signal,
    wait: async () => {},
    interactive: false,
  });
  if (!existsSync(reportFile)) throw new Error(notes.join(' '));
}

function open(disk: WatchDisk = nodeDisk, taking: (asked: Take) => Promise<void> = take): Watcher {
  const folders = { folder, done: path.join(folder, 'done'), failed: path.join(folder, 'failed') };
  const say = (line: string): void => void said.push(line);
  return openWatcher(folders, { disk, newId: city.core.newId, take: taking, say });
}

const names = (...of: string[]): string[] => readdirSync(path.join(folder, ...of)).sort();
const reportOf = (...of: string[]) => JSON.parse(readFileSync(path.join(folder, ...of), 'utf8'));
const importsOf = async (fileName: string) =>
  (await listImports(city.core, { limit: 1000 })).filter((line) => line.fileName === fileName);

async function lookTwice(watcher: Watcher): Promise<void> {
  await watcher.look();
  await watcher.look();
}

test('a file is taken in once two looks see the same, and goes to done with its report', async () => {
  const watcher = open();
  put('a.csv', textOf(row('A1')));
  await watcher.look();
  expect(names()).toContain('a.csv');
  put('a.csv', textOf(row('A1'), row('A2')));
  await watcher.look();
  expect(names()).toContain('a.csv');
  await watcher.look();
  expect(names('done')).toEqual(['a.csv', 'a.report.json']);
  expect(reportOf('done', 'a.report.json')).toMatchObject({ imported: 2, rejected: [] });
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^a\.csv: imported 2, .* -> .*done\/a\.csv$/);
  expect(await importsOf('a.csv')).toMatchObject([
    { source: 'folder', imported: 2, state: 'done' },
  ]);
  expect(names('.taking')).toEqual([]);
});

test('a file of the same size that is written again is not whole yet', async () => {
  const watcher = open();
  put('same.csv', textOf(row('B1')));
  await watcher.look();
  utimesSync(path.join(folder, 'same.csv'), 1, 2);
  await watcher.look();
  expect(names()).toContain('same.csv');
  await watcher.look();
  expect(names('done')).toContain('same.csv');
});

test('renamed in, a file is taken; names that programs write aside, folders and links are not', async () => {
  const watcher = open();
  for (const name of ['.hidden.csv', '~$open.xlsx', 'x.csv.part', 'y.part.csv', 'notes.txt']) {
    put(name, textOf(row('C1')));
  }
  put('empty.csv', '');
  mkdirSync(path.join(folder, 'folder.csv'));
  await lookTwice(watcher);
  expect(names('done')).toEqual([]);
  renameSync(path.join(folder, 'x.csv.part'), path.join(folder, 'x.csv'));
  await lookTwice(watcher);
  expect(names('done')).toEqual(['x.csv', 'x.report.json']);
  expect(names('failed')).toEqual([]);
});

test('rows that are not taken in lie beside as a file to correct; a file without any that is, in failed', async () => {
  const watcher = open();
  put('some.csv', textOf(row('D1'), row('D2', '2026-02-30')));
  put('none.csv', textOf(row('D3', '2026-02-30')));
  put('other.csv', '姓名\n测试甲\n');
  await lookTwice(watcher);
  expect(names('done')).toEqual(['some.csv', 'some.errors.csv', 'some.report.json']);
  expect(names('failed')).toEqual([
    'none.csv',
    'none.errors.csv',
    'none.report.json',
    'other.csv',
    'other.report.json',
  ]);
  expect(reportOf('failed', 'other.report.json')).toMatchObject({
    refused: true,
    errors: [{ code: 'headings_missing' }],
  });
  expect(readFileSync(path.join(folder, 'done', 'some.errors.csv'), 'utf8')).toContain('D2');
});

test('another file of the same name never overwrites the one before', async () => {
  const watcher = open();
  for (const number of ['E1', 'E2', 'E3']) {
    put('month.csv', textOf(row(number)));
    await lookTwice(watcher);
  }
  const kept = names('done').filter((name) => name.endsWith('.csv'));
  expect(kept).toHaveLength(3);
  const texts = kept.map((name) => readFileSync(path.join(folder, 'done', name), 'utf8'));
  expect(new Set(texts).size).toBe(3);
  expect(names('done')).toHaveLength(6);
});

test('a fault is said once, and the file is taken when it is over', async () => {
  let broken = true;
  const watcher = open(nodeDisk, (asked) =>
    broken ? Promise.reject(new Error('the database does not answer')) : take(asked),
  );
  put('late.csv', textOf(row('F1')));
  await lookTwice(watcher);
  await watcher.look();
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/does not answer/);
  broken = false;
  await watcher.look();
  expect(names('done')).toEqual(['late.csv', 'late.report.json']);
});

class Killed extends Error {}

/** The real disk, until the n-th change of it: then the process is dead, before or after it. */
function dyingDisk(at: number, after: boolean): { disk: WatchDisk; alive: () => boolean } {
  let changes = 0;
  let alive = true;
  const changing = ['makeFolder', 'rename', 'move', 'remove', 'removeFolder'] as const;
  const dies = (change: () => unknown): unknown => {
    if (!alive) throw new Killed();
    changes += 1;
    if (changes !== at) return change();
    alive = false;
    if (after) change();
    throw new Killed();
  };
  const wrapped = changing.map((name) => [
    name,
    (...given: [string, string]) =>
      dies(() => (nodeDisk[name] as (...args: string[]) => void)(...given)),
  ]);
  return { disk: { ...nodeDisk, ...Object.fromEntries(wrapped) }, alive: () => alive };
}

describe('killed at any step, and started again: the file is in once and lies in done once', () => {
  test.each([
    ['before', false],
    ['after', true],
  ])('%s each change of the disk', async (_when, after) => {
    let survived = false;
    for (let at = 1; !survived; at += 1) {
      const stem = `k${files}-${at}`;
      const name = `${stem}.csv`;
      const numbers = [`K${files}-${at}`, `L${files}-${at}`];
      put(name, textOf(...numbers.map((number) => row(number)), row('bad', '2026-02-30')));
      const { disk, alive } = dyingDisk(at, after);
      try {
        const first = open(disk);
        for (let look = 0; look < 3 && alive(); look += 1) await first.look();
      } catch (cause) {
        if (!(cause instanceof Killed)) throw cause;
      }
      survived = alive();
      const second = open();
      for (let look = 0; look < 3; look += 1) await second.look();
      const imports = await importsOf(name);
      expect([at, imports.map(({ imported }) => imported)]).toEqual([at, [2]]);
      const mine = names('done').filter((one) => one.startsWith(`${stem}.`));
      expect(mine).toEqual([`${stem}.csv`, `${stem}.errors.csv`, `${stem}.report.json`]);
      expect(reportOf('done', `${stem}.report.json`)).toMatchObject({ imported: 2, unchanged: 0 });
      expect(names('.taking')).toEqual([]);
      expect(names()).not.toContain(name);
    }
  });

  test('amid the import, before and behind its commit', async () => {
    put('amid.csv', textOf(row('M1')));
    const before = open(nodeDisk, () => Promise.reject(new Killed()));
    await lookTwice(before);
    const behind = open(nodeDisk, async (asked) => {
      await take(asked);
      rmSync(asked.reportFile);
      rmSync(asked.errorFile, { force: true });
      throw new Killed();
    });
    await behind.look();
    await open().look();
    expect(await importsOf('amid.csv')).toMatchObject([{ imported: 1, unchanged: 0 }]);
    expect(reportOf('done', 'amid.report.json')).toMatchObject({ imported: 1, known: true });
  });
});

describe('the command', () => {
  const MAIN = path.resolve(import.meta.dirname, '../cli/main.ts');
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'liyu-watch-'));
    return () => rmSync(home, { recursive: true });
  });

  /** `liyu watch`, and its first line that fits. */
  function watch() {
    const child = spawn(process.execPath, [MAIN, 'watch', folder, '--every', '1'], {
      env: { PATH: process.env.PATH, LIYU_HOME: home },
    });
    const heard: string[] = [];
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => heard.push(line));
    const line = async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const found = heard.find((one) => pattern.test(one));
        if (found !== undefined) return found;
        await once(lines, 'line');
      }
    };
    const end = async (signal: NodeJS.Signals): Promise<number | null> => {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
      return child.exitCode;
    };
    return { line, end };
  }

  test('through a running server, killed and started again, and stopped in good order', async () => {
    const server = await startServer(home, { LIYU_SAMPLE: '0' });
    const first = watch();
    put('one.csv', textOf(row('N1')));
    expect(await first.line(/^one\.csv/)).toMatch(/imported 1/);
    await first.end('SIGKILL');
    put('two.csv', textOf(row('N1'), row('N2')));
    const second = watch();
    expect(await second.line(/^two\.csv/)).toMatch(/imported 1, unchanged 1/);
    expect(await second.end('SIGTERM')).toBe(0);
    await server.stop();
    expect(names('done')).toEqual(['one.csv', 'one.report.json', 'two.csv', 'two.report.json']);
  }, 60_000);

  test('without a server, with the database of the home', async () => {
    put('alone.csv', textOf(row('O1')));
    const watcher = watch();
    expect(await watcher.line(/^alone\.csv/)).toMatch(/imported 1/);
    expect(await watcher.end('SIGINT')).toBe(0);
  }, 60_000);
});
