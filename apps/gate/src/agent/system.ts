/** The one place where the agent reads the machine's clocks and randomness; `main.ts` passes them down. */
import { randomBytes } from 'node:crypto';
import type { MachineClock, Random } from '../clock.ts';

/** The machine as the gate is given it. */
export const system: { readonly clock: MachineClock; readonly random: Random } = {
  clock: { wall: () => Date.now(), monotonic: () => performance.now() },
  random: { bytes: (length) => randomBytes(length) },
};
