import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addDays,
  addMonths,
  addMonthsOrFirstOfNext,
  type CivilDate,
  dayNumber,
  daysBetween,
  fromDayNumber,
  parseCivilDate,
} from './civil-date.ts';

const anyDay = fc.integer({ min: -20_000, max: 80_000 }).map(fromDayNumber);
const plain = (day: CivilDate) => Temporal.PlainDate.from(day);

test.each([
  ['2026-02-29', undefined],
  ['2028-02-29', '2028-02-29'],
  ['2100-02-29', undefined],
  ['2000-02-29', '2000-02-29'],
  ['2026-13-01', undefined],
  ['2026-00-10', undefined],
  ['2026-6-9', undefined],
  ['2026-06-09 ', undefined],
])('parse %s gives %s', (text, expected) => {
  expect(parseCivilDate(text)).toBe(expected);
});

test('days and months agree with Temporal', () => {
  fc.assert(
    fc.property(anyDay, fc.integer({ min: -400, max: 400 }), (day, n) => {
      expect(addDays(day, n)).toBe(plain(day).add({ days: n }).toString());
      expect(addMonths(day, n)).toBe(plain(day).add({ months: n }).toString());
      expect(daysBetween(day, addDays(day, n))).toBe(n);
      expect(fromDayNumber(dayNumber(day))).toBe(day);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['2026-08-31', 6, '2027-03-01'],
  ['2027-08-31', 6, '2028-03-01'],
  ['2026-08-28', 6, '2027-02-28'],
  ['2027-08-29', 6, '2028-02-29'],
  ['2026-08-31', 1, '2026-10-01'],
])('%s and %i months: corresponding day or the first of the next month, %s', (day, n, expected) => {
  expect(addMonthsOrFirstOfNext(day as CivilDate, n)).toBe(expected);
});
