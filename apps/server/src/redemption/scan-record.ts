/** Everything that one scan writes, and the rows that this makes in the tables. */
import type { Instant } from '@liyu/domain/kernel';
import type { Posting } from '@liyu/domain/ledger';
import type { BenefitId } from '@liyu/domain/programme';
import type { Leaf } from '../audit/leaf.ts';
import type { ScanAnswer } from './answer.ts';

/** What a device sent, under its name, with the answer that it gets. */
export interface Sent {
  readonly deviceId: string;
  readonly bootEpoch: number;
  readonly seq: number;
  /** SHA-256 of the body, hexadecimal. */
  readonly bodyHash: string;
  readonly body: unknown;
  readonly answer: ScanAnswer;
  readonly quarantineId: string;
  readonly recordedAt: string;
}

/** A use to be recorded; the columns of `redemption`. */
export interface Use {
  readonly donorId: string;
  readonly redemptionId: string;
  readonly benefit: BenefitId;
  readonly venueId: string;
  readonly direction: 'in' | 'out' | null;
  readonly redeemedAt: Instant;
  readonly redeemedOn: string;
  /** Hexadecimal. */
  readonly pseudonym: string | null;
  readonly entryId: string | null;
  readonly mark: string | null;
  readonly admittedBy: 'code' | 'staff';
  readonly clerk: string | null;
  readonly reason: string | null;
  readonly code: string;
  readonly rule: string;
  readonly version: string;
  readonly waivedFen: number;
  readonly toPayFen: number;
  readonly evidence: readonly string[];
  readonly reversalOf: string | null;
  readonly recordedAt: string;
}

export type StoredPosting = Posting & { readonly postingId: string; readonly recordedAt: string };

/** Within so many seconds whoever the key names does not go that way here again. */
export interface PassageLimit {
  /** The pass's pseudonym, or the donor whom staff let in by document; hexadecimal. */
  readonly key: string;
  readonly direction: 'in' | 'out';
  readonly seconds: number;
}

/** A place in a day's count: the `ordinal`-th use of the day there, from 0. */
export interface DayEntry {
  readonly venueId: string;
  readonly ordinal: number;
}

/** Everything that one use writes: see `record_together` in the migrations. */
export interface RedemptionRecord {
  readonly sent: Sent;
  readonly use: Use;
  readonly showing: { readonly shownAt: number; readonly seq: number } | null;
  /** The code that was seen, where it is not the showing: a use in good faith takes none. */
  readonly seen?: { readonly shownAt: number; readonly seq: number } | null;
  /** Whether the gate's clock had not been set for long. */
  readonly unsynced?: boolean;
  readonly passage: PassageLimit | null;
  readonly entriesOfDay: readonly DayEntry[];
  readonly postings: readonly StoredPosting[];
  readonly leaf: Leaf;
}

/** Everything that one refusal writes: see `record_together` in the migrations. */
export interface RefusalRecord {
  readonly sent: Sent;
  readonly refusal: {
    readonly refusalId: string;
    readonly donorId: string | null;
    readonly venueId: string;
    readonly direction: string | null;
    readonly refusedAt: string;
    readonly code: string;
    readonly rule: string | null;
    readonly version: string | null;
    readonly skewSeconds: number | null;
    readonly evidence: readonly string[];
    readonly recordedAt: string;
  };
  readonly leaf: Leaf;
}

/** One scan's record. */
export type ScanRecord = RedemptionRecord | RefusalRecord;

/** Bytes as PostgreSQL reads them out of JSON. */
const bytes = (hex: string | null): string | null => (hex === null ? null : `\\x${hex}`);

