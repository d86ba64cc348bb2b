/**
 * What a gate writes down, on its own disk first and at the server afterwards. The exact UTF-8
 * bytes of its JSON are kept, sent and hashed; nobody writes them anew.
 */
import type { Instant } from '../kernel/index.ts';
import type { Level } from '../programme/index.ts';

/** What was remarkable about a scan, by what the gate itself could know. */
export type ScanMark =
  /** The gate's clock had no contact for long, so that its window for phones was wider. */
  | 'unsynced'
  /** No gate of this station saw an entry; another station may have. */
  | 'exit_without_entry'
  | 'exit_after_expiry'
  | 'exit_despite_status'
  /** At a lane or desk where staff stand. */
  | 'staffed'
  /** The server had not been reached for over two minutes. */
  | 'offline'
  /** A gate of the same station did not say whether it had seen the code. */
  | 'peer_silent';

/** The lists that an answer rests on: the trust list's version, the oldest status list used. */
export interface ListsUsed {
  readonly trust: number;
  readonly status: Instant | null;
  readonly programme: string;
}

/** The consultation that is to be paid, where the gate is a hospital's desk. */
export interface FeeShown {
  readonly level: Level;
  readonly feeFen: number;
  readonly insuredFen: number;
}

/** Staff let somebody in; `person` is sealed to the server's key (JWE), never in the clear. */
export interface AdmissionRecord {
  readonly clerk: string;
  readonly reason: string;
  readonly person: string;
}

/** One code that was read, and what the gate answered. */
export interface GateScan {
  readonly v: 1;
  readonly kind: 'scan';
  readonly at: Instant;
  readonly venue: string;
  readonly direction: 'in' | 'out';
  /**
   * As it was read, cut to 420 characters. Empty when staff admitted somebody by document, and where
   * no code of ours was read: that may be anything, an identity card's number too.
   */
  readonly code: string;
  readonly opened: boolean;
  /** `granted`, or the reason code. */
  readonly reason: string;
  /** The phone's clock less the gate's; `null` where the code tells no moment. */
  readonly skewSeconds: number | null;
  readonly marks: readonly ScanMark[];
  readonly lists: ListsUsed;
  readonly fee?: FeeShown;
  readonly admission?: AdmissionRecord;
}

/** The gate started: number 0 of every boot epoch, so that a lost end of the one before shows. */
export interface GateBoot {
  readonly v: 1;
  readonly kind: 'boot';
  readonly at: Instant;
  /** The last record that was found on the disk; `null` on a disk without any. */
  readonly previous: { readonly bootEpoch: number; readonly lastSeq: number } | null;
  /** Bytes that were no longer readable and were put aside. */
  readonly cutBytes: number;
  readonly clock: 'synced' | 'unsynced';
}

/** One line of a gate's spool, version 1. Its key is (device, boot epoch, running number). */
export type GateRecord = GateScan | GateBoot;
