/** A backup is taken, altered, cut off, restored: the same city stands there, or nothing does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase } from '../../test/database.ts';
import { instant, openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { makeLogKey } from '../audit/log-key.ts';
import { recordSampleLog } from '../audit/test/sample-log.ts';
import { logKeyOf, treeHead, verifyAudit } from '../audit/workflow.ts';
import { readConfig } from '../config.ts';
import type { Core } from '../core.ts';
import { correctDonation } from '../donation/correct.ts';
import { findDonorByDocument } from '../donor/workflow.ts';
import { system } from '../edge/system.ts';
import { openCore } from '../open-core.ts';
import { showCodes } from '../pass/development-phone.ts';
import { scan } from '../redemption/workflow.ts';
import { settlePeriod } from '../settlement/workflow.ts';
import { loadStanding } from '../standing/workflow.ts';
import { readBackup } from './read.ts';
import { loadTables, loadTotals, readPlainly } from './store.ts';
import { type Entry, readArchive, writeArchive } from './tar.ts';
import { copyKeys, makeBackup, placeKeys, restoreBackup, verifyBackup } from './workflow.ts';

const CLI = path.resolve(import.meta.dirname, '../cli/main.ts');
const NOW = instant('2026-11-03T08:00:00+08:00');
const MONTHS = [
  ['H01', '2026-10'],
  ['H01', '2026-11'],
  ['metro-2', '2026-10'],
] as const;
const DEVICE = { id: 'gate-7', bootEpoch: 3, seq: 9 };

let city: TestCore;
let folder: string;
let file: string;
let keysFile: string;
let sent: { code: string; answer: unknown };
/** Homes that the tests restore into. */
let home: string;
let url: string | undefined;
let drop = async (): Promise<void> => {};

beforeAll(async () => {
  city = await openTestCore('2026-10-05T08:00:00+08:00');
  folder = mkdtempSync(path.join(tmpdir(), 'liyu-backup-'));
  file = path.join(folder, 'city.backup');
  home = path.join(folder, 'home');
  await recordSampleLog(city);
  await city.importRows([
    { number: 'B1', document: residentNumber(2), donatedOn: '2026-03-10' },
    { number: 'B2', document: residentNumber(2), donatedOn: '2025-03-10', city: '北京\\u0041' },
  ]);
  await correctDonation(
    city.core,
    { donation: 'B2', correction: 'mistake', reason: 'typed twice' },
    { by: 'owner', mode: 'at_once' },
  );
  city.setNow(NOW);
  const donorId = await city.donorOf(residentNumber(2));
  const [code = ''] = await showCodes(city.core, donorId, NOW, 1);
  sent = { code, answer: await scanAgain(city.core, code) };
  await makeBackup(city.core, file);
  keysFile = path.join(folder, 'keys.json');
  copyKeys(path.join(city.home, 'keys'), keysFile);
  const server = process.env.LIYU_TEST_POSTGRES;
  if (server !== undefined) ({ url, drop } = await createDatabase(server));
});
afterAll(async () => {
  await city.close();
  await drop();
  rmSync(folder, { recursive: true });
});

const scanAgain = (core: Core, code: string) =>
  scan(core, WHOLE_CITY, { code, venue: 'metro-demo', at: NOW, device: DEVICE });

/** What a city amounts to, computed from the database. */
async function portrait(core: Core) {
  const statements = [];
  for (const [partner, month] of MONTHS) {
    statements.push(await settlePeriod(core, WHOLE_CITY, partner, month));
  }
  const standings = [];
  for (const ordinal of [1, 2]) {
    const number = residentNumber(ordinal);
    const donorId = await findDonorByDocument(core.database, core.cipher, number);
    standings.push(await loadStanding(core, donorId ?? '', '2026-11-03' as never));
  }
  const counts = await core.database.transaction().execute(async (transaction) => {
    await readPlainly(transaction);
    const tables = await loadTables(transaction);
    const rows = tables.map(async ({ name }) => {
      const { count } = await transaction
        .selectFrom(name as 'donor')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return [name, count] as const;
    });
    return Object.fromEntries(await Promise.all(rows));
  });
  const { size, root } = await treeHead(core.database);
  const head = { size, root: Buffer.from(root).toString('hex') };
  return { statements, standings, counts, head, totals: await loadTotals(core.database) };
}

const nothing = { begin: async () => {}, rows: async () => {}, end: async () => {} };
const look = (name: string) => readBackup(name, logKeyOf(city.core), nothing);

/** The backup with its entries changed, under another name; signed again when that is asked for. */
async function forge(change: (entries: Entry[]) => Entry[], isSigned = false): Promise<string> {
  const entries: Entry[] = [];
  for await (const { name, content } of readArchive(file)) {
    entries.push({ name, content: Buffer.from(content) });
  }
  const changed = change(entries);
  const forged = path.join(folder, 'forged.backup');
  rmSync(forged, { force: true });
  const archive = await open(forged, 'wx');
  const writer = writeArchive(archive, 0);
  for (const { name, content } of changed) {
    const isSignature = isSigned && name === 'manifest.sig';
    const text = isSignature ? signatureOf(changed) : content.toString();
    await writer.add(name, text);
  }
  await writer.finish();
  await archive.close();
  return forged;
}

