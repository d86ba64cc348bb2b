import fc from 'fast-check';
import { expect, test } from 'vitest';
import { programme } from '../../test/programme.ts';
import { type Instant, parseInstant } from '../kernel/index.ts';
import { type MetroUse, pairTrips } from './trip-pairs.ts';

const at = (time: string, day = '2026-11-24'): Instant =>
  parseInstant(`${day}T${time}+08:00`) as Instant;
const use = (id: string, time: string, direction: 'in' | 'out', day?: string): MetroUse => ({
  id,
  at: at(time, day),
  direction,
  venue: 'metro-demo',
});

const E1 = use('E1', '08:00:00', 'in');
const E2 = use('E2', '09:00:00', 'in');
const X1 = use('X1', '08:30:00', 'out');
const X2 = use('X2', '09:30:00', 'out');

test.each<readonly [string, readonly MetroUse[], readonly [string, string][]]>([
  ['in and out', [E1, X1], [['X1', 'E1']]],
  ['out alone', [X1], []],
  ['in alone', [E1], []],
  ['out before in', [E2, X1], []],
  [
    'two trips',
    [E1, X1, E2, X2],
    [
      ['X1', 'E1'],
      ['X2', 'E2'],
    ],
  ],
  ['an entry that nobody ended, and a trip', [E1, E2, X2], [['X2', 'E2']]],
  ['two out after one in', [E1, X1, X2], [['X1', 'E1']]],
  ['both at the same moment', [use('X', '08:00:00', 'out'), E1], [['X', 'E1']]],
])('%s', (_, uses, pairs) => {
  expect([...pairTrips(uses, programme)]).toEqual(pairs);
});

test.each([
  ['03:30:00', true],
  ['03:30:01', false],
])('an exit at %s of the next morning ends the entry: %s', (time, isPaired) => {
  const exit = use('X', time, 'out', '2026-11-25');
  expect(pairTrips([E1, exit], programme).has('X')).toBe(isPaired);
});

test('the order in which the uses are told does not matter, and each entry ends once', () => {
  const anyUse = fc.record({
    minute: fc.integer({ min: 0, max: 60 }),
    direction: fc.constantFrom('in' as const, 'out' as const),
    venue: fc.constantFrom('metro-demo', 'metro-1-05'),
  });
  const anyOrder = fc
    .uniqueArray(anyUse, { maxLength: 12, selector: (one) => JSON.stringify(one) })
    .map((all) =>
      all.map(({ minute, ...one }, index) => ({
        ...one,
        id: `${index}`,
        at: at(`08:${String(minute % 60).padStart(2, '0')}:00`),
      })),
    )
    .chain((uses) =>
      fc.tuple(fc.constant(uses), fc.shuffledSubarray(uses, { minLength: uses.length })),
    );
  fc.assert(
    fc.property(anyOrder, ([uses, shuffled]) => {
      const pairs = pairTrips(uses, programme);
      expect(new Map([...pairTrips(shuffled, programme)].sort())).toEqual(
        new Map([...pairs].sort()),
      );
      expect(new Set(pairs.values()).size).toBe(pairs.size);
    }),
  );
});
