/**
 * What a gate asks of its server. Every method may reject, which means: not reached, or not done;
 * it is safe to ask again. The real one speaks HTTP as a machine; a simulated one loses answers.
 */
import type { Instant } from '@liyu/domain/kernel';

/** A record's name among those of its gate: in which run of the gate, and the how manieth. */
export interface RecordKey {
  readonly bootEpoch: number;
  readonly seq: number;
}

/** What came back for a question that names the version one holds. */
export type Fetched<T> =
  /** Nothing newer than the etag that was sent. */
  | { readonly kind: 'same'; readonly now: Instant }
  | {
      readonly kind: 'newer';
      readonly content: T;
      readonly etag: string | null;
      /** The server's clock. */
      readonly now: Instant;
    };

/** A gate's programme as the server serves it. */
export interface ServedProgramme {
  readonly version: string;
  /** What `serialiseProgramme` made. */
  readonly programme: unknown;
  /** The one that follows, from 00:00 of the day `from` on. */
  readonly next: {
    readonly from: string;
    readonly version: string;
    readonly programme: unknown;
  } | null;
}

/** A record as it is sent: the exact text that was spooled. */
export interface SentRecord extends RecordKey {
  readonly body: string;
}

/** What became of one record. Everything but `failed` says: the server has it, for good. */
export interface Receipt extends RecordKey {
  readonly outcome: 'recorded' | 'known' | 'quarantined' | 'failed';
  readonly redemptionId?: string | null;
}

/** The answer to a batch. */
export interface BatchAnswer {
  readonly now: Instant;
  readonly receipts: readonly Receipt[];
  /** Numbers that the server has never seen of this gate, both ends included. */
  readonly gaps: readonly {
    readonly bootEpoch: number;
    readonly from: number;
    readonly to: number;
  }[];
  /** Changes when the server's database is another one, or was restored. */
  readonly ledger?: string | null;
  /** The gate is to send again everything from this record on that it still has. */
  readonly resendFrom?: RecordKey | null;
}

/** The server refuses the batch as it stands (too large, unreadable): a smaller one may pass. */
export class BatchRefused extends Error {
  constructor(why: string) {
    super(`the batch was refused: ${why}`);
    this.name = 'BatchRefused';
  }
}

/** The network seam. */
export interface Server {
  trustList(etag: string | null): Promise<Fetched<Uint8Array>>;
  /**
   * The status list of a key, its id in hexadecimal. `since` is the moment (seconds) at which the
   * list that the gate holds was signed: then the answer may be a delta from there on, or whole.
   */
  statusList(kid: string, since: number | null, etag: string | null): Promise<Fetched<Uint8Array>>;
  programme(etag: string | null): Promise<Fetched<ServedProgramme>>;
  /** At most 500 records and 1 MB; none at all is a sign of life. Rejects with `BatchRefused`. */
  sendBatch(records: readonly SentRecord[], sentAt: Instant): Promise<BatchAnswer>;
}
