/**
 * Imports at the same time. On PostgreSQL they run side by side and are made to meet; the embedded
 * database takes one after the other, with the same outcome.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  openTestCore,
  residentNumber,
  type TestCore,
  type TestDonation,
} from '../../test/test-core.ts';
import type { ImportReport } from './import.ts';

let city: TestCore;
beforeEach(async () => {
  city = await openTestCore('2026-11-24T08:00:00+08:00');
});
afterEach(() => city.close());

const PEOPLE = 300;
const give = (prefix: string, on: string, at: number): TestDonation => ({
  number: `${prefix}${at}`,
  document: residentNumber(at % PEOPLE),
  donatedOn: on,
});
const rowsOf = (prefix: string, on: string, count: number = PEOPLE): TestDonation[] =>
  Array.from({ length: count }, (_, at) => give(prefix, on, at));

const importBoth = (
  one: readonly TestDonation[],
  other: readonly TestDonation[],
): Promise<ImportReport[]> => Promise.all([one, other].map((rows) => city.importRows(rows)));

const countCards = async (): Promise<number> =>
  (await city.core.database.selectFrom('card').select('donor_id').execute()).length;

test('two imports that give the same donors their first card give them one, for both gifts', async () => {
  // Gifts that are too old for a card, so that the donors are known.
  await city.importRows(rowsOf('A', '1990-01-01'));
  const reports = await importBoth(rowsOf('B', '2026-06-09'), rowsOf('C', '2025-12-09'));
  expect(reports.map(({ imported }) => imported)).toEqual([PEOPLE, PEOPLE]);
  expect(await countCards()).toBe(PEOPLE);
  const events = await city.core.database
    .selectFrom('card_event')
    .select(['donor_id', 'event', 'because'])
    .orderBy('event_id')
    .execute();
  const issued = events.filter(({ event }) => event === 'issued');
  expect(issued.length).toBe(PEOPLE);
  const last = new Map(events.map((row) => [row.donor_id, row]));
  for (const { because } of last.values()) expect(JSON.stringify(because)).toMatch(/"B\d+"/);
});

test.each([
  ['one batch', 900],
  ['several batches', 6000],
])(
  'overlapping numbers in opposite order, in %s: one imports, one changes nothing',
  async (_what, count) => {
    // The donors are known, so that nothing but the numbers can make one wait for the other.
    await city.importRows(rowsOf('A', '1990-01-01'));
    const rows = rowsOf('D', '2026-06-09', count);
    const reports = await importBoth(rows, rows.toReversed());
    expect(reports.map(({ imported }) => imported).sort((a, b) => a - b)).toEqual([0, count]);
    expect(reports.map(({ unchanged }) => unchanged).sort((a, b) => a - b)).toEqual([0, count]);
    expect(reports.map(({ conflicts }) => conflicts)).toEqual([0, 0]);
  },
);

test('the same file twice at once: every row is imported once and unchanged once', async () => {
  const rows = rowsOf('E', '2026-06-09', 2500);
  const reports = await importBoth(rows, rows);
  const sum = (of: (report: ImportReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  expect(sum(({ imported }) => imported)).toBe(rows.length);
  expect(sum(({ unchanged }) => unchanged)).toBe(rows.length);
  expect(sum(({ conflicts }) => conflicts)).toBe(0);
});
