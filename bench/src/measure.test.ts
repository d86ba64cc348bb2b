import { describe, expect, it } from 'vitest';
import type { Figure } from './measure.ts';
import { holdsLimit, measureSides, median } from './measure.ts';

describe('median', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[1, 9, 3, 5], 4],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('of nothing is none', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('measureSides', () => {
  it('lets the sides take turns, prepares outside, and divides by operations', async () => {
    const calls: string[] = [];
    const spin = (times: number) => {
      const end = performance.now() + times;
      while (performance.now() < end);
    };
    const side = (name: string, milliseconds: number, operations: number) => ({
      name,
      operations,
      prepare: () => spin(3),
      run: () => {
        calls.push(name);
        spin(milliseconds);
      },
    });
    const rounds = { warmUp: 1, counted: 3 };
    const [one, two] = await measureSides([side('one', 2, 1), side('two', 4, 4)], rounds);
    expect(calls).toEqual(['two', 'one', 'one', 'two', 'two', 'one', 'one', 'two']);
    expect(one?.ratio).toBe(1);
    expect(two?.ratio).toBeGreaterThan(0.3);
    expect(two?.ratio).toBeLessThan(0.8);
  });
});

describe('holdsLimit', () => {
  const figure: Figure = { value: 1, unit: 'us', ratio: 1.3, against: 'raw' };
  it.each<[string, Partial<Figure>, boolean | undefined]>([
    ['no limit', {}, undefined],
    ['just at most', { limit: { atMost: 1.3 } }, true],
    ['above it', { limit: { atMost: 1.29 } }, false],
    ['just at least', { limit: { atLeast: 1.3 } }, true],
    ['below it', { limit: { atLeast: 1.31 } }, false],
    ['not measured', { ratio: null, limit: { atMost: 1 } }, undefined],
  ])('%s', (_, changes, expected) => {
    expect(holdsLimit({ ...figure, ...changes })).toBe(expected);
  });
});
