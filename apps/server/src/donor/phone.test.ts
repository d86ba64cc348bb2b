import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { maskPhone, normalisePhone } from './phone.ts';
import { changePhone, fillPhones, findDonorsByPhone, findPhone, phoneHash } from './workflow.ts';

const SHARED = '15400000001';
const OWN = '15400000002';
let city: TestCore;
const [first, second, third] = [1, 2, 3].map(residentNumber) as [string, string, string];

const found = (phone: string): Promise<string[]> =>
  findDonorsByPhone(city.core.database, phoneHash(city.core.cipher, phone));

beforeAll(async () => {
  city = await openTestCore();
  await city.importRows([
    { number: 'A1', document: first, donatedOn: '2026-03-10', phone: SHARED },
    { number: 'A2', document: second, donatedOn: '2026-03-10', phone: `+86 ${SHARED}` },
    { number: 'A3', document: third, donatedOn: '2026-03-10' },
  ]);
});
afterAll(() => city.close());

test.each([
  ['15412345678', '15412345678'],
  ['+8615412345678', '15412345678'],
  ['0086 154-1234-5678', '15412345678'],
  ['+85261234567', '85261234567'],
  ['8615412', '8615412'],
])('%s is compared as %s', (written, compared) => {
  expect(normalisePhone(written)).toBe(compared);
});

test.each([
  ['15412345678', '154****5678'],
  ['1234567', '***4567'],
  ['123', '123'],
])('%s is shown as %s', (phone, shown) => {
  expect(maskPhone(phone)).toBe(shown);
});

test('an import makes donors findable by telephone, all who share it', async () => {
  const donors = [await city.donorOf(first), await city.donorOf(second)].sort();
  expect(await found(SHARED)).toEqual(donors);
  expect(await found(OWN)).toEqual([]);
});

test('a database from before is filled when it is opened, once', async () => {
  const { database, cipher } = city.core;
  const before = await database.selectFrom('phone_lookup').selectAll().execute();
  await database.deleteFrom('phone_lookup').execute();
  await fillPhones(database, cipher);
  await fillPhones(database, cipher);
  expect(await database.selectFrom('phone_lookup').selectAll().execute()).toEqual(before);
  expect(before).toHaveLength(2);
});

test('a changed number is found, the one before no more', async () => {
  const { database, cipher } = city.core;
  const donorId = await city.donorOf(second);
  await changePhone(database, cipher, donorId, OWN);
  expect(await found(SHARED)).toEqual([await city.donorOf(first)]);
  expect(await found(OWN)).toEqual([donorId]);
  expect(await findPhone(database, cipher, donorId)).toBe(OWN);
  const nobody = await city.donorOf(third);
  await changePhone(database, cipher, nobody, OWN);
  await changePhone(database, cipher, nobody, null);
  expect(await found(OWN)).toEqual([donorId]);
  expect(await findPhone(database, cipher, nobody)).toBeNull();
});
