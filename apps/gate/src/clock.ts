/** A gate's two clocks, and randomness, as they are passed in. */

/** The machine's clocks, both in milliseconds. */
export interface MachineClock {
  /** Since the epoch; may be wrong, and may jump. */
  wall(): number;
  /** Since some moment; only goes up, and only means something within one run. */
  monotonic(): number;
}

/** Random bytes. */
export interface Random {
  bytes(length: number): Uint8Array;
}
