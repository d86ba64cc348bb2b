/** The key of the personal fields is turned while imports and looks go on, and after a kill. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { readConfig } from '../config.ts';
import type { Core } from '../core.ts';
import { createFieldCipher, UnknownKeyVersion } from '../database/field-cipher.ts';
import { openFieldKeys, replaceFieldKeys } from '../database/field-keys.ts';
import { HomeInUse, takeLock } from '../database/lock.ts';
import { findDonorByDocument, getPerson } from '../donor/workflow.ts';
import { system } from '../edge/system.ts';
import { openCore } from '../open-core.ts';
import { countFields, NotToRetire, retireFieldKey, turnFieldKey } from './workflow.ts';

const CLI = path.resolve(import.meta.dirname, '../cli/main.ts');
const BEFORE = 300;
const MEANWHILE = 200;
const place = { table: 'donor', column: 'name', row: 'd1' } as const;
const now = { prepareOnly: false, pause: async () => {} };
let city: TestCore;
/** A second process's view: on PostgreSQL a core of its own, on the embedded database the same. */
let other: Core;
let closeOther = async (): Promise<void> => {};

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({
    number: `A${from + at}`,
    document: residentNumber(from + at),
    name: `测试${from + at}`,
    phone: `1390000${String(from + at).padStart(4, '0')}`,
    donatedOn: '2026-03-10',
  }));

beforeAll(async () => {
  city = await openTestCore();
  await city.importRows(rows(0, BEFORE));
  other = city.core;
  if (city.core.config.databaseUrl !== undefined) {
    const opened = await openCore(readConfig(city.environment), system);
    ({ core: other, close: closeOther } = opened);
  }
});
afterAll(async () => {
  await closeOther();
  await city.close();
});

/** Every donor is found by document and opens to the name that was imported. */
async function expectAll(core: Core, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const donorId = await findDonorByDocument(core.database, core.cipher, residentNumber(at));
    const { name } = await getPerson(core.database, core.cipher, donorId ?? '');
    expect(name).toBe(`测试${at}`);
  }
}

const versions = async (core: Core) =>
  new Set((await countFields(core)).map(({ version }) => version));

test('the old shape of the file is read, and kept until the key is turned', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'liyu-keys-'));
  const file = path.join(folder, 'fields.json');
  const old = { version: 3, encryption: 'a1'.repeat(32), blindIndex: 'b2'.repeat(32) };
  writeFileSync(file, JSON.stringify(old), { mode: 0o600 });
  const keys = openFieldKeys(folder, system.random, false);
  expect(keys.current().encryption).toEqual([{ version: 3, key: old.encryption }]);
  const cipher = createFieldCipher(keys, system.random);
  const sealed = cipher.seal('张三', place);
  const turned = { version: 4, key: 'c3'.repeat(32) };
  replaceFieldKeys(folder, {
    ...keys.current(),
    encryption: [...keys.current().encryption, turned],
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  cipher.refresh();
  expect(cipher.sealingVersion()).toBe(4);
  expect(cipher.open(sealed, place)).toBe('张三');
});

test('who meets a version that he does not know reads the keys again', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'liyu-keys-'));
  const one = openFieldKeys(folder, system.random, true);
  const reader = createFieldCipher(openFieldKeys(folder, system.random, false), system.random);
  const added = { version: 2, key: 'c3'.repeat(32) };
  replaceFieldKeys(folder, {
    ...one.current(),
    encryption: [...one.current().encryption, added],
  });
  const sealed = createFieldCipher(openFieldKeys(folder, system.random, false), system.random).seal(
    '张三',
    place,
  );
  expect(reader.open(sealed, place)).toBe('张三');
  replaceFieldKeys(folder, { ...one.current(), encryption: [added] });
  reader.refresh();
  expect(() => reader.open(Buffer.from([0, 1, ...sealed.slice(2)]), place)).toThrow(
    UnknownKeyVersion,
  );
});

test('a key that is only prepared seals nothing yet', async () => {
  const prepared = await turnFieldKey(city.core, { ...now, prepareOnly: true });
  expect(prepared).toMatchObject({ version: 2, made: true, seals: false, resealed: 0 });
  expect(await turnFieldKey(city.core, { ...now, prepareOnly: true })).toMatchObject({
    version: 2,
    made: false,
  });
  expect(city.core.cipher.sealingVersion()).toBe(1);
  expect(await versions(city.core)).toEqual(new Set([1]));
});

