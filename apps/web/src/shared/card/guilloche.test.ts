/** No two cards are woven alike, and a card is always woven the same. */
import { expect, test } from 'vitest';
import { weaveBand, weaveFeather, weaveRosette } from './guilloche.ts';
import { seedDraw } from './seed.ts';

const rosette = { x: 0, y: 0, radius: 100, hollow: 0.4, strands: 8 };
const band = { y: 0, height: 40, width: 360, strands: 6 };

/** Every woven line of a card's number as one text. */
function weaveAll(number: string): string {
  const feather = weaveFeather(seedDraw(number), {
    from: [0, 0],
    to: [100, 60],
    bow: 12,
    width: 20,
    barbs: 24,
  });
  return [...weaveRosette(number, rosette), ...weaveBand(number, band), ...feather].join();
}

test('the same number weaves the same lines', () => {
  expect(weaveAll('100000000001')).toBe(weaveAll('100000000001'));
});

test('a thousand neighbouring numbers weave a thousand different cards', () => {
  const woven = new Set<string>();
  for (let at = 0; at < 1000; at += 1) woven.add(weaveAll(String(100_000_000_000 + at)));
  expect(woven.size).toBe(1000);
});

test('a rosette stays inside its radius and keeps its hollow', () => {
  for (let at = 0; at < 100; at += 1) {
    const text = weaveRosette(String(at), rosette).join('');
    for (const [, x, y] of text.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)) {
      const radius = Math.hypot(Number(x), Number(y));
      expect(radius).toBeLessThanOrEqual(100.2);
      expect(radius).toBeGreaterThanOrEqual(39.8);
    }
  }
});
