import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyHistory, anyReordering, civil, dayFrom, gift } from '../../test/donations.ts';
import { programme } from '../../test/programme.ts';
import { addDays, type CivilDate } from '../kernel/index.ts';
import type { Donation, DonationNumber } from './donation.ts';
import { intervalBreaches, nextEligibleOf } from './next-eligible.ts';

type GiftKind = 'whole_blood' | 'apheresis_platelets';
const KINDS = ['whole_blood', 'apheresis_platelets'] as const;

/** Two units every fortnight, so often that the limit of a year is reached too. */
const anyDonor = anyHistory({ from: '2024-01-01', through: '2026-06-30', most: 30 });
const anyOn = dayFrom('2024-06-01', '2027-06-30');

/** A gift that comes after all others of its day. */
function next(donatedOn: CivilDate, kind: GiftKind): Donation {
  return { number: 'Z' as DonationNumber, donatedOn, kind, amount: 1, inCity: true };
}

function isBreach(before: readonly Donation[], donation: Donation): boolean {
  return intervalBreaches([...before, donation], programme).includes(donation);
}

test.each([
  ['whole_blood', 'whole_blood', '2026-02-09', '2026-08-09'],
  ['whole_blood', 'apheresis_platelets', '2026-02-09', '2026-05-09'],
  ['whole_blood', 'apheresis_platelets', '2026-11-30', '2027-03-01'],
  ['apheresis_platelets', 'apheresis_platelets', '2026-02-09', '2026-02-23'],
  ['apheresis_platelets', 'whole_blood', '2026-02-09', '2026-03-09'],
] as const)('%s, then %s: given %s, again on %s and not before', (first, then, given, day) => {
  const before = [gift(given, first, 1)];
  const eligible = nextEligibleOf(before, undefined, programme, civil(given));
  expect(eligible[then]).toBe(day);
  expect(isBreach(before, next(civil(day), then))).toBe(false);
  expect(isBreach(before, next(addDays(civil(day), -1), then))).toBe(true);
});

test.each(['stem_cells', 'other_component'] as const)('%s sets no interval', (kind) => {
  const on = civil('2026-02-09');
  const eligible = nextEligibleOf([gift('2026-02-09', kind, 0)], undefined, programme, on);
  expect(eligible).toEqual({ whole_blood: on, apheresis_platelets: on });
});

test.each([
  ['2008-06-09', '2026-06-08', '2026-06-09'],
  ['2008-06-09', '2026-06-09', '2026-06-09'],
  ['1970-06-10', '2026-06-09', '2026-06-09'],
  ['1970-06-09', '2026-06-09', null],
])('born %s, a first gift on %s or after: %s', (bornOn, on, expected) => {
  const { whole_blood } = nextEligibleOf([], civil(bornOn), programme, civil(on));
  expect(whole_blood).toBe(expected);
});

test('an interval that ends beyond the last age leaves no day', () => {
  const before = [gift('2026-01-15', 'whole_blood', 400)];
  const eligible = nextEligibleOf(before, civil('1965-06-01'), programme, civil('2026-05-01'));
  expect(eligible).toEqual({ whole_blood: null, apheresis_platelets: '2026-05-01' });
});

test('never before the day of the question', () => {
  fc.assert(
    fc.property(anyDonor, anyOn, (donations, on) => {
      const eligible = nextEligibleOf(donations, undefined, programme, on);
      for (const kind of KINDS) expect(String(eligible[kind]) >= on).toBe(true);
    }),
  );
});

test('a gift on the day is no breach, and one on the day before it is', () => {
  fc.assert(
    fc.property(anyDonor, anyOn, fc.constantFrom(...KINDS), (donations, on, kind) => {
      const before = donations.filter(({ donatedOn }) => donatedOn <= on);
      const day = nextEligibleOf(donations, undefined, programme, on)[kind];
      if (day === null) throw new Error('without a birthday no age is judged');
      expect(isBreach(before, next(day, kind))).toBe(false);
      if (day > on) expect(isBreach(before, next(addDays(day, -1), kind))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('who gives platelets as soon as allowed gives 24 in any 12 months', () => {
  const given: Donation[] = [];
  let day = civil('2024-02-29');
  for (let times = 0; times < 60; times += 1) {
    given.push({ ...next(day, 'apheresis_platelets'), number: `P${day}` as DonationNumber });
    const then = nextEligibleOf(given, undefined, programme, day).apheresis_platelets;
    if (then === null) throw new Error('without a birthday no age is judged');
    day = then;
  }
  expect(intervalBreaches(given, programme)).toEqual([]);
  const yearFrom = (start: Temporal.PlainDate): Donation[] =>
    given.filter(({ donatedOn }) => {
      const date = Temporal.PlainDate.from(donatedOn);
      const { compare } = Temporal.PlainDate;
      return compare(start, date) <= 0 && compare(date, start.add({ years: 1 })) < 0;
    });
  const years = given
    .slice(0, 36)
    .map(({ donatedOn }) => yearFrom(Temporal.PlainDate.from(donatedOn)));
  expect(Math.max(...years.map(({ length }) => length))).toBe(24);
});

test.each([
  ['2025-12-31', true],
  ['2026-01-01', false],
])('after 24 in 12 months from 2025-01-01, one on %s is a breach: %s', (day, expected) => {
  const first = civil('2025-01-01');
  const given = Array.from({ length: 24 }, (_, index) =>
    gift(addDays(first, index * 14), 'apheresis_platelets', 2),
  );
  expect(intervalBreaches(given, programme)).toEqual([]);
  expect(isBreach(given, next(civil(day), 'apheresis_platelets'))).toBe(expected);
  // The limit is of platelets; whole blood has its own interval, which is over.
  const lastOfAll = addDays(first, 23 * 14);
  const eligible = nextEligibleOf(given, undefined, programme, lastOfAll);
  expect(eligible.apheresis_platelets).toBe('2026-01-01');
  expect(eligible.whole_blood).toBe(addDays(lastOfAll, 28));
});

test('the order and the repetition of records do not matter', () => {
  const of = { from: '2025-01-01', through: '2026-06-30', most: 30 };
  fc.assert(
    fc.property(anyReordering(of), anyOn, ([history, again], on) => {
      const eligible = nextEligibleOf(history, undefined, programme, on);
      expect(nextEligibleOf(again, undefined, programme, on)).toEqual(eligible);
      expect(intervalBreaches(again, programme)).toEqual(intervalBreaches(history, programme));
    }),
  );
});
