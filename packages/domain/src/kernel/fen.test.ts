import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shareOfFen, splitFen } from './fen.ts';

test.each([
  [1000, 5000, 500],
  [1001, 5000, 501],
  [1, 1, 1],
  [0, 9000, 0],
  [750, 10_000, 750],
])('%i fen at %i basis points is %i fen', (amount, basisPoints, expected) => {
  expect(shareOfFen(amount, basisPoints)).toBe(expected);
});

test.each([
  [301, [1, 1], [151, 150]],
  [300, [1, 1], [150, 150]],
  [400, [1000, 2000], [134, 266]],
  [200, [0, 0], [200, 0]],
])('%i fen by %j is %j: the odd fen goes to the first', (amount, weights, expected) => {
  expect(splitFen(amount, weights)).toEqual(expected);
});

test('a split gives every fen away, and no part is negative', () => {
  fc.assert(
    fc.property(
      fc.nat(1_000_000),
      fc.array(fc.nat(60_000), { minLength: 1, maxLength: 4 }),
      (amount, weights) => {
        const parts = splitFen(amount, weights);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(amount);
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});
