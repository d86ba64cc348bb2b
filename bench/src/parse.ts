/**
 * What reading a text costs, whatever the text is: codes that are random or nearly right go through
 * the parser one by one. None may throw, the slowest of ten thousand keeps a limit, and time grows
 * with the length and not faster.
 */
import { performance } from 'node:perf_hooks';
import { CODE_PREFIX, LONGEST_CODE, parseCode, printCode, signPass } from '@liyu/pass';
import { generateKey } from '@liyu/pass/node';
import { makeCrowd } from './crowd.ts';
import { hostileCode, seeded } from './hostile-codes.ts';
import type { Figures } from './measure.ts';
import { median } from './measure.ts';

const CODES = 10_000_000;
/** The histogram's steps and its end; what is slower counts as the end. */
const STEP_MICROSECONDS = 0.5;
const STEPS = 40_000;
const LIMIT_MICROSECONDS = 1000;
const AGAINST = `${LIMIT_MICROSECONDS} us`;

/** How long calls took, counted in steps, so that ten million need no ten million numbers. */
export interface Histogram {
  add(microseconds: number): void;
  /** The time that this share of the calls kept to, microseconds, rounded up to a step. */
  quantile(share: number): number;
}

/** An empty histogram. */
export function createHistogram(): Histogram {
  const counts = new Uint32Array(STEPS + 1);
  let total = 0;
  return {
    add(microseconds) {
      const step = Math.min(STEPS, Math.floor(microseconds / STEP_MICROSECONDS));
      counts[step] = (counts[step] ?? 0) + 1;
      total += 1;
    },
    quantile(share) {
      let left = Math.ceil(total * share);
      for (const [step, count] of counts.entries()) {
        left -= count;
        if (left <= 0) return (step + 1) * STEP_MICROSECONDS;
      }
      return STEPS * STEP_MICROSECONDS;
    },
  };
}

/** A shown code and a printed card, fresh. */
async function goodCodes(): Promise<string[]> {
  const { showings } = await makeCrowd(1, 1);
  const scope = {
    kind: 'printed',
    tier: 1,
    honour: false,
    zones: ['bus'],
    statusIndex: 1,
  } as const;
  const claims = { kid: new Uint8Array(2), exp: 2_000_000_000, cti: new Uint8Array(8), scope };
  const card = printCode(await signPass(claims, generateKey().signer));
  return [...showings.map(({ text }) => text), card];
}

/** What came of reading many hostile codes. */
export interface Reading {
  readonly thrown: number;
  readonly wellFormed: number;
  /** The first reading of each text. */
  readonly first: Histogram;
  /** The quickest of three where the first was slow: a slow text stays slow, a busy machine not. */
  readonly quickest: Histogram;
}

/** Reads a text and answers the microseconds; throws what the parser throws. */
function timeReading(text: string): { readonly isWellFormed: boolean; readonly time: number } {
  const start = performance.now();
  const parsed = parseCode(text);
  return { isWellFormed: !('malformed' in parsed), time: (performance.now() - start) * 1000 };
}

/** Reads as many codes of a seed, each timed alone. */
export async function readHostile(count: number, seed: number): Promise<Reading> {
  const random = seeded(seed);
  const good = await goodCodes();
  const first = createHistogram();
  const quickest = createHistogram();
  let thrown = 0;
  let wellFormed = 0;
  for (let done = 0; done < count; done += 1) {
    const text = hostileCode(random, good);
    try {
      const { isWellFormed, time } = timeReading(text);
      if (isWellFormed) wellFormed += 1;
      first.add(time);
      const isSlow = time > LIMIT_MICROSECONDS;
      const again = isSlow ? [timeReading(text).time, timeReading(text).time] : [];
      quickest.add(Math.min(time, ...again));
    } catch {
      thrown += 1;
    }
  }
  return { thrown, wellFormed, first, quickest };
}

/** Base45 of so many characters in all whose every character is looked at. */
function textOfLength(length: number): string {
  return CODE_PREFIX + '0'.repeat(length - CODE_PREFIX.length);
}

/** Microseconds to read texts of each length: medians of rounds in which the lengths take turns. */
export function timeLengths(lengths: readonly number[], rounds: number): number[] {
  const texts = lengths.map(textOfLength);
  const times = lengths.map((): number[] => []);
  const EACH = 200;
  for (let round = -3; round < rounds; round += 1) {
    for (const [at, text] of texts.entries()) {
      const start = performance.now();
      for (let done = 0; done < EACH; done += 1) parseCode(text);
      if (round >= 0) times[at]?.push(((performance.now() - start) * 1000) / EACH);
    }
  }
  return times.map(median);
}

/** Lengths of whole groups of three, up to the longest that is read, and far beyond. */
export const LENGTHS = { short: 106, half: 211, longest: LONGEST_CODE - 2, beyond: 400_000 };

/** What all but one in ten thousand keep to. */
function slowestOf(histogram: Histogram) {
  const value = histogram.quantile(0.9999);
  const ratio = value / LIMIT_MICROSECONDS;
  return { value, unit: 'us', ratio, against: AGAINST, limit: { atMost: 1 } };
}

/** Exceptions, the slowest of ten thousand, and how time grows with the length. */
export async function measureParse(
  say: (line: string) => void,
  asked: { rows?: number } = {},
): Promise<Figures> {
  const count = asked.rows ?? CODES;
  say(`reading ${count} random and mutated codes`);
  const { thrown, wellFormed, first, quickest } = await readHostile(count, 1);
  const { half, longest, beyond } = LENGTHS;
  const [halfTime = 0, longestTime = 0, beyondTime = 0] = timeLengths([half, longest, beyond], 101);
  return {
    'parse.thrown': {
      value: thrown,
      unit: 'exceptions',
      ratio: thrown,
      against: 'none',
      limit: { atMost: 0 },
      note: `${count} codes, ${wellFormed} of them well-formed`,
    },
    'parse.p50': { value: first.quantile(0.5), unit: 'us', ratio: null, against: AGAINST },
    'parse.p99.99': { ...slowestOf(first), note: 'on a quiet machine' },
    'parse.p99.99.again': { ...slowestOf(quickest), note: 'the quickest of three' },
    'parse.growth': {
      value: longestTime,
      unit: 'us',
      ratio: longestTime / longest / (halfTime / half),
      against: `a character of ${half} characters; this is of ${longest}`,
      limit: { atMost: 1.3 },
    },
    'parse.beyond': {
      value: beyondTime,
      unit: 'us',
      ratio: beyondTime / longestTime,
      against: `${longest} characters; this is ${beyond}`,
      limit: { atMost: 1 },
    },
  };
}
