import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyHistory, blood, civil, counts, dayFrom, gift } from '../../test/donations.ts';
import { dated, programme, withValues } from '../../test/programme.ts';
import { cardStateOn } from '../card/index.ts';
import type { Donation } from '../donation/index.ts';
import { addDays, type CivilDate } from '../kernel/index.ts';
import { standingOf } from './standing.ts';

/** The card of the donations on the day, as `kind from..through`. */
function cardOn(donations: readonly Donation[], on: string, by = programme): string | null {
  const { card } = standingOf(donations, by, civil(on));
  if (card === null) return null;
  return `${card.kind} ${card.validFrom}..${card.validThrough ?? 'life'}`;
}

/** The last day of the year of a gift, by the calendar of the language (overflow: constrain). */
function yearEnd(day: string): string {
  return Temporal.PlainDate.from(day).add({ years: 1 }, { overflow: 'constrain' }).toString();
}

test.each([
  ['2025-02-01', '2026-02-01'],
  ['2027-02-28', '2028-02-28'],
  ['2028-02-28', '2029-02-28'],
  ['2028-02-29', '2029-02-28'],
  ['2028-03-01', '2029-03-01'],
  ['2026-12-31', '2027-12-31'],
])('a gift of %s is good through %s', (day, through) => {
  expect(cardOn([blood(day)], day)).toBe(`annual ${day}..${through}`);
});

