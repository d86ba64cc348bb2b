/** The short form of the parser's benchmark: no exception, and time in proportion to the length. */
import { parseCode } from '@liyu/pass';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostileCode, seeded } from './hostile-codes.ts';
import { createHistogram, LENGTHS, readHostile, timeLengths } from './parse.ts';

describe('reading a code', () => {
  it('200,000 random and mutated ones: none throws, few are well-formed, all are quick', async () => {
    const { thrown, wellFormed, quickest } = await readHostile(200_000, 7);
    expect(thrown).toBe(0);
    expect(wellFormed).toBeGreaterThan(1000);
    expect(wellFormed).toBeLessThan(100_000);
    // Other tests run beside: what counts is that no text is slow each time.
    expect(quickest.quantile(0.9999)).toBeLessThanOrEqual(1000);
  });

  it('never throws, whatever text follows the prefix', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 500 }),
        fc.boolean(),
        (text, hasPrefix) => {
          expect(() => parseCode(hasPrefix ? `LY1:${text}` : text)).not.toThrow();
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('takes time in proportion to the length, and hardly any beyond 420 characters', () => {
    const { short, longest, beyond } = LENGTHS;
    const [shortTime = 0, longestTime = 0, beyondTime = 0] = timeLengths(
      [short, longest, beyond],
      51,
    );
    expect(longestTime / shortTime).toBeLessThan((2 * longest) / short);
    expect(beyondTime).toBeLessThan(longestTime);
  });
});

describe('hostile codes', () => {
  it('are the same for the same seed', () => {
    const [first, second] = [seeded(3), seeded(3)];
    const good = ['LY1:ABC', 'LY1:DEF'];
    for (let made = 0; made < 100; made += 1) {
      expect(hostileCode(first, good)).toBe(hostileCode(second, good));
    }
  });
});

describe('a histogram', () => {
  it('tells the time that a share kept to, rounded up to a step', () => {
    const histogram = createHistogram();
    for (let microseconds = 1; microseconds <= 100; microseconds += 1) histogram.add(microseconds);
    expect([0.5, 0.99, 1].map(histogram.quantile)).toEqual([50.5, 99.5, 100.5]);
  });

  it('counts what is beyond its end as its end', () => {
    const histogram = createHistogram();
    histogram.add(1e9);
    expect(histogram.quantile(1)).toBe(20_000.5);
  });
});
