/** A gift as it was recorded. Standing is derived from all of them, never incremented. */
import type { CivilDate } from '../kernel/index.ts';
import type { DonationKind } from '../programme/index.ts';

/** ISBT 128 donation identification number, or the centre's own; unique. */
export type DonationNumber = string & { readonly __brand: 'DonationNumber' };

/** One donation of one donor. */
export interface Donation {
  readonly number: DonationNumber;
  readonly donatedOn: CivilDate;
  readonly kind: DonationKind;
  /** Millilitres of whole blood, treatment units of platelets; 0 where neither is counted. */
  readonly amount: number;
  /** Whether it was given in the programme's own city. */
  readonly inCity: boolean;
  /** Voided after testing, it still counts; recorded by mistake, it does not. */
  readonly correction?: Correction;
}

/** What was found out about a record later; the record itself stays. */
export type Correction = 'voided' | 'mistake';

/**
 * The donations that count, in the order in which they do: by day, and within a day by number. A
 * record that came twice stands once, one made by mistake not at all.
 */
export function inOrder(donations: readonly Donation[]): Donation[] {
  const seen = new Set<DonationNumber>();
  return [...donations].sort(byDayAndNumber).filter(({ number, correction }) => {
    const counts = !seen.has(number) && correction !== 'mistake';
    seen.add(number);
    return counts;
  });
}

function byDayAndNumber(a: Donation, b: Donation): number {
  if (a.donatedOn !== b.donatedOn) return a.donatedOn < b.donatedOn ? -1 : 1;
  return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
}
