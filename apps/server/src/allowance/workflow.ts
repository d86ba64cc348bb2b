/** Allowances (限次): so often in so long. What is counted is kept as a blind index only. */
import { type Instant, instantOf, secondsOf } from '@liyu/domain/kernel';
import type { Core } from '../core.ts';
import { countOne, deleteOver } from './store.ts';

/** So many times in so many seconds, counted from the first. */
export interface Allowance {
  /** What is done; each has its own count. */
  readonly name: string;
  readonly times: number;
  readonly seconds: number;
}

/**
 * Counts one use by the subject. Answers `undefined` when it is within the allowance, else when the
 * next will be. The count holds whatever becomes of the caller's work.
 */
export async function takeOne(
  core: Core,
  { name, times, seconds }: Allowance,
  subject: string,
): Promise<Instant | undefined> {
  const hash = core.cipher.blindIndex(`allowance-${name}`, subject);
  const now = core.clock.now();
  const countedUntil = instantOf(secondsOf(now) + seconds);
  const counted = await countOne(core.database, hash, now, countedUntil);
  return counted.used <= times ? undefined : (counted.countedUntil as Instant);
}

/** Forgets the counts that are over. */
export async function forgetAllowances(core: Core): Promise<void> {
  await deleteOver(core.database, core.clock.now());
}