function signatureOf(entries: Entry[]): string {
  const manifest = entries.find(({ name }) => name === 'manifest.json')?.content ?? Buffer.alloc(0);
  const text = `liyu-backup manifest\n${manifest.toString('base64')}\n`;
  return `${Buffer.from(logKeyOf(city.core).sign(text)).toString('base64')}\n`;
}

/** Replaces a text in the entries whose name matches. */
const edit = (name: RegExp, from: string | RegExp, to: string) => (entries: Entry[]) =>
  entries.map((entry) => {
    if (!name.test(entry.name)) return entry;
    const text = entry.content.toString();
    expect(text.search(from)).toBeGreaterThanOrEqual(0);
    return { name: entry.name, content: Buffer.from(text.replace(from, to)) };
  });
const rename = (from: string, to: string) => (entries: Entry[]) =>
  entries.map(({ name, content }) => ({ name: name.replace(from, to), content }));
const without = (name: RegExp) => (entries: Entry[]) =>
  entries.filter((entry) => !name.test(entry.name));

test('a backup is its owner’s, overwrites nothing, and says what it holds', async () => {
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await expect(makeBackup(city.core, file)).rejects.toThrow('overwrites nothing');
  const manifest = await look(file);
  const { counts, head, totals } = await portrait(city.core);
  expect(Object.fromEntries(Object.entries(manifest.tables).map(([k, v]) => [k, v.rows]))).toEqual(
    counts,
  );
  expect(Buffer.from(manifest.audit.root, 'base64').toString('hex')).toBe(head.root);
  expect(manifest.totals).toEqual(totals);
  expect(manifest.totals.some(({ closed }) => closed)).toBe(true);
});

