import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCorrectedClock } from './corrected-clock.ts';

function machine(wall: number) {
  const at = { wall, monotonic: 100 };
  return {
    at,
    clock: { wall: () => at.wall, monotonic: () => at.monotonic },
    pass(milliseconds: number) {
      at.wall += milliseconds;
      at.monotonic += milliseconds;
    },
  };
}

test('half of the way of an answer is the answer’s', () => {
  const { clock, pass } = machine(0);
  const corrected = createCorrectedClock(clock, null);
  const asked = corrected.monotonic();
  pass(400);
  corrected.contact(1_000_000, asked);
  expect(corrected.now()).toBe(1_000_200);
  expect(corrected.contactAgeSeconds()).toBe(0);
});

test('the machine’s own clock may jump as it likes', () => {
  const { clock, at, pass } = machine(5000);
  const corrected = createCorrectedClock(clock, null);
  corrected.contact(1_000_000, corrected.monotonic());
  at.wall -= 9_000_000;
  pass(1000);
  expect(corrected.now()).toBe(1_001_000);
});

test('a restart goes on by how far off the machine’s clock was', () => {
  const { clock } = machine(7_000_000);
  const corrected = createCorrectedClock(clock, { serverAt: 5_500_000, wallAt: 5_000_000 });
  expect(corrected.now()).toBe(7_500_000);
  expect(corrected.contactAgeSeconds()).toBe(2000);
});

test('without any contact it has never been set', () => {
  const { clock } = machine(7_000_000);
  expect(createCorrectedClock(clock, null).contactAgeSeconds()).toBe(Number.POSITIVE_INFINITY);
});

test('whatever the server says, the clock does not go behind a moment at which the gate opened', () => {
  const step = fc.record({
    pass: fc.nat(100_000),
    server: fc.option(fc.integer({ min: 0, max: 10_000_000 })),
    opens: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { clock, pass } = machine(1_000_000);
      const corrected = createCorrectedClock(clock, null);
      let opened = 0;
      for (const one of steps) {
        pass(one.pass);
        if (one.server !== null) corrected.contact(one.server, corrected.monotonic());
        if (one.opens) {
          opened = corrected.now();
          corrected.opened(opened);
        }
        expect(corrected.now()).toBeGreaterThanOrEqual(opened);
      }
    }),
  );
});
