/**
 * What a verifier must be told of here and now: its clock, its lists, its windows, its memory.
 */
import type { Zone } from './scope.ts';
import type { Passage, ShowingMemory } from './showing-memory.ts';
import type { PassStatus } from './status-list.ts';
import type { TrustList } from './trust-list.ts';

/** How far a phone's clock may be off, both ends included. */
export interface ShowingWindow {
  readonly behindSeconds: number;
  readonly aheadSeconds: number;
  /** Put on whatever is taken through this window. */
  readonly mark?: 'unsynced';
}

/** A gate: a screenshot lives 45 s at most. */
export const GATE_WINDOW: ShowingWindow = { behindSeconds: 30, aheadSeconds: 15 };
/** A staffed lane or desk, where somebody sees the person. */
export const STAFFED_WINDOW: ShowingWindow = { behindSeconds: 180, aheadSeconds: 180 };
/** A gate without time sync for over 24 h. */
export const UNSYNCED_WINDOW: ShowingWindow = {
  behindSeconds: 120,
  aheadSeconds: 120,
  mark: 'unsynced',
};

/** What the verifier must know of here and now. Times and ages in seconds. */
export interface VerifyAt {
  readonly now: number;
  readonly zone: Zone;
  readonly window: ShowingWindow;
  /** True at staffed lanes, desks and sites only. */
  readonly acceptPrinted: boolean;
  /** A list that `verifyTrustList` has taken; its expiry is judged again here. */
  readonly trustList: TrustList;
  /** The bits of the status lists: see `statusLookup`. Undefined: no list knows this index. */
  readonly statusOf: (kid: Uint8Array, index: number) => PassStatus | undefined;
  /** Age of the oldest list that `statusOf` reads. */
  readonly statusAgeSeconds: number;
  /** The offline window, included. */
  readonly maxStatusAgeSeconds: number;
  /**
   * At exits only: an exit with an open entry is refused neither by `exp` nor by status. Without it
   * the memory is asked, which knows the entries of its own station.
   */
  readonly openEntry?: (cti: Uint8Array) => boolean;
  /** Which way and where; needed for passback and for marking an exit without an entry. */
  readonly passage?: Passage;
  /** Replay and passback; without it the caller judges them by (cti, iat, seq) itself. */
  readonly memory?: ShowingMemory;
}
