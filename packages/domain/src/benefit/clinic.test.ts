import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blood, civil, counts } from '../../test/donations.ts';
import { programme } from '../../test/programme.ts';
import type { Level, Waiver } from '../programme/index.ts';
import { standingOf } from '../standing/index.ts';
import { decideClinic, waivedOf } from './clinic.ts';

const full = (capFen: number | null): Waiver => ({ kind: 'full', capFen });
const amount = (amountFen: number, capFen: number | null): Waiver => ({
  kind: 'amount',
  amountFen,
  capFen,
});
const share = (basisPoints: number, capFen: number | null): Waiver => ({
  kind: 'share',
  basisPoints,
  capFen,
});

test.each<[string, Waiver, number, number]>([
  ['none', { kind: 'none' }, 1000, 0],
  ['full', full(null), 1000, 1000],
  ['full of nothing', full(null), 0, 0],
  ['full, on the cap', full(1000), 1000, 1000],
  ['full, above the cap', full(1000), 1001, 1000],
  ['amount, one fen less is left', amount(500, null), 499, 499],
  ['amount, as much is left', amount(500, null), 500, 500],
  ['amount, one fen more is left', amount(500, null), 501, 500],
  ['amount under its cap', amount(500, 501), 1000, 500],
  ['amount above its cap', amount(500, 499), 1000, 499],
  ['share, whole', share(5000, null), 1000, 500],
  ['share, rounded up', share(5000, null), 1001, 501],
  ['share of one fen', share(1, null), 1, 1],
  ['all of it as a share', share(10_000, null), 999, 999],
  ['share, on the cap', share(5000, 500), 1000, 500],
  ['share, rounded above the cap', share(5000, 500), 1001, 500],
])('%s', (_, waiver, ownFen, waivedFen) => {
  expect(waivedOf(waiver, ownFen)).toBe(waivedFen);
});

const anyCap = fc.option(fc.nat(5000));
const anyWaiver: fc.Arbitrary<Waiver> = fc.oneof(
  fc.constant<Waiver>({ kind: 'none' }),
  anyCap.map(full),
  fc.tuple(fc.nat(5000), anyCap).map(([fen, cap]) => amount(fen, cap)),
  fc.tuple(fc.nat(10_000), anyCap).map(([points, cap]) => share(points, cap)),
);

test('never more than is left to pay nor than the cap, and never less for a greater fee', () => {
  fc.assert(
    fc.property(anyWaiver, fc.nat(20_000), fc.nat(500), (waiver, ownFen, more) => {
      const waivedFen = waivedOf(waiver, ownFen);
      expect(Number.isInteger(waivedFen)).toBe(true);
      expect(waivedFen).toBeGreaterThanOrEqual(0);
      expect(waivedFen).toBeLessThanOrEqual(ownFen);
      if (waiver.kind !== 'none' && waiver.capFen !== null) {
        expect(waivedFen).toBeLessThanOrEqual(waiver.capFen);
      }
      const ofMore = waivedOf(waiver, ownFen + more);
      expect(ofMore).toBeGreaterThanOrEqual(waivedFen);
      expect(ownFen + more - ofMore).toBeGreaterThanOrEqual(ownFen - waivedFen);
    }),
    { numRuns: 2000 },
  );
});

const LEVELS: readonly Level[] = ['general', 'associate_chief', 'chief', 'renowned_expert'];
const DAY = civil('2026-06-09');
const annual = standingOf([blood('2026-03-01')], programme, DAY);
const honour = standingOf([counts('2026-03-01', 80)], programme, DAY);

test('in every cell: waived and left to pay are what insurance left; honour is as good', () => {
  const hospitals = fc.constantFrom(...programme.hospitals.keys());
  const fees = fc.nat(9000).chain((fee) => fc.tuple(fc.constant(fee), fc.nat(fee)));
  fc.assert(
    fc.property(
      hospitals,
      fc.constantFrom(...LEVELS),
      fees,
      (hospital, level, [feeFen, insuredFen]) => {
        const waived = [annual, honour].map((standing) => {
          const facts = { standing, hospital, level, feeFen, insuredFen, shownBy: 'code' } as const;
          const { waivedFen, toPayFen, granted } = decideClinic(facts, programme, DAY);
          expect(Number(waivedFen) + Number(toPayFen)).toBe(feeFen - insuredFen);
          expect(granted).toBe(Number(waivedFen) > 0);
          return Number(waivedFen);
        });
        expect(waived[1]).toBeGreaterThanOrEqual(waived[0] ?? Number.NaN);
      },
    ),
    { numRuns: 1000 },
  );
});
