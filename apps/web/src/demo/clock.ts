/**
 * The time by the server's clock: corrected at every answer that says it, carried on by a
 * monotonic clock between, so that a phone that is set wrong still shows good codes.
 */
import type { Timing } from './client.ts';

/** From this many seconds on a phone says that its own clock is off. */
export const NOTABLE_SKEW_SECONDS = 5;

/** The corrected clock. */
export interface ServerClock {
  /** Milliseconds since 1970 by the server. */
  nowMs(): number;
  /** Seconds by which this device's clock is ahead; negative when it is slow. */
  skewSeconds(): number;
  /** Takes an instant that the server said, and when it was asked and heard. */
  learn(instant: string, timing: Timing): void;
}

/** A clock that trusts this device until the server has spoken. */
export function createServerClock(): ServerClock {
  let offsetMs = Date.now() - performance.now();
  return {
    nowMs: () => performance.now() + offsetMs,
    skewSeconds: () => Math.round((Date.now() - performance.now() - offsetMs) / 1000),
    learn(instant, { sentAtMs, receivedAtMs }) {
      const said = Date.parse(instant);
      if (Number.isFinite(said)) offsetMs = said - (sentAtMs + receivedAtMs) / 2;
    },
  };
}
