import { waivedOf } from '@liyu/domain/benefit';
import type { Waiver } from '@liyu/domain/programme';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findOwnWhereWorse } from './waiver-tables.ts';

const cap = fc.option(fc.integer({ min: 0, max: 60 }));
const anyWaiver: fc.Arbitrary<Waiver> = fc.oneof(
  fc.constant<Waiver>({ kind: 'none' }),
  cap.map((capFen): Waiver => ({ kind: 'full', capFen })),
  fc
    .tuple(fc.integer({ min: 0, max: 60 }), cap)
    .map(([amountFen, capFen]): Waiver => ({ kind: 'amount', amountFen, capFen })),
  fc
    .tuple(fc.integer({ min: 500, max: 10_000 }), cap)
    .map(([basisPoints, capFen]): Waiver => ({ kind: 'share', basisPoints, capFen })),
);

test('the breakpoints find a worse honour waiver exactly when trying every amount does', () => {
  fc.assert(
    fc.property(anyWaiver, anyWaiver, (annual, honour) => {
      const tried = Array.from({ length: 1500 }, (_, own) => own).some(
        (own) => waivedOf(honour, own) < waivedOf(annual, own),
      );
      const found = findOwnWhereWorse(annual, honour);
      if (tried) expect(found).toBeDefined();
      if (found !== undefined) {
        expect(waivedOf(honour, found)).toBeLessThan(waivedOf(annual, found));
      }
    }),
    { numRuns: 3000 },
  );
});
