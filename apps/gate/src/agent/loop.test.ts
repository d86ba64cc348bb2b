import { afterEach, expect, test } from 'vitest';
import { backOffMs, type Loop, startLoop } from './loop.ts';
import { createPace } from './pace.ts';

const loops: Loop[] = [];
afterEach(() => Promise.all(loops.splice(0).map((loop) => loop.stop())));

function start(turn: () => Promise<{ nextMs: number }>, firstMs = 5) {
  const faults: unknown[] = [];
  const loop = startLoop(turn, {
    backOff: { firstMs, mostMs: 4 * firstMs },
    chance: () => 0.5,
    onFault: (cause) => faults.push(cause),
  });
  loops.push(loop);
  return { loop, faults };
}

test.each([
  [1, 0, 500],
  [1, 1, 1000],
  [2, 0, 1000],
  [3, 1, 4000],
  [7, 1, 60_000],
  [1000, 0, 30_000],
  [1000, 1, 60_000],
])('after %i failures, with the chance %d, one waits %i ms', (failures, chance, ms) => {
  expect(backOffMs({ firstMs: 1000, mostMs: 60_000 }, failures, chance)).toBe(ms);
});

test('a turn comes at once, and again when it said so', async () => {
  let turns = 0;
  start(async () => {
    turns += 1;
    return { nextMs: 1 };
  });
  await expect.poll(() => turns, { interval: 5 }).toBeGreaterThan(3);
});

test('a turn that fails is told of and tried again', async () => {
  let turns = 0;
  const { faults } = start(async () => {
    turns += 1;
    if (turns < 3) throw new Error(`no ${turns}`);
    return { nextMs: 100_000 };
  });
  await expect.poll(() => turns, { interval: 5 }).toBe(3);
  expect(faults.map(String)).toEqual(['Error: no 1', 'Error: no 2']);
});

test('who is woken goes round at once; while it fails it is not hurried', async () => {
  let turns = 0;
  let isBroken = false;
  const { loop, faults } = start(async () => {
    turns += 1;
    if (isBroken) throw new Error('no');
    return { nextMs: 100_000 };
  }, 100_000);
  await expect.poll(() => turns, { interval: 5 }).toBe(1);
  loop.wake();
  await expect.poll(() => turns, { interval: 5 }).toBe(2);
  isBroken = true;
  loop.wake();
  await expect.poll(() => faults.length, { interval: 5 }).toBe(1);
  for (let often = 0; often < 100; often += 1) loop.wake();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(turns).toBe(3);
});

test('stopping waits for the turn under way, and no other begins', async () => {
  let turns = 0;
  let finish = (): void => undefined;
  const { loop } = start(async () => {
    turns += 1;
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return { nextMs: 0 };
  });
  loop.wake();
  const stopped = loop.stop();
  finish();
  await stopped;
  expect(turns).toBe(1);
});

test('codes that come faster than people walk are held back, and a burst is not', async () => {
  let now = 0;
  const waits: number[] = [];
  const pace = createPace(
    10,
    () => now,
    async (ms) => void waits.push(Math.round(ms)),
  );
  for (let code = 0; code < 22; code += 1) await pace.turn();
  expect(waits).toEqual([100, 200]);
  now = 10_000;
  await pace.turn();
  expect(waits).toHaveLength(2);
});
