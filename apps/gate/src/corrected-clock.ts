/**
 * The gate's clock: the machine's, put right at each contact with the server, carried on by the
 * monotonic clock in between, and never before a moment at which the gate has opened.
 */
import { type Instant, instantOfMilliseconds } from '@liyu/domain/kernel';
import type { MachineClock } from './clock.ts';

/** What is kept on the disk of the last contact; milliseconds since the epoch. */
export interface Contact {
  readonly serverAt: number;
  /** What the machine's own clock said then. */
  readonly wallAt: number;
}

/** A clock that can be put right. */
export interface CorrectedClock {
  /** Milliseconds since the epoch. */
  now(): number;
  instant(): Instant;
  /** The gate opened at this moment: the clock does not go back behind it. */
  opened(at: number): void;
  /** It is this late at least: a machine that woke up in the past goes on from here. */
  isAtLeast(at: number): void;
  /**
   * The server's clock said `serverAt` some time after `asked`, which `monotonic` had answered. What
   * is no number is let be.
   */
  contact(serverAt: number, asked: number): void;
  /** For measuring how long a question took. */
  monotonic(): number;
  readonly lastContact: Contact | null;
  /** Since the last contact; infinite without one. */
  contactAgeSeconds(): number;
}

/** The clock of one run, from what the run before knew. */
export function createCorrectedClock(machine: MachineClock, last: Contact | null): CorrectedClock {
  let lastContact = last;
  const drift = last === null ? 0 : last.serverAt - last.wallAt;
  let anchor = { time: machine.wall() + drift, monotonic: machine.monotonic() };
  let floor = Number.NEGATIVE_INFINITY;

  function now(): number {
    const carried = anchor.time + machine.monotonic() - anchor.monotonic;
    return Math.max(floor, Math.round(carried));
  }

  return {
    now,
    instant: () => instantOfMilliseconds(now()),
    opened(at) {
      floor = Math.max(floor, at);
    },
    isAtLeast(at) {
      const late = at - now();
      if (late > 0) anchor = { ...anchor, time: anchor.time + late };
    },
    contact(serverAt, asked) {
      if (!Number.isFinite(serverAt)) return;
      const monotonic = machine.monotonic();
      // The answer was on its way for half of the time, as far as one can know.
      anchor = { time: serverAt + (monotonic - asked) / 2, monotonic };
      lastContact = { serverAt: Math.round(anchor.time), wallAt: machine.wall() };
    },
    monotonic: () => machine.monotonic(),
    get lastContact() {
      return lastContact;
    },
    contactAgeSeconds() {
      if (lastContact === null) return Number.POSITIVE_INFINITY;
      return Math.max(0, (now() - lastContact.serverAt) / 1000);
    },
  };
}
