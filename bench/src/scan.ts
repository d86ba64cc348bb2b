/**
 * What a scan costs, text in and decision out, replay memory included, the spool's write not:
 * warm (the pass was seen before), cold (it was not), and a stale code turned away.
 */
import type { Verifier } from '@liyu/pass';
import { createShowingMemory, createVerifier } from '@liyu/pass';
import { nodeCrypto } from '@liyu/pass/node';
import type { Crowd } from './crowd.ts';
import { makeCrowd, NOON } from './crowd.ts';
import type { Figures, Measured, Side } from './measure.ts';
import { measureSides } from './measure.ts';
import { RAW, rawSide } from './raw.ts';

const DONORS = 60;
const SHOWINGS_EACH = 2;
/** Short and many: what else the machine does then falls on few of them. */
const ROUNDS = { warmUp: 20, counted: 151 };
const LIMITS = { warm: 1.3, cold: 4.5, stale: 0.1 } as const;

const freshVerifier = () => createVerifier({ crypto: nodeCrypto });

/** Reads every code at a gate with an empty replay memory; all must be answered as expected. */
async function readAll(
  verifier: Verifier,
  crowd: Crowd,
  texts: readonly string[],
  expected: { readonly now: number; readonly isTaken: boolean },
): Promise<void> {
  const at = { ...crowd.at, now: expected.now, memory: createShowingMemory() };
  for (const text of texts) {
    const answer = await verifier.verify(text, at);
    if (answer.ok !== expected.isTaken) throw new Error('a code was answered otherwise');
  }
}

const TAKEN = { now: NOON, isTaken: true };

/** Scans of passes that were seen before: one signature each. */
export function warmSide(crowd: Crowd): Side {
  const texts = crowd.showings.map(({ text }) => text);
  const warmed = freshVerifier();
  return {
    name: 'warm',
    operations: texts.length,
    run: () => readAll(warmed, crowd, texts, TAKEN),
  };
}

function scanSides(crowd: Crowd): Side[] {
  const texts = crowd.showings.map(({ text }) => text);
  const firsts = texts.slice(0, DONORS);
  const stale = freshVerifier();
  let cold = freshVerifier();
  return [
    rawSide(texts.length),
    warmSide(crowd),
    {
      name: 'cold',
      operations: firsts.length,
      prepare: () => {
        cold = freshVerifier();
      },
      run: () => readAll(cold, crowd, firsts, TAKEN),
    },
    {
      name: 'stale',
      operations: texts.length,
      run: () => readAll(stale, crowd, texts, { now: NOON + 70, isTaken: false }),
    },
  ];
}

/** Warm, cold and stale scans against raw verification. */
export async function measureScan(say: (line: string) => void): Promise<Figures> {
  say(`making ${DONORS} passes with ${SHOWINGS_EACH} codes each`);
  const crowd = await makeCrowd(DONORS, SHOWINGS_EACH);
  say(`scanning, ${ROUNDS.counted} rounds`);
  const [raw, ...scans] = await measureSides(scanSides(crowd), ROUNDS);
  const figures: Figures = {};
  if (raw !== undefined) figures['scan.raw'] = figureOf(raw);
  for (const scan of scans) {
    const limit = LIMITS[scan.name as keyof typeof LIMITS];
    figures[`scan.${scan.name}`] = { ...figureOf(scan), limit: { atMost: limit } };
  }
  return figures;
}

/** A measured side in microseconds against raw verification. */
export function figureOf({ microseconds, ratio }: Measured) {
  return { value: microseconds, unit: 'us', ratio, against: RAW };
}