describe('what was altered or cut off is refused, and the place is named', () => {
  test('cut off anywhere', async () => {
    const cut = path.join(folder, 'cut.backup');
    const whole = readFileSync(file);
    for (let at = 1; at < 30; at += 1) {
      writeFileSync(cut, whole.subarray(0, Math.floor((whole.length * at) / 30)));
      await expect(look(cut)).rejects.toThrow(/ends early|no manifest|is no backup/);
    }
    writeFileSync(cut, whole);
    truncateSync(cut, whole.length - 1024 - 512);
    await expect(look(cut)).rejects.toThrow(/ends early|no signature/);
  });

  test.each([
    ['a row', edit(/\/donor\//, /\\\\x0001/, '\\\\x0002'), /the rows of donor/],
    ['a row less', edit(/\/redemption\//, /\{.*\}\n/, ''), /redemption has \d+ rows/],
    ['half a row', edit(/\/card\//, /\}\n$/, '}'), /card\/000001.jsonl does not end/],
    ['a table less', without(/\/posting\//), /posting has 0 rows/],
    ['another table', rename('tables/card/', 'tables/cart/'), /does not know the table cart/],
    ['the manifest', edit(/^manifest.json/, /"rows": \d+/, '"rows": 9999'), /signature/],
    ['no manifest', without(/^manifest.json/), /manifest.sig does not belong here/],
    ['no signature', without(/^manifest.sig/), /no signature/],
    ['another signature', edit(/^manifest.sig/, /^..../, 'AAAA'), /signature/],
    ['the head', edit(/^backup.json/, '"programme": "', '"programme": "x'), /do not agree/],
    ['no head', without(/^backup.json/), /no backup of ours/],
    ['a newer format', edit(/^backup.json/, '"version": 1', '"version": 2'), /its format is 2/],
    ['another log', edit(/^manifest.json/, /BEGIN PUBLIC KEY-----\\n..../, 'X'), /another log/],
  ])('%s', async (_what, change, message) => {
    await expect(look(await forge(change))).rejects.toThrow(message);
  });

  test('a byte anywhere', async () => {
    const flipped = path.join(folder, 'flipped.backup');
    const whole = readFileSync(file);
    const used = [...(await entryBytes())];
    for (let at = 0; at < used.length; at += Math.ceil(used.length / 40)) {
      const bytes = Buffer.from(whole);
      bytes[used[at] ?? 0] = (bytes[used[at] ?? 0] ?? 0) ^ 1;
      writeFileSync(flipped, bytes);
      await expect(look(flipped)).rejects.toThrow();
    }
  });
});

/** Where in the file bytes of contents stand; what fills a block up means nothing. */
async function entryBytes(): Promise<number[]> {
  const places: number[] = [];
  let at = 0;
  for await (const { content } of readArchive(file)) {
    at += 512;
    for (let byte = 0; byte < content.length; byte += 1) places.push(at + byte);
    at += Math.ceil(content.length / 512) * 512;
  }
  return places;
}

describe('restored', () => {
  const target = () =>
    readConfig({
      LIYU_HOME: home,
      LIYU_MODE: 'development',
      ...(url === undefined ? {} : { DATABASE_URL: url }),
    });

  test.each([
    [
      'a total that the ledger has not',
      edit(/^manifest.json/, /"totalFen": \d/, '"totalFen": 7'),
      /what partners are owed/,
    ],
    ['another root', edit(/^manifest.json/, /"root": "..../, '"root": "AAAA'), /the root/],
    [
      'another migration',
      edit(/^(backup|manifest).json/, /"0001_donor"/, '"0001_other"'),
      /migration/,
    ],
  ])('refused although it is signed: %s; nothing stays', async (_what, change, message) => {
    const forged = await forge(change, true);
    await expect(restoreBackup(forged, target(), system.random)).rejects.toThrow(message);
  });

  test('killed in the middle, nothing stays', async () => {
    const into = url ?? home;
    const dying = spawn(process.execPath, [CLI, 'restore', file, '--into', into], {
      env: { PATH: process.env.PATH, LIYU_HOME: home },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    dying.stderr.on('data', (text: Buffer) => {
      if (text.toString().includes('restore: donation')) dying.kill('SIGKILL');
    });
    await once(dying, 'exit');
    expect(dying.signalCode).toBe('SIGKILL');
  });

  test('the same city stands there, its scans go on, and a scan sent again is known', async () => {
    expect(statSync(keysFile).mode & 0o777).toBe(0o600);
    placeKeys(keysFile, path.join(home, 'keys'));
    const { keys } = await restoreBackup(file, target(), system.random);
    expect(keys).toBe('open it');
    const { core, close } = await openCore(target(), { ...system, clock: { now: () => NOW } });
    try {
      expect(await portrait(core)).toEqual(await portrait(city.core));
      expect(await verifyAudit(core)).toMatchObject({ ok: true });
      expect(await scanAgain(core, sent.code)).toEqual(sent.answer);
      const donorId = await findDonorByDocument(core.database, core.cipher, residentNumber(1));
      const later = instant('2026-11-03T09:00:00+08:00');
      const [code = ''] = await showCodes(core, donorId ?? '', later, 1);
      expect(await scan(core, WHOLE_CITY, { code, venue: 'metro-demo', at: later })).toMatchObject({
        open: true,
      });
    } finally {
      await close();
    }
    await expect(restoreBackup(file, target(), system.random)).rejects.toThrow('not empty');
  });

  test('a drill compares everything, elsewhere; other keys are refused', async () => {
    const { manifest, keys } = await verifyBackup(file, city.core.config, system.random);
    expect(keys).toBe('open it');
    expect(manifest.audit.size).toBe((await treeHead(city.core.database)).size);
    const stranger = path.join(folder, 'stranger');
    makeLogKey(path.join(stranger, 'keys'));
    await expect(
      verifyBackup(file, readConfig({ LIYU_HOME: stranger }), system.random),
    ).rejects.toThrow('another log');
    expect(() => placeKeys(keysFile, path.join(stranger, 'keys'))).toThrow('is another key');
  });
});

test('there and back, from either engine to either, every row is the same', async () => {
  const first = readConfig({ LIYU_HOME: path.join(folder, 'embedded') });
  placeKeys(keysFile, path.join(first.home, 'keys'));
  const { manifest } = await restoreBackup(file, first, system.random);
  const { core, close } = await openCore(first, { ...system, clock: { now: () => NOW } });
  const again = path.join(folder, 'again.backup');
  expect((await makeBackup(core, again)).tables).toEqual(manifest.tables);
  await close();
  const server = process.env.LIYU_TEST_POSTGRES;
  const made = server === undefined ? undefined : await createDatabase(server);
  const back = readConfig({
    LIYU_HOME: path.join(folder, 'back'),
    LIYU_MODE: 'development',
    ...(made === undefined ? {} : { DATABASE_URL: made.url }),
  });
  const restored = await restoreBackup(again, back, system.random);
  expect(restored.manifest.tables).toEqual(manifest.tables);
  expect(restored.keys).toBe('are not there');
  await made?.drop();
});

test('taken while imports go on, it is of one moment', async () => {
  const during = path.join(folder, 'during.backup');
  const imports = (async () => {
    for (let at = 0; at < 10; at += 1) {
      await city.importRows(
        Array.from({ length: 20 }, (_, row) => ({
          number: `C${at * 20 + row}`,
          document: residentNumber(100 + at * 20 + row),
          donatedOn: '2026-03-10',
        })),
      );
    }
  })();
  const { tables } = await makeBackup(city.core, during);
  await imports;
  expect(tables.donor?.rows).toBe(tables.identity_document?.rows);
  expect(tables.donor?.rows).toBe(tables.document_lookup?.rows);
  expect(tables.donation?.rows).toBe(tables.donation_number?.rows);
  await look(during);
});
