import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createMemory,
  keysOf,
  type Passing,
  type PassingLimits,
  SHOWING_SECONDS,
} from './memory.ts';

const NOON = 1_800_000_000;
const LIMITS: PassingLimits = {
  passbackSeconds: 600,
  atPlaceADay: null,
  anywhereADay: null,
  day: { begin: NOON - 43_200, end: NOON + 43_200 },
};

function passing(more: Partial<Passing> = {}): Passing {
  const moment = { iat: NOON, seq: 1 };
  return { cti: 'aa', moment, direction: 'in', place: 'here', at: NOON, ...more };
}

test('a passing that is taken back leaves everything as it was', () => {
  const memory = createMemory();
  memory.take(passing({ at: NOON - 700, moment: { iat: NOON - 700, seq: 0 } }));
  const exit = passing({ direction: 'out' });
  const undo = memory.take(exit);
  expect(memory.openEntry('aa')).toBeUndefined();
  undo();
  expect(memory.openEntry('aa')).toBe(NOON - 700);
  expect(memory.judge(exit, LIMITS)).toBeUndefined();
  expect(memory.judge(passing(), LIMITS)).toBeUndefined();
  expect(memory.usesAt(exit, LIMITS.day)).toBe(1);
});

test('what is forgotten is refused by its moment: no clock opens for it again', () => {
  const memory = createMemory();
  const old = passing();
  memory.take(old);
  const later = NOON + SHOWING_SECONDS + 1;
  memory.take(passing({ cti: 'bb', moment: { iat: later, seq: 1 }, at: later }));
  expect(memory.judge({ ...old, cti: 'cc' }, LIMITS)).toBe('replayed');
  expect(memory.judge(passing({ cti: 'cc', moment: { iat: NOON + 1, seq: 1 } }), LIMITS)).toBe(
    undefined,
  );
});

test('it is bounded, and what had to go early is refused too', () => {
  const memory = createMemory(100);
  for (let at = 0; at < 1000; at += 1) {
    memory.take(
      passing({ cti: String(at), moment: { iat: NOON + at, seq: at }, at: NOON + at / 10 }),
    );
  }
  expect(memory.size).toBeLessThanOrEqual(300);
  for (const at of [0, 500, 950, 999]) {
    const again = passing({ cti: String(at), moment: { iat: NOON + at, seq: at }, at: NOON + 100 });
    expect(memory.judge(again, LIMITS)).toBe('replayed');
  }
});

describe('against a memory that keeps everything', () => {
  const step = fc.record({
    cti: fc.constantFrom('aa', 'bb', 'cc'),
    seq: fc.nat(3),
    lag: fc.integer({ min: -15, max: 30 }),
    direction: fc.constantFrom('in' as const, 'out' as const),
    isPrinted: fc.boolean(),
    after: fc.nat(400),
    isUndone: fc.boolean(),
  });

  test('the same answers: a code once, a way once in ten minutes, twice a day at most', () => {
    const limits = { ...LIMITS, anywhereADay: 4 };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const memory = createMemory();
        const all: Passing[] = [];
        let at = NOON - 10_000;
        for (const { cti, seq, lag, direction, isPrinted, after, isUndone } of steps) {
          at += after;
          const moment = isPrinted ? null : { iat: at - lag, seq };
          const now = passing({ cti, direction, at, moment });
          const own = all.filter((one) => one.cti === cti);
          const isShown = own.some(
            ({ moment: one }) =>
              one !== null && moment !== null && one.iat === moment.iat && one.seq === moment.seq,
          );
          const isBack = own.some(
            (one) => one.direction === direction && at - one.at <= (limits.passbackSeconds ?? 0),
          );
          const isFull = own.length >= 4;
          const expected = isShown
            ? 'replayed'
            : isBack
              ? 'passback'
              : isFull
                ? 'already_today'
                : undefined;
          expect(memory.judge(now, limits)).toBe(expected);
          if (expected !== undefined) continue;
          const undo = memory.take(now);
          if (isUndone) undo();
          else all.push(now);
          const last = all.filter((one) => one.cti === cti).at(-1);
          expect(memory.openEntry(cti)).toBe(last?.direction === 'in' ? last.at : undefined);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('what it would answer for at its station is what it would refuse', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const memory = createMemory();
        let at = NOON - 5000;
        for (const { cti, seq, lag, direction, after } of steps) {
          at += after;
          const now = passing({ cti, direction, at, moment: { iat: at - lag, seq } });
          const refused = memory.judge(now, LIMITS);
          const taken = new Set(memory.remembered(at, LIMITS).map(({ kind, text }) => kind + text));
          const keys = keysOf(now, LIMITS, 0);
          // The kept seconds include their last one; those that are left to a peer do not.
          const isTaken = keys.some(({ kind, text }) => taken.has(kind + text));
          if (isTaken) expect(refused).toBeDefined();
          if (refused === undefined) memory.take(now);
        }
      }),
      { numRuns: 300 },
    );
  });
});