/** The rows of the records by table, with the columns' names. */
export function rowsOf(records: readonly ScanRecord[]) {
  const uses = records.filter((record) => 'use' in record);
  return {
    receipt: records.map(({ sent }) => receiptRow(sent)),
    trip_turn: uses.flatMap(({ use }) =>
      use.direction === null ? [] : [{ donor_id: use.donorId }],
    ),
    showing: uses.flatMap(({ use, showing }) =>
      showing === null
        ? []
        : [{ pseudonym: bytes(use.pseudonym), shown_at: showing.shownAt, seq: showing.seq }],
    ),
    passage: uses.flatMap(({ use, passage }) =>
      passage === null ? [] : [passageOf(use, passage)],
    ),
    daily_entry: uses.flatMap(({ use, entriesOfDay }) =>
      entriesOfDay.map(({ venueId, ordinal }) => ({
        donor_id: use.donorId,
        venue_id: venueId,
        entered_on: use.redeemedOn,
        ordinal,
        redemption_id: use.redemptionId,
      })),
    ),
    trip_end: uses.flatMap(({ use: { donorId, entryId, redemptionId } }) =>
      entryId === null ? [] : [{ donor_id: donorId, entry_id: entryId, ended_by: redemptionId }],
    ),
    redemption: uses.map(({ use }) => redemptionOf(use)),
    posting: uses.flatMap(({ use, postings }) =>
      postings.map((posting) => postingRow(use.donorId, posting)),
    ),
    refusal: records.flatMap((record) => ('use' in record ? [] : [refusalOf(record)])),
    audit_leaf: records.map(({ leaf }) => leafRow(leaf)),
  };
}

/** The row of a receipt. */
export function receiptRow(sent: Sent) {
  return {
    device_id: sent.deviceId,
    boot_epoch: sent.bootEpoch,
    seq: sent.seq,
    body_hash: bytes(sent.bodyHash),
    answer: sent.answer,
    recorded_at: sent.recordedAt,
  };
}

/** The row of a leaf of the audit log. */
export function leafRow(leaf: Leaf) {
  return {
    leaf_id: leaf.leafId,
    subject: leaf.subject,
    subject_id: leaf.subjectId,
    body: leaf.body,
    leaf_hash: bytes(leaf.leafHash),
    recorded_at: leaf.recordedAt,
  };
}

/** What the uses by code among the records tell of clones: rows of `sighting`. */
export function sightingsOf(records: readonly ScanRecord[]) {
  return records.flatMap((record) => {
    if (!('use' in record) || record.use.pseudonym === null) return [];
    const { use, showing, seen = showing, unsynced = false } = record;
    return [
      {
        pseudonym: bytes(use.pseudonym),
        redemption_id: use.redemptionId,
        shown_at: seen?.shownAt ?? null,
        seq: seen?.seq ?? null,
        venue_id: use.venueId,
        direction: use.direction,
        seen_at: use.redeemedAt,
        unsynced,
        recorded_at: use.recordedAt,
      },
    ];
  });
}

function passageOf(use: Use, { key, direction, seconds }: PassageLimit) {
  const venue_id = use.venueId;
  return { pseudonym: bytes(key), venue_id, direction, passed_at: use.redeemedAt, seconds };
}

function redemptionOf(use: Use) {
  return {
    donor_id: use.donorId,
    redemption_id: use.redemptionId,
    benefit: use.benefit,
    venue_id: use.venueId,
    direction: use.direction,
    redeemed_at: use.redeemedAt,
    redeemed_on: use.redeemedOn,
    pseudonym: bytes(use.pseudonym),
    entry_id: use.entryId,
    mark: use.mark,
    admitted_by: use.admittedBy,
    clerk: use.clerk,
    reason: use.reason,
    code: use.code,
    rule: use.rule,
    version: use.version,
    waived_fen: use.waivedFen,
    to_pay_fen: use.toPayFen,
    evidence: use.evidence,
    reversal_of: use.reversalOf,
    recorded_at: use.recordedAt,
  };
}

/** The row of a posting of the donor's use. */
export function postingRow(donorId: string, posting: StoredPosting) {
  return {
    donor_id: donorId,
    posting_id: posting.postingId,
    redemption_id: posting.redemptionId,
    benefit: posting.benefit,
    partner_id: posting.partner,
    redeemed_at: posting.redeemedAt,
    month: posting.month,
    debit: posting.debit,
    credit: posting.credit,
    fare_fen: posting.fareFen,
    amount_fen: posting.amountFen,
    reversal_of: posting.reversalOf,
    recorded_at: posting.recordedAt,
  };
}

function refusalOf({ refusal }: RefusalRecord) {
  return {
    refusal_id: refusal.refusalId,
    donor_id: refusal.donorId,
    venue_id: refusal.venueId,
    direction: refusal.direction,
    refused_at: refusal.refusedAt,
    code: refusal.code,
    rule: refusal.rule,
    version: refusal.version,
    skew_seconds: refusal.skewSeconds,
    evidence: refusal.evidence,
    recorded_at: refusal.recordedAt,
  };
}
