/** How long to wait until the next try: longer after every failure, never all gates at once. */
import type { Random } from './clock.ts';

/** Counts failures in a row. */
export interface BackOff {
  readonly failures: number;
  succeeded(): void;
  failed(): void;
  /** Milliseconds; `usual` after a success, with a tenth of jitter. */
  delay(usual: number): number;
}

const FIRST_MILLISECONDS = 1000;
const MOST_MILLISECONDS = 60_000;

/** Doubles from a second to a minute; of that between a half and all. */
export function createBackOff(random: Random): BackOff {
  let failures = 0;
  const part = (): number => {
    const [high = 0, low = 0] = random.bytes(2);
    return (high * 256 + low) / 65_536;
  };
  return {
    get failures() {
      return failures;
    },
    succeeded() {
      failures = 0;
    },
    failed() {
      failures += 1;
    },
    delay(usual) {
      if (failures === 0) return Math.round(usual * (0.95 + part() / 10));
      const longest = Math.min(MOST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** (failures - 1));
      return Math.round(longest * (0.5 + part() / 2));
    },
  };
}
