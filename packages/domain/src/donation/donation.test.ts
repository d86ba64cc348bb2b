import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyReordering, gift } from '../../test/donations.ts';
import { inOrder } from './donation.ts';

const early = gift('2026-01-01', 'whole_blood', 200, { number: 'Z' });
const late = gift('2026-01-02', 'whole_blood', 200, { number: 'A' });
const sameDay = gift('2026-01-02', 'whole_blood', 400, { number: 'B' });

test.each([
  ['by day before number', [late, early], [early, late]],
  ['within a day by number', [sameDay, late], [late, sameDay]],
  ['a number that comes twice stands once', [late, early, { ...late }], [early, late]],
  ['nothing of nothing', [], []],
])('%s', (_, given, expected) => {
  expect(inOrder(given)).toEqual(expected);
});

test('the order and the repetition of records do not matter', () => {
  fc.assert(
    fc.property(anyReordering(), ([history, again]) => {
      expect(inOrder(again)).toEqual(inOrder(history));
    }),
  );
});
