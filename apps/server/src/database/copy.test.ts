/** COPY on either engine: every value comes back as it went in, and a taken key leaves nothing. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCore, type TestCore } from '../../test/test-core.ts';
import { copyRows } from './copy.ts';

let city: TestCore;
beforeAll(async () => {
  city = await openTestCore();
});
afterAll(() => city.close());

const ID = '01a205b3-e388-7000-a496-3529da07342d';
const row = (number: string, site: string | null) =>
  [
    ID,
    number,
    '2026-06-09',
    'whole_blood',
    200,
    'ml',
    '',
    true,
    site,
    ID,
    '2026-06-09T00:00:00Z',
  ] as const;
const COLUMNS = [
  'donor_id',
  'donation_number',
  'donated_on',
  'kind',
  'amount',
  'unit',
  'city',
  'in_city',
  'site',
  'import_id',
  'recorded_at',
] as const;

test('what a person may write comes back as it was: line ends, tabs, backslashes, \\N, nothing', async () => {
  const sites = ['东门\t一', '\\N', '\\.', 'a\\tb\nc\rd', ' ', null, '𠮷'];
  const rows = sites.map((site, at) => row(`K${at}`, site));
  await copyRows(city.core.database, 'donation', COLUMNS, rows);
  const found = await city.core.database
    .selectFrom('donation')
    .select(['site', 'amount', 'in_city'])
    .where('donor_id', '=', ID)
    .orderBy('donation_number')
    .execute();
  expect(found).toEqual(sites.map((site) => ({ site, amount: 200, in_city: true })));
});

test('bytes come back as they were', async () => {
  const { database } = city.core;
  const hash = Buffer.from([0, 92, 10, 9, 255]);
  await copyRows(
    database,
    'donation_number',
    ['donation_number', 'donor_id', 'facts_hash'],
    [['B1', ID, hash]],
  );
  const found = await database.selectFrom('donation_number').selectAll().executeTakeFirstOrThrow();
  expect(Buffer.from(found.facts_hash)).toEqual(hash);
});

test('a key that is taken fails the query by its code, and nothing of it stays', async () => {
  const { database } = city.core;
  const copy = copyRows(database, 'donation', COLUMNS, [row('L1', null), row('K0', null)]);
  await expect(copy).rejects.toMatchObject({ code: '23505' });
  const found = database.selectFrom('donation').where('donation_number', '=', 'L1');
  expect(await found.selectAll().execute()).toEqual([]);
  await copyRows(database, 'donation', COLUMNS, [row('L1', null)]);
});