test('a year is the calendar’s', () => {
  fc.assert(
    fc.property(dayFrom('2025-02-01', '2099-12-31'), (day) => {
      expect(cardOn([blood(day)], day)).toBe(`annual ${day}..${yearEnd(day)}`);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['the day before the rule', [blood('2025-01-31')], '2025-02-01', null],
  ['the first day of the rule', [blood('2025-02-01')], '2025-02-01', '2025-02-01..2026-02-01'],
  ['before the gift', [blood('2026-03-01')], '2026-02-28', null],
  ['extended', ['2026-03-01', '2026-09-01'], '2026-09-01', '2026-03-01..2027-09-01'],
  [
    'extended on the last day',
    ['2026-03-01', '2027-03-01'],
    '2027-03-01',
    '2026-03-01..2028-03-01',
  ],
  ['begun again after it', ['2026-03-01', '2027-03-02'], '2027-03-02', '2027-03-02..2028-03-02'],
  ['of one day', ['2026-03-01', '2026-03-01'], '2026-03-01', '2026-03-01..2027-03-01'],
  ['never stacked', ['2026-03-01', '2026-03-02'], '2026-03-02', '2026-03-01..2027-03-02'],
  ['two leap days', ['2028-02-28', '2028-02-29'], '2028-02-29', '2028-02-28..2029-02-28'],
] as const)('annual card: %s', (_, given, on, expected) => {
  const donations = given.map((one, index) =>
    typeof one === 'string' ? gift(one, 'whole_blood', 200, { number: `D${index}` }) : one,
  );
  expect(cardOn(donations, on)).toBe(expected === null ? null : `annual ${expected}`);
});

test.each([
  ['whole_blood', true, '2025-03-01..2026-03-01'],
  ['apheresis_platelets', true, '2025-03-01..2026-03-01'],
  ['other_component', true, null],
  ['whole_blood', false, null],
  ['apheresis_platelets', false, null],
] as const)('%s, in the city %s: annual card %s', (kind, inCity, expected) => {
  const card = cardOn([gift('2025-03-01', kind, 1, { inCity })], '2025-03-01');
  expect(card).toBe(expected === null ? null : `annual ${expected}`);
});

test('a newer, shorter year holds for newer gifts and takes nothing back', () => {
  const shorter = withValues(
    'card.annual.months',
    dated('2025-02-01', '2026-12-31', 12),
    dated('2027-01-01', null, 3),
  );
  const before = [blood('2026-12-31')];
  expect(cardOn(before, '2027-01-01', shorter)).toBe('annual 2026-12-31..2027-12-31');
  const after = [...before, blood('2027-01-01')];
  expect(cardOn(after, '2027-01-01', shorter)).toBe('annual 2026-12-31..2027-12-31');
  const later = [...before, blood('2027-11-30')];
  expect(cardOn(later, '2027-11-30', shorter)).toBe('annual 2026-12-31..2028-02-29');
});

test('valid on a day if and only if a gift lies at most a year back: day by day', () => {
  const few = { from: '2024-11-01', through: '2028-12-31', most: 6 };
  const kinds = ['whole_blood', 'apheresis_platelets', 'other_component'] as const;
  const qualifies = (one: Donation): boolean =>
    one.inCity && one.kind !== 'other_component' && one.donatedOn >= '2025-02-01';
  fc.assert(
    fc.property(
      anyHistory({ ...few, kinds }),
      dayFrom('2024-11-01', '2029-12-31'),
      (donations, first) => {
        const reaches = (one: Donation, day: CivilDate): boolean =>
          qualifies(one) && one.donatedOn <= day && day <= yearEnd(one.donatedOn);
        const isGood = (day: CivilDate): boolean => donations.some((one) => reaches(one, day));
        let day = first;
        for (let days = 0; days < 40; days += 1, day = addDays(day, 1)) {
          const standing = standingOf(donations, programme, day);
          expect([day, cardStateOn(standing, day) === 'annual']).toEqual([day, isGood(day)]);
          if (standing.card === null) continue;
          // It began with a gift that no earlier one reaches, though it may end on the day before.
          const { validFrom } = standing.card;
          const reaching = donations.filter((one) => reaches(one, validFrom));
          expect(reaching.length).toBeGreaterThan(0);
          expect(reaching.every(({ donatedOn }) => donatedOn === validFrom)).toBe(true);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ['19.75 counts', [counts('2025-03-01', 79)], '2025-03-01', 'annual 2025-03-01..2026-03-01'],
  ['20 counts', [counts('2025-03-01', 80)], '2025-03-01', 'honour 2025-03-01..life'],
  ['20.25 counts', [counts('2025-03-01', 81)], '2025-03-01', 'honour 2025-03-01..life'],
  ['before the rule', [counts('2024-03-01', 80)], '2025-01-31', null],
  ['on its first day', [counts('2024-03-01', 80)], '2025-02-01', 'honour 2025-02-01..life'],
  [
    'the gift that reaches it',
    [counts('2025-03-01', 79), blood('2025-09-01'), blood('2026-03-01')],
    '2026-03-01',
    'honour 2025-09-01..life',
  ],
  ['stem cells', [gift('2025-03-01', 'stem_cells', 0)], '2025-03-01', 'honour 2025-03-01..life'],
  [
    'stem cells elsewhere',
    [gift('2025-03-01', 'stem_cells', 0, { inCity: false })],
    '2025-03-01',
    null,
  ],
  [
    'whichever is first',
    [counts('2025-06-01', 80), gift('2025-03-01', 'stem_cells', 0)],
    '2025-06-01',
    'honour 2025-03-01..life',
  ],
] as const)('honour card: %s', (_, donations, on, expected) => {
  expect(cardOn(donations, on)).toBe(expected);
});

test('20.000 counts and not 19.75, in whichever gifts they come', () => {
  const quarters = fc.array(fc.constantFrom(4, 5, 6, 8, 9), { minLength: 1, maxLength: 22 });
  fc.assert(
    fc.property(quarters, (amounts) => {
      const donations = amounts.map((amount, index) =>
        counts(addDays(civil('2020-01-01'), index), amount),
      );
      const reached = amounts.reduce((sum, amount) => sum + amount, 0) >= 80;
      expect(cardOn(donations, '2026-06-09') !== null).toBe(reached);
    }),
    { numRuns: 500 },
  );
});

test('evidence: the gift of an annual card; the gifts that reach the honour card, no later one', () => {
  const numbers = (donations: readonly Donation[]): readonly string[] =>
    standingOf(donations, programme, civil('2026-06-09')).card?.evidence ?? [];
  expect(numbers([blood('2025-03-01'), blood('2025-09-01')])).toEqual(['D2025-09-01']);
  const elsewhere = gift('2025-03-02', 'whole_blood', 400, { inCity: false });
  const reaching = [counts('2025-03-01', 76), elsewhere, blood('2025-09-01'), blood('2026-03-01')];
  expect(numbers(reaching)).toEqual(['D2025-03-01', 'D2025-09-01']);
});

test('a standard that was met while it held is kept when a newer one asks for more', () => {
  const higher = withValues(
    'card.honour.counts',
    dated('2025-02-01', '2026-12-31', 20),
    dated('2027-01-01', null, 30),
  );
  expect(cardOn([counts('2026-12-31', 80)], '2027-06-01', higher)).toMatch(/^honour 2026-12-31/);
  expect(cardOn([counts('2027-01-01', 80)], '2027-06-01', higher)).toMatch(/^annual/);
});

test('a city where stem cells give no honour card', () => {
  const without = withValues(
    'card.honour.stem_cells',
    dated('2025-02-01', '2026-12-31', true),
    dated('2027-01-01', null, false),
  );
  expect(cardOn([gift('2026-12-31', 'stem_cells', 0)], '2027-06-01', without)).toMatch(/^honour/);
  expect(cardOn([gift('2027-01-01', 'stem_cells', 0)], '2027-06-01', without)).toBeNull();
});
