/** The one place that reads the system's clock and randomness; `main.ts` passes them down. */
import { randomBytes } from 'node:crypto';
import type { Instant } from '@liyu/domain/kernel';
import type { Clock, Random } from './clock.ts';

/** The outside world as the core is given it. */
export const system: { readonly clock: Clock; readonly random: Random } = {
  clock: { now: () => new Date().toISOString() as Instant },
  random: { bytes: (length) => randomBytes(length) },
};
