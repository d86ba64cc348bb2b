/** COPY on either engine: every value comes back as it went in, and a taken key leaves nothing. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCore, type TestCore } from '../../test/test-core.ts';
import { COPIED, copyRows } from './copy.ts';

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
test('what a person may write comes back as it was: line ends, tabs, backslashes, \\N, nothing', async () => {
  const sites = ['东门\t一', '\\N', '\\.', 'a\\tb\nc\rd', ' ', null, '𠮷'];
  const rows = sites.map((site, at) => row(`K${at}`, site));
  await copyRows(city.core.database, 'donation', rows);
  const found = await city.core.database
    .selectFrom('donation')
    .select(['site', 'amount', 'in_city'])
    .where('donor_id', '=', ID)
    .orderBy('donation_number')
    .execute();
  expect(found).toEqual(sites.map((site) => ({ site, amount: 200, in_city: true })));
});

test('the columns are those of the database, each with its own type', async () => {
  const { rows } = await sql<{ table: string; column: string; type: string }>`
    SELECT relname AS table, attname AS column, format_type(atttypid, NULL) AS type
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
      AND NOT attisdropped`.execute(city.core.database);
  for (const [table, columns] of Object.entries(COPIED)) {
    const found = rows.filter((row) => row.table === table);
    const types = found.map(({ column, type }) => [
      column,
      type === 'timestamp with time zone' ? 'timestamptz' : type,
    ]);
    expect(Object.fromEntries(types), table).toEqual(columns);
  }
});

test('days, moments and numbers come back as they went in, on either side of PostgreSQL’s epoch', async () => {
  const { database } = city.core;
  const gifts = [
    ['M0', '1980-01-01', 0, '1999-12-31T23:59:59.999Z'],
    ['M1', '1999-12-31', -1, '2000-01-01T00:00:00.000Z'],
    ['M2', '2000-02-29', 2_147_483_647, '2026-06-09T01:02:03.004Z'],
    ['M3', '9999-12-31', 200, '2026-06-09T01:02:03.004Z'],
  ] as const;
  const whole = gifts.map(([number, on, amount, at]) => [
    ...[ID.toUpperCase(), number, on, 'whole_blood', amount, 'ml', '', false, null, ID, at],
  ]);
  await copyRows(database, 'donation', whole);
  const found = await database
    .selectFrom('donation')
    .select(['donor_id', 'donation_number', 'donated_on', 'amount', 'recorded_at'])
    .where('donation_number', 'like', 'M%')
    .orderBy('donation_number')
    .execute();
  expect(found.map((one) => Object.values(one))).toEqual(gifts.map((gift) => [ID, ...gift]));
});

test('more rows than were ever copied at once, of texts of any length', async () => {
  const { database } = city.core;
  const site = (at: number): string => '献'.repeat(at % 90) + 'x'.repeat(at % 40);
  const rows = Array.from({ length: 3000 }, (_, at) => row(`N${at}`, site(at)));
  await copyRows(database, 'donation', rows);
  const found = await database
    .selectFrom('donation')
    .select(['donation_number', 'site'])
    .where('donation_number', 'like', 'N%')
    .execute();
  expect(new Map(found.map((one) => [one.donation_number, one.site]))).toEqual(
    new Map(rows.map((one, at) => [one[1], site(at)])),
  );
});

test.each([
  ['an id that is none', ['nobody', 'P1', ID]],
  ['a day that is none', [ID, 'P1', '2026-06-31T']],
])('%s is refused before anything is sent', async (_, [donorId = '', number = '', on = '']) => {
  const values = [donorId, number, on, 'whole_blood', 1, 'ml', '', true, null, ID, on];
  await expect(copyRows(city.core.database, 'donation', [values])).rejects.toThrow(RangeError);
});

test('bytes come back as they were', async () => {
  const { database } = city.core;
  const hash = Buffer.from([0, 92, 10, 9, 255]);
  await copyRows(database, 'donation_number', [['B1', ID, hash]]);
  const found = await database.selectFrom('donation_number').selectAll().executeTakeFirstOrThrow();
  expect(Buffer.from(found.facts_hash)).toEqual(hash);
});

test('a key that is taken fails the query by its code, and nothing of it stays', async () => {
  const { database } = city.core;
  const copy = copyRows(database, 'donation', [row('L1', null), row('K0', null)]);
  await expect(copy).rejects.toMatchObject({ code: '23505' });
  const found = database.selectFrom('donation').where('donation_number', '=', 'L1');
  expect(await found.selectAll().execute()).toEqual([]);
  await copyRows(database, 'donation', [row('L1', null)]);
});