test('turned while imports and looks go on: everything opens, with the new key only', async () => {
  let isOver = false;
  let looks = 0;
  const looking = (async () => {
    for (; !isOver; looks += 1) await expectAll(other, 1 + (looks % 20));
  })();
  const importing = (async () => {
    for (let at = 0; at < MEANWHILE; at += 20) await city.importRows(rows(BEFORE + at, 20));
  })();
  // The other process still seals with the old version for a while, as a server does.
  const turning = turnFieldKey(other, now);
  const turned = await turning;
  await importing;
  isOver = true;
  await looking;
  expect(turned).toMatchObject({ version: 2, made: true, seals: true });
  city.core.cipher.refresh();
  const again = await turnFieldKey(city.core, now);
  const { made, left } = again;
  expect(left).toEqual([]);
  expect(turned.resealed + (made ? 0 : again.resealed)).toBeGreaterThanOrEqual(4 * BEFORE);
  expect(looks).toBeGreaterThan(0);
  const version = again.version;
  expect(await versions(other)).toEqual(new Set([version]));
  for (let old = 1; old < version; old += 1) await retireFieldKey(city.core, old);
  const file = path.join(city.home, 'keys', 'fields.json');
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { encryption: { version: number }[] };
  expect(kept.encryption.map((one) => one.version)).toEqual([version]);
  await expectAll(city.core, BEFORE + MEANWHILE);
  await expectAll(other, BEFORE + MEANWHILE);
  const { fields } = (await countFields(city.core)).find(({ column }) => column === 'phone') ?? {};
  expect(fields).toBe(BEFORE + MEANWHILE);
});

test('a version is not retired while a field, even of an open transaction, needs it', async () => {
  const { core } = city;
  const old = core.cipher.sealingVersion();
  const donorId = await city.donorOf(residentNumber(0));
  const sealed = Buffer.from(core.cipher.seal('测试0', { ...place, row: donorId }));
  await turnFieldKey(core, now);
  const open = await other.database.startTransaction().execute();
  await sql`update donor set name = ${sealed} where donor_id = ${donorId}`.execute(open);
  const refused = retireFieldKey(core, old);
  refused.catch(() => {});
  await open.commit().execute();
  await expect(refused).rejects.toThrow(NotToRetire);
  await expect(refused).rejects.toThrow(`version ${old} still seals 1 fields`);
  await expect(retireFieldKey(core, old + 1)).rejects.toThrow('seals: turn the key first');
  await expect(retireFieldKey(core, 99)).rejects.toThrow('there is no version 99');
  expect(await turnFieldKey(core, now)).toMatchObject({ made: false, resealed: 1, left: [] });
  const { file } = await retireFieldKey(core, old);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: old });
  await expectAll(core, 1);
});

test('one turn at a time', async () => {
  const lock = takeLock(path.join(city.home, 'turning-keys.lock'));
  await expect(turnFieldKey(city.core, now)).rejects.toThrow(HomeInUse);
  lock.release();
});

test('kill -9 in the middle: called again it goes on, and nothing is lost', async () => {
  const { core } = city;
  const old = core.cipher.sealingVersion();
  const counted = (await countFields(core)).map(({ fields }) => fields);
  if (core.config.databaseUrl === undefined) await city.release();
  const start = (): ChildProcess =>
    spawn(process.execPath, [CLI, 'keys', 'rotate-fields', '--json'], {
      env: { PATH: process.env.PATH, ...city.environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  const dying = start();
  dying.stderr?.on('data', (text: Buffer) => {
    if (/rotate-fields: [1-5]0 %/.test(text.toString())) dying.kill('SIGKILL');
  });
  await once(dying, 'exit');
  expect(dying.signalCode).toBe('SIGKILL');
  const opened = await openCore(readConfig(city.environment), system);
  expect(await versions(opened.core)).toEqual(new Set([old, old + 1]));
  await opened.close();
  const going = start();
  await once(going, 'exit');
  expect(going.exitCode).toBe(0);
  const after = await openCore(readConfig(city.environment), system);
  const counts = await countFields(after.core);
  expect(counts.map(({ version }) => version)).toEqual(counted.map(() => old + 1));
  expect(counts.map(({ fields }) => fields)).toEqual(counted);
  await expectAll(after.core, BEFORE + MEANWHILE);
  await after.close();
});
