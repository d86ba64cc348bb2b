/** What the product reads from outside and passes down: the moment, randomness, identifiers. */
import type { Instant } from '@liyu/domain/kernel';

/** The clock. In development a command may bring its own (`--at`). */
export interface Clock {
  now(): Instant;
}

/** Randomness fit for keys and pseudonyms. */
export interface Random {
  bytes(length: number): Uint8Array;
}

/** Makes UUIDv7 identifiers (RFC 9562): they sort by the moment at which they were made. */
export function createIds(clock: Clock, random: Random): () => string {
  let lastMilliseconds = 0;
  let counter = 0;
  let read = { now: '', milliseconds: 0 };
  return () => {
    const now = clock.now();
    if (now !== read.now) read = { now, milliseconds: Date.parse(now) };
    const milliseconds = Math.max(read.milliseconds, lastMilliseconds);
    counter = milliseconds === lastMilliseconds ? counter + 1 : 0;
    if (counter > 0xfff) {
      counter = 0;
      lastMilliseconds = milliseconds + 1;
    } else {
      lastMilliseconds = milliseconds;
    }
    const time = lastMilliseconds.toString(16).padStart(12, '0');
    const sequence = counter.toString(16).padStart(3, '0');
    const tail = Buffer.from(random.bytes(8));
    tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80;
    const rest = tail.toString('hex');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${rest.slice(0, 4)}-${rest.slice(4)}`;
  };
}
