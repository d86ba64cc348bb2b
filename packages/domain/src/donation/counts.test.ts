import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyHistory, gift } from '../../test/donations.ts';
import { programme } from '../../test/programme.ts';
import { awardCountsOf, type Counts, cityCountsOf, countsOf, countsText } from './counts.ts';

test.each([
  [0, '0'],
  [1, '0.001'],
  [10, '0.01'],
  [250, '0.25'],
  [999, '0.999'],
  [1000, '1'],
  [1001, '1.001'],
  [1250, '1.25'],
  [19_750, '19.75'],
  [19_999, '19.999'],
  [20_000, '20'],
  [20_500, '20.5'],
  [100_010, '100.01'],
])('%i thousandths read %s, the shortest decimal', (thousandths, text) => {
  expect(countsText(thousandths as Counts)).toBe(text);
});

test('the text reads back as the same counts', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), (thousandths) => {
      expect(countsOf(Number(countsText(thousandths as Counts)))).toBe(thousandths);
    }),
  );
});

test.each([
  [gift('2026-01-01', 'whole_blood', 200), 1000, 1000],
  [gift('2026-01-01', 'whole_blood', 250), 1250, 1250],
  [gift('2026-01-01', 'whole_blood', 300), 1500, 1500],
  [gift('2026-01-01', 'whole_blood', 400), 2000, 2000],
  [gift('2026-01-01', 'whole_blood', 450), 2250, 2250],
  [gift('2026-01-01', 'whole_blood', 400, { inCity: false }), 0, 2000],
  [gift('2009-12-31', 'apheresis_platelets', 2), 2000, 8000],
  [gift('2010-01-01', 'apheresis_platelets', 2), 2000, 2000],
  [gift('2009-12-31', 'apheresis_platelets', 1, { inCity: false }), 0, 4000],
  [gift('2009-12-31', 'whole_blood', 400), 2000, 2000],
  [gift('2026-01-01', 'stem_cells', 0), 0, 0],
  [gift('2026-01-01', 'other_component', 7), 0, 0],
])('%o: %i of the city, %i of the award', (donation, city, award) => {
  expect(cityCountsOf(donation, programme)).toBe(city);
  expect(awardCountsOf(donation, programme)).toBe(award);
});

/** The sum as a fraction over 200 ml, in whole numbers of any size: no rounding anywhere. */
function exactly(millilitres: readonly number[]): string {
  const over200 = millilitres.reduce((sum, ml) => sum + BigInt(ml), 0n);
  const hundredths = (over200 * 100n) / 200n;
  expect((over200 * 100n) % 200n).toBe(0n);
  const text = `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
  return text.replace(/\.?0+$/, '');
}

test('sums of whole blood are exact', () => {
  const given = anyHistory({ kinds: ['whole_blood'], most: 120 });
  fc.assert(
    fc.property(given, (donations) => {
      const home = donations.map((donation) => ({ ...donation, inCity: true }));
      const sum = home.reduce((all, one) => all + cityCountsOf(one, programme), 0);
      expect(countsText(sum as Counts)).toBe(exactly(home.map(({ amount }) => amount)));
    }),
  );
});
