/**
 * What a gate asks of the other gates, lanes and desks of its station, so that one code opens one
 * of them only.
 */

/** Something that may happen once in a while at a station. Only a hash of `text` leaves a gate. */
export interface StationKey {
  /** The reason code with which it is refused where it is taken. */
  readonly kind: 'replayed' | 'passback' | 'already_today';
  readonly text: string;
  /** How long it is taken, in seconds from now on. */
  readonly keepSeconds: number;
}

/** What the others say. */
export interface Reservation {
  readonly taken: StationKey['kind'] | null;
  /** Gates that did not answer in time. */
  readonly silentPeers: number;
}

/** The station's other gates. */
export interface Station {
  /**
   * Takes the keys at all gates of the station for this one; never rejects, and answers within a
   * moment. What this gate has taken itself is free for it.
   */
  reserve(keys: readonly StationKey[]): Promise<Reservation>;
  /** Gives them back: nothing was opened. */
  release(keys: readonly StationKey[]): void;
}
