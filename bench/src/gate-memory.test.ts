/** A small gate in a process of its own, as the benchmark fills a large one. */
import { expect, it } from 'vitest';
import { fillGate } from './gate-memory.ts';

it('a gate of 300 passes and 30,000 indexes holds them all, and tells its memory', async () => {
  const { atStart, withList, withPasses, cachedPasses } = await fillGate(300);
  expect(cachedPasses).toBe(300);
  for (const bytes of [atStart, withList, withPasses]) {
    expect(bytes).toBeGreaterThan(10_000_000);
    expect(bytes).toBeLessThan(300_000_000);
  }
});
