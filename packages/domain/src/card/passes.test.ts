import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blood, civil, counts, dayFrom } from '../../test/donations.ts';
import { programme } from '../../test/programme.ts';
import { addDays, type CivilDate, instantOf, startOfDaySeconds } from '../kernel/index.ts';
import { type Standing, standingOf } from '../standing/index.ts';
import { DAYS_AHEAD, type PassCycle, passPeriods, tierNumber } from './passes.ts';

const DAY = 86_400;
/** Monday, 00:00 in the city. */
const ANCHOR = startOfDaySeconds(civil('2026-06-01'), programme.zone);
const WEEKLY: PassCycle = { anchor: ANCHOR, life: 7 * DAY };
const PRINTED: PassCycle = { anchor: ANCHOR, life: 90 * DAY };

function periodsOf(standing: Standing, cycle: PassCycle): string[] {
  const city = (seconds: number): string =>
    instantOf(seconds + programme.zone.offsetSeconds).slice(0, 16);
  return passPeriods(standing, standing.on, cycle, programme).map(
    ({ beginsAt, endsAt }) => `${city(beginsAt)} ${city(endsAt)}`,
  );
}

function annual(donatedOn: string, on: string): Standing {
  return standingOf([blood(donatedOn)], programme, civil(on));
}

test('no card has no passes', () => {
  expect(periodsOf(standingOf([], programme, civil('2026-06-09')), WEEKLY)).toEqual([]);
});

test('a Monday: the week and the four after it', () => {
  expect(periodsOf(annual('2026-03-01', '2026-06-08'), WEEKLY)).toEqual([
    '2026-06-08T00:00 2026-06-15T00:00',
    '2026-06-15T00:00 2026-06-22T00:00',
    '2026-06-22T00:00 2026-06-29T00:00',
    '2026-06-29T00:00 2026-07-06T00:00',
    '2026-07-06T00:00 2026-07-13T00:00',
  ]);
});

test.each([
  ['Sunday', '2026-06-14', '2026-07-13T00:00'],
  ['Monday', '2026-06-15', '2026-07-20T00:00'],
  ['Tuesday', '2026-06-16', '2026-07-20T00:00'],
])('a %s reaches to the last week that ends within 35 days', (_, on, last) => {
  expect(periodsOf(annual('2026-03-01', on), WEEKLY).at(-1)?.slice(17)).toBe(last);
});

test.each([
  ['a week before the end', '2026-03-03', '2027-03-03', ['2027-03-01T00:00 2027-03-04T00:00']],
  ['ends with the week', '2026-03-07', '2027-03-07', ['2027-03-01T00:00 2027-03-08T00:00']],
  ['ends on the first day', '2026-03-08', '2027-03-08', ['2027-03-08T00:00 2027-03-09T00:00']],
  ['ended, months ago', '2026-03-03', '2027-09-01', ['2027-03-01T00:00 2027-03-04T00:00']],
  ['ended with a week', '2026-03-07', '2027-03-08', ['2027-03-01T00:00 2027-03-08T00:00']],
])('the last pass of a card: %s', (_, donatedOn, on, expected) => {
  expect(periodsOf(annual(donatedOn, on), WEEKLY)).toEqual(expected);
});

test('a card that ends within the horizon: whole weeks, then what is left', () => {
  expect(periodsOf(annual('2026-03-10', '2027-03-01'), WEEKLY)).toEqual([
    '2027-03-01T00:00 2027-03-08T00:00',
    '2027-03-08T00:00 2027-03-11T00:00',
  ]);
});

test('a printed card has one pass, though it lasts longer than the horizon', () => {
  expect(periodsOf(annual('2026-03-01', '2026-06-09'), PRINTED)).toEqual([
    '2026-06-01T00:00 2026-08-30T00:00',
  ]);
});

const anyCycle = fc.record({
  anchor: fc.integer({ min: -400, max: 400 }).map((hours) => ANCHOR + hours * 3600),
  life: fc.constantFrom(DAY, 7 * DAY),
});
const anyStanding = fc
  .tuple(dayFrom('2025-02-01', '2029-12-31'), fc.nat(500), fc.nat(9))
  .map(([donatedOn, days, drawn]) => {
    const given = drawn === 0 ? counts(donatedOn, 80) : blood(donatedOn);
    return standingOf([given], programme, addDays(donatedOn, days));
  });

/** The second after the card's last day; for life: never. */
function endOf(validThrough: CivilDate | null): number {
  if (validThrough === null) return Number.POSITIVE_INFINITY;
  return startOfDaySeconds(addDays(validThrough, 1), programme.zone);
}

test('periods follow each other, and every moment that they reach over is in exactly one', () => {
  const anyPart = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  fc.assert(
    fc.property(anyStanding, anyCycle, anyPart, (standing, cycle, part) => {
      const { on, card } = standing;
      const end = endOf(card?.validThrough ?? null);
      const now = startOfDaySeconds(on, programme.zone);
      fc.pre(now < end);
      const periods = passPeriods(standing, on, cycle, programme);
      const horizon = now + DAYS_AHEAD * DAY;
      const last = horizon - ((((horizon - cycle.anchor) % cycle.life) + cycle.life) % cycle.life);
      const reach = end <= horizon ? end : last;
      expect(periods.at(-1)?.endsAt).toBe(reach);
      const moment = now + Math.floor((reach - now) * part);
      const covering = periods.filter((one) => one.beginsAt <= moment && moment < one.endsAt);
      expect(covering).toHaveLength(1);
      for (const [index, { beginsAt, endsAt }] of periods.entries()) {
        expect(Math.abs((beginsAt - cycle.anchor) % cycle.life)).toBe(0);
        expect(endsAt).toBe(periods[index + 1]?.beginsAt ?? reach);
        expect(endsAt - beginsAt).toBeLessThanOrEqual(cycle.life);
      }
      expect(periods[0]?.beginsAt).toBeGreaterThan(now - cycle.life);
    }),
    { numRuns: 1000 },
  );
});

test('an ended card gives the pass that ended with it, and it began with its week', () => {
  fc.assert(
    fc.property(anyStanding, anyCycle, (standing, cycle) => {
      const { on, card } = standing;
      const end = endOf(card?.validThrough ?? null);
      fc.pre(end <= startOfDaySeconds(on, programme.zone));
      const [only, ...others] = passPeriods(standing, on, cycle, programme);
      expect(others).toEqual([]);
      expect(only?.endsAt).toBe(end);
      const length = end - (only?.beginsAt ?? 0);
      expect(length > 0 && length <= cycle.life).toBe(true);
      expect(Math.abs(((only?.beginsAt ?? 1) - cycle.anchor) % cycle.life)).toBe(0);
    }),
    { numRuns: 500 },
  );
});

test('a printed card gives at least one pass, and it covers the day', () => {
  fc.assert(
    fc.property(anyStanding, fc.integer({ min: -400, max: 400 }), (standing, hours) => {
      const cycle = { anchor: ANCHOR + hours * 3600, life: 90 * DAY };
      const end = endOf(standing.card?.validThrough ?? null);
      const now = startOfDaySeconds(standing.on, programme.zone);
      const [first] = passPeriods(standing, standing.on, cycle, programme);
      expect(first).toBeDefined();
      if (first === undefined || now >= end) return;
      expect(first.beginsAt <= now && now < first.endsAt && first.endsAt <= end).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('the tiers are numbered 1 to 5 in a pass', () => {
  const tiers = ['first', 'second', 'bronze', 'silver', 'gold'] as const;
  expect(tiers.map(tierNumber)).toEqual([1, 2, 3, 4, 5]);
});
