/** The one place that reads the system's clock and randomness; `main.ts` passes them down. */
import { randomBytes } from 'node:crypto';
import type { Instant } from '@liyu/domain/kernel';
import type { Clock, Random } from './clock.ts';

/** Bytes that are drawn at once: most are asked for a dozen at a time. */
const DRAWN = 8192;
let drawn = randomBytes(DRAWN);
let given = 0;

/** Bytes that nobody else is given, from the system's generator. */
function giveBytes(length: number): Uint8Array {
  if (length > DRAWN / 8) return randomBytes(length);
  if (given + length > DRAWN) {
    drawn = randomBytes(DRAWN);
    given = 0;
  }
  given += length;
  return Uint8Array.prototype.slice.call(drawn, given - length, given);
}

let written = { milliseconds: 0, instant: '' as Instant };

/** Every id asks, so a millisecond is written out once. */
function currentInstant(): Instant {
  const milliseconds = Date.now();
  if (milliseconds !== written.milliseconds) {
    written = { milliseconds, instant: new Date(milliseconds).toISOString() as Instant };
  }
  return written.instant;
}

/** The outside world as the core is given it. */
export const system: { readonly clock: Clock; readonly random: Random } = {
  clock: { now: currentInstant },
  random: { bytes: giveBytes },
};
