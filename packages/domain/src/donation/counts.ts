/**
 * Counts are exact: they are kept as whole thousandths of a count, so that 250 ml (1.25 counts)
 * and 300 ml (1.5 counts) add up without rounding.
 */
import type { Programme } from '../programme/index.ts';
import { parameterOn } from '../programme/index.ts';
import type { Donation } from './donation.ts';

/** Thousandths of a count. */
export type Counts = number & { readonly __brand: 'Counts' };

/** The counts that a whole or decimal number of counts is; exact to a thousandth. */
export function countsOf(counts: number): Counts {
  return Math.round(counts * 1000) as Counts;
}

/** The shortest decimal: `20`, `1.25`. */
export function countsText(counts: Counts): string {
  const whole = Math.floor(counts / 1000);
  const rest = counts % 1000;
  return rest === 0
    ? String(whole)
    : `${whole}.${String(rest).padStart(3, '0').replace(/0+$/, '')}`;
}

/** What a donation adds in the city's own counting: 200 ml or one unit is one count. */
export function cityCountsOf(donation: Donation, programme: Programme): Counts {
  if (!donation.inCity) return 0 as Counts;
  return countsBy(donation, programme, 'count.treatment_unit');
}

/** What a donation adds to the national award's counting, wherever it was given. */
export function awardCountsOf(donation: Donation, programme: Programme): Counts {
  return countsBy(donation, programme, 'award.treatment_unit');
}

function countsBy(
  donation: Donation,
  programme: Programme,
  unit: 'count.treatment_unit' | 'award.treatment_unit',
): Counts {
  if (donation.kind === 'whole_blood') {
    const ml = parameterOn(programme, 'count.whole_blood_ml', donation.donatedOn).value;
    return ((donation.amount * 1000) / ml) as Counts;
  }
  if (donation.kind === 'apheresis_platelets') {
    return (donation.amount *
      1000 *
      parameterOn(programme, unit, donation.donatedOn).value) as Counts;
  }
  return 0 as Counts;
}
