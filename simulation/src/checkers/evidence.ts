/** What checkers are given: the world's record, and the product's books in plain SQL. */
import type { Moment } from '../world/schedule.ts';
import type { Fact } from '../world/truth.ts';
import type { Rights } from './rights.ts';
import type { Story } from './story.ts';

/** What a device sent, by its name. */
export interface ReceiptRow {
  readonly gate: string;
  readonly epoch: number;
  readonly seq: number;
  readonly redemptionId: string | null;
  readonly refusalId: string | null;
}

/** A use in the books. */
export interface UseRow {
  readonly id: string;
  readonly pass: string | null;
  readonly venue: string;
  readonly way: string | null;
  readonly at: Moment;
  readonly entryId: string | null;
  readonly reversalOf: string | null;
  readonly benefit: string;
  readonly code: string;
  readonly rule: string;
  readonly version: string;
  readonly waivedFen: number;
}

/** A refusal in the books. */
export interface RefusalRow {
  readonly id: string;
  readonly venue: string;
  readonly at: Moment;
  readonly code: string;
}

/** A posting in the books. */
export interface PostingRow {
  readonly id: string;
  readonly redemptionId: string;
  readonly partner: string;
  readonly month: string;
  readonly debit: string;
  readonly credit: string;
  readonly fareFen: number;
  readonly amountFen: number;
  readonly reversalOf: string | null;
}

/** A record as it went over the network, first time. */
export interface SentBody {
  readonly gate: string;
  readonly epoch: number;
  readonly seq: number;
  readonly at: Moment;
  readonly body: string;
}

/** A statement as a partner got it. */
export interface StatementCopy {
  readonly at: Moment;
  readonly partner: string;
  readonly month: string;
  readonly isClosed: boolean;
  readonly totalFen: number;
  /** Signed amounts of lines and adjustments. */
  readonly amounts: readonly number[];
  readonly text: string;
}

/** Metres of a station along its line, and where lines meet. */
export interface StationFact {
  readonly id: string;
  readonly line: string;
  readonly partner: string;
  readonly metres: number;
  readonly meets: string | null;
}

/** Everything after a run. */
export interface Evidence {
  readonly facts: readonly Fact[];
  /** Folded from the facts, once. */
  readonly stories: readonly Story[];
  readonly rights: Rights;
  readonly receipts: readonly ReceiptRow[];
  readonly uses: readonly UseRow[];
  readonly refusals: readonly RefusalRow[];
  readonly postings: readonly PostingRow[];
  readonly quarantined: readonly { gate: string; epoch: number; seq: number }[];
  readonly gaps: readonly { gate: string; epoch: number; from: number; to: number }[];
  readonly sent: readonly SentBody[];
  readonly waiting: readonly { gate: string; records: number }[];
  readonly statements: readonly StatementCopy[];
  readonly stations: readonly StationFact[];
  /** Sites that joined of their own accord. */
  readonly unpaid: ReadonlySet<string>;
}

/** Something that may not be. */
export interface Breach {
  /** The invariant of the design, `I1` … */
  readonly invariant: string;
  readonly what: string;
}

/** What a checker promises and how it looks. */
export interface Checker {
  readonly invariant: string;
  /** One sentence: what it checks. */
  readonly says: string;
  check(evidence: Evidence): readonly string[];
}

/** The name of a record. */
export function recordName(one: { gate: string; epoch: number; seq: number }): string {
  return `${one.gate}/${one.epoch}/${one.seq}`;
}

/** A record's body; `undefined` where it is no JSON object. */
export function readBody(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(body);
    return typeof read === 'object' && read !== null
      ? (read as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
