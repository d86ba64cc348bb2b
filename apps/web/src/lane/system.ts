/** The lane's clock and randomness: the only place where it reads them. */

/** The clock of this device, as a gate asks for it. */
export const clock = {
  /** Milliseconds since 1970; it may be set wrong and may jump. */
  wall: (): number => Date.now(),
  /** Milliseconds of a clock that only goes forward while the page lives. */
  monotonic: (): number => performance.now(),
};

/** Randomness of the browser. */
export const random = {
  bytes: (count: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(count)),
};
