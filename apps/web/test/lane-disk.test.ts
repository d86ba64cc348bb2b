/** The lane's disk keeps what every disk of a gate promises: the gate's own contract, in a browser. */
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Disk } from '../../gate/src/disk.ts';
import { DiskFault } from '../../gate/src/disk.ts';
import { holdDiskToContract } from '../../gate/test/disk-contract.ts';
import { CHROMIUM, QUIET } from './house.ts';

const OUT = path.join(tmpdir(), `liyu-lane-disk-${process.pid}`);
let browser: Browser;
let page: Page;
let disks = 0;

beforeAll(async () => {
  const entry = path.resolve(import.meta.dirname, '../src/lane/disk.ts');
  await build({
    configFile: false,
    logLevel: 'silent',
    build: { outDir: OUT, lib: { entry, formats: ['es'], fileName: 'disk' } },
  });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  page = await browser.newPage();
  // IndexedDB needs an origin; nobody is asked.
  await page.route('**/*', (route) => {
    const isCode = route.request().url().endsWith('.js');
    const body = isCode ? readFileSync(path.join(OUT, 'disk.js')) : '<!doctype html>';
    return route.fulfill({ body, contentType: isCode ? 'text/javascript' : 'text/html' });
  });
  await page.goto('https://lane.test/');
  await page.evaluate('window.disks = {}; undefined');
});
afterAll(async () => {
  await browser.close();
  rmSync(OUT, { recursive: true, force: true });
});

/** Opens the disk of a name in the page, anew each time. */
async function openThere(name: string): Promise<Disk> {
  await page.evaluate(`import('https://lane.test/disk.js')
    .then(({ openDisk }) => openDisk('${name}'))
    .then((disk) => { window.disks['${name}'] = disk; })`);
  const call = async (method: string, ...given: (string | number | Uint8Array)[]) => {
    const sent = given.map((one) => (one instanceof Uint8Array ? { bytes: [...one] } : one));
    const answer = await page.evaluate<{ value?: unknown; bytes?: number[]; code?: string }>(
      `(async () => {
        const given = ${JSON.stringify(sent)}.map((one) =>
          typeof one === 'object' ? Uint8Array.from(one.bytes) : one);
        try {
          const value = await window.disks['${name}'].${method}(...given);
          return value instanceof Uint8Array ? { bytes: [...value] } : { value };
        } catch (cause) { return { code: cause.code ?? String(cause) }; }
      })()`,
    );
    if (answer.code !== undefined) throw new DiskFault(answer.code, method);
    return answer.bytes === undefined ? answer.value : Uint8Array.from(answer.bytes);
  };
  return {
    list: (prefix) => call('list', prefix) as Promise<string[]>,
    read: (file) => call('read', file) as Promise<Uint8Array | undefined>,
    readPart: (file, offset, length) =>
      call('readPart', file, offset, length) as Promise<Uint8Array>,
    append: (file, bytes) => call('append', file, bytes) as Promise<void>,
    sync: (file) => call('sync', file) as Promise<void>,
    truncate: (file, length) => call('truncate', file, length) as Promise<void>,
    replace: (file, bytes) => call('replace', file, bytes) as Promise<void>,
    remove: (file) => call('remove', file) as Promise<void>,
  };
}

holdDiskToContract('the disk in IndexedDB', () => {
  disks += 1;
  return openThere(`disk-${disks}`);
});

test('what was appended, cut and replaced is there when it is opened again', async () => {
  const before = await openThere('kept');
  await before.append('spool/1', Uint8Array.of(1, 2, 3));
  await before.append('spool/1', Uint8Array.of(4, 5));
  await before.truncate('spool/1', 4);
  await before.append('spool/1', Uint8Array.of(6));
  await before.replace('lists/1', Uint8Array.of(7));
  await before.append('gone', Uint8Array.of(8));
  await before.remove('gone');
  const after = await openThere('kept');
  expect(await after.list('')).toEqual(['lists/1', 'spool/1']);
  expect(await after.read('spool/1')).toEqual(Uint8Array.of(1, 2, 3, 4, 6));
  await after.append('spool/1', Uint8Array.of(9));
  expect(await after.readPart('spool/1', 3, 9)).toEqual(Uint8Array.of(4, 6, 9));
});
