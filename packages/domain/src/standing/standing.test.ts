import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyHistory, anyReordering, civil, counts, dayFrom, gift } from '../../test/donations.ts';
import { dated, programme, withValues } from '../../test/programme.ts';
import { countsText, type Donation, type DonationNumber } from '../donation/index.ts';
import { type Standing, standingOf } from './standing.ts';

const TIERS = ['first', 'second', 'bronze', 'silver', 'gold'];
const anyOn = dayFrom('2024-06-01', '2031-12-31');

test.each([
  [0, 'first'],
  [39, 'first'],
  [40, 'second'],
  [79, 'second'],
  [80, 'bronze'],
  [119, 'bronze'],
  [120, 'silver'],
  [159, 'silver'],
  [160, 'gold'],
  [400, 'gold'],
])('%i quarters of a count: %s', (quarters, tier) => {
  const { tier: reached } = standingOf(
    [counts('2026-01-01', quarters)],
    programme,
    civil('2026-01-01'),
  );
  expect(reached).toBe(tier);
});

test.each([
  [true, 'gold'],
  [false, 'first'],
])('stem cells, in the city %s: %s', (inCity, tier) => {
  const donations = [gift('2020-01-01', 'stem_cells', 0, { inCity })];
  expect(standingOf(donations, programme, civil('2026-01-01')).tier).toBe(tier);
});

/** City count, award count and golds of whole blood in quarters of a count, a day each. */
test.each([
  [[], '0', '0', 0],
  [[159], '39.75', '39.75', 0],
  [[160], '40', '0', 1],
  [[159, 8], '41.75', '0', 1],
  [[159, 8, 5], '43', '1.25', 1],
  [[160, 159], '79.75', '39.75', 1],
  [[160, 160], '80', '0', 2],
  [[160, 160, 160, 4], '121', '1', 3],
])('quarters %j: city %s, award %s, golds %i', (given, city, award, golds) => {
  const donations = given.map((quarters, index) => counts(`2025-03-0${index + 1}`, quarters));
  const standing = standingOf(donations, programme, civil('2026-06-09'));
  expect(countsText(standing.counts.city)).toBe(city);
  expect(countsText(standing.counts.award)).toBe(award);
  expect(standing.golds).toBe(golds);
});

test('what is above 40 is lost: a naive count in quarters agrees', () => {
  const given = fc.array(fc.constantFrom(4, 5, 6, 8, 9, 100), { maxLength: 30 });
  fc.assert(
    fc.property(given, (quarters) => {
      const donations = quarters.map((amount, index) =>
        gift('2026-01-01', 'whole_blood', amount * 50, { number: `D${100 + index}` }),
      );
      const left = quarters.reduce((sum, amount) => (sum + amount < 160 ? sum + amount : 0), 0);
      const standing = standingOf(donations, programme, civil('2026-06-09'));
      expect(standing.counts.award).toBe(left * 250);
      expect(standing.counts.city).toBe(quarters.reduce((sum, amount) => sum + amount, 0) * 250);
    }),
  );
});

test('donations after the day are left out, those of the day are in', () => {
  const donations = [counts('2026-01-01', 4), counts('2026-01-02', 8)];
  const cityOn = (on: string): string =>
    countsText(standingOf(donations, programme, civil(on)).counts.city);
  expect(['2025-12-31', '2026-01-01', '2026-01-02'].map(cityOn)).toEqual(['0', '1', '3']);
});

test('the order and the repetition of records do not matter', () => {
  fc.assert(
    fc.property(anyReordering(), anyOn, ([history, again], on) => {
      expect(standingOf(again, programme, on)).toEqual(standingOf(history, programme, on));
    }),
    { numRuns: 1000 },
  );
});

/** The last valid day, so that a later one is greater; for life is greatest, no card is least. */
function reach({ card }: Standing): string {
  if (card === null) return '';
  return card.validThrough ?? 'life';
}

test('I4: one more donation never shortens validity, lowers a tier or takes the honour card', () => {
  const changing = withValues(
    'card.annual.months',
    dated('2025-02-01', '2026-06-30', 12),
    dated('2026-07-01', null, 6),
  );
  const more = anyHistory({ most: 1 });
  fc.assert(
    fc.property(
      anyHistory({ most: 36 }),
      more,
      anyOn,
      fc.constantFrom(programme, changing),
      (history, [one], on, by) => {
        if (one === undefined) return;
        const before = standingOf(history, by, on);
        const added: Donation = { ...one, number: 'M' as DonationNumber };
        const after = standingOf([added, ...history], by, on);
        expect(reach(after) >= reach(before)).toBe(true);
        expect(TIERS.indexOf(after.tier)).toBeGreaterThanOrEqual(TIERS.indexOf(before.tier));
        if (before.card?.kind === 'honour') expect(after.card?.kind).toBe('honour');
        expect(after.counts.city).toBeGreaterThanOrEqual(before.counts.city);
      },
    ),
    { numRuns: 2000 },
  );
});

test('I11: bronze or above, or stem cells in the city, if and only if honour', () => {
  fc.assert(
    fc.property(anyHistory({ most: 30 }), dayFrom('2025-02-01', '2031-12-31'), (history, on) => {
      const { tier, card } = standingOf(history, programme, on);
      const stemCells = history.some(
        (one) => one.kind === 'stem_cells' && one.inCity && one.donatedOn <= on,
      );
      const isHonour = card?.kind === 'honour';
      expect(isHonour).toBe(TIERS.indexOf(tier) >= TIERS.indexOf('bronze') || stemCells);
    }),
    { numRuns: 1000 },
  );
});

test('pure: the same donations give the same bytes, and stay as they were', () => {
  fc.assert(
    fc.property(anyHistory(), anyOn, (history, on) => {
      const bytes = JSON.stringify(history);
      const frozen = Object.freeze(history.map((donation) => Object.freeze(donation)));
      const first = JSON.stringify(standingOf(frozen, programme, on));
      expect(JSON.stringify(standingOf(frozen, programme, on))).toBe(first);
      expect(JSON.stringify(history)).toBe(bytes);
    }),
  );
});
