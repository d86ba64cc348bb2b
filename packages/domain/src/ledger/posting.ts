/**
 * The double-entry ledger. A posting moves an amount from one account to another, so every posting
 * balances by its shape: the programme is debited, the partner credited; a reversal is the same
 * posting with the accounts exchanged.
 */
import { assert, type Instant, monthOf, type Zone } from '../kernel/index.ts';
import type { BenefitId } from '../programme/index.ts';
import type { TripFare } from '../redemption/index.ts';

/** `programme:<benefit>` or `partner:<id>`. */
export type Account = `programme:${BenefitId}` | `partner:${string}`;

/** A posting before it has an id. */
export interface Posting {
  readonly redemptionId: string;
  readonly benefit: BenefitId;
  readonly partner: string;
  /** The moment of the use; of a shared trip, what the operator's own gate saw. */
  readonly redeemedAt: Instant;
  readonly month: string;
  readonly debit: Account;
  readonly credit: Account;
  /** The whole fare or fee of the use, fen. */
  readonly fareFen: number;
  /** What is owed to the partner for it, fen; 0 for a use that is reported only. */
  readonly amountFen: number;
  /** The redemption that this one takes back. */
  readonly reversalOf: string | null;
}

/** The use that is posted. */
export interface PostedUse {
  readonly redemptionId: string;
  readonly benefit: BenefitId;
  readonly redeemedAt: Instant;
}

/** The posting of an amount owed to one partner for a use; 0 fen reports it without payment. */
export function postUse(
  use: PostedUse,
  partner: string,
  fareFen: number,
  amountFen: number,
  zone: Zone,
): Posting {
  assert(Number.isSafeInteger(amountFen) && amountFen >= 0, 'an amount is whole fen');
  assert(Number.isSafeInteger(fareFen) && fareFen >= amountFen, 'no more is owed than the fare');
  return {
    redemptionId: use.redemptionId,
    benefit: use.benefit,
    partner,
    redeemedAt: use.redeemedAt,
    month: monthOf(use.redeemedAt, zone),
    debit: `programme:${use.benefit}`,
    credit: `partner:${partner}`,
    fareFen,
    amountFen,
    reversalOf: null,
  };
}

/**
 * A trip's postings, one for each operator on the way, all in the month of the exit. Where two share
 * it, the entry's operator gets the moment of the entry, which its own gate saw: so no moment
 * stands in the statements of both.
 */
export function postTrip(
  use: PostedUse,
  trip: TripFare,
  enteredAt: Instant,
  zone: Zone,
): Posting[] {
  return trip.shares.map(({ partner, shareFen }, index) => {
    const posting = postUse(use, partner, trip.fareFen, shareFen, zone);
    const entered = index === 0 && trip.shares.length > 1;
    return entered ? { ...posting, redeemedAt: enteredAt } : posting;
  });
}

/**
 * Takes postings back: accounts exchanged, the original's month kept, under the reversal's own id.
 */
export function reversePostings(
  postings: readonly Posting[],
  reversalId: string,
  reversedAt: Instant,
): Posting[] {
  return postings.map((posting) => {
    assert(posting.reversalOf === null, 'a reversal is not reversed');
    return {
      ...posting,
      redemptionId: reversalId,
      redeemedAt: reversedAt,
      debit: posting.credit,
      credit: posting.debit,
      reversalOf: posting.redemptionId,
    };
  });
}

/** Those of a use's postings that stand: none that was taken back, and no taking back. */
export function standingPostings<T extends Posting>(postings: readonly T[]): T[] {
  const taken = new Map<string, number>();
  const keyOf = ({ partner, fareFen, amountFen }: Posting) => `${partner}/${fareFen}/${amountFen}`;
  for (const posting of postings) {
    if (posting.reversalOf === null) continue;
    taken.set(keyOf(posting), (taken.get(keyOf(posting)) ?? 0) + 1);
  }
  return postings.filter((posting) => {
    if (posting.reversalOf !== null) return false;
    const left = taken.get(keyOf(posting)) ?? 0;
    taken.set(keyOf(posting), left - 1);
    return left <= 0;
  });
}

/** What the posting adds to the partner's account: positive when credited, negative when debited. */
export function owedFen(posting: Posting): number {
  return posting.credit === `partner:${posting.partner}`
    ? posting.amountFen
    : 0 - posting.amountFen;
}
