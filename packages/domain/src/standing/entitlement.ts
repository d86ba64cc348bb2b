/**
 * Which card the donations earn. Annual: one year from a gift, moved on by every further gift,
 * never shortened, never stacked. Honour: for life, once the standard is reached.
 */
import { type Counts, countsOf, type Donation, type DonationNumber } from '../donation/index.ts';
import { addMonths, type CivilDate, laterOf } from '../kernel/index.ts';
import { type Dated, findOn, type Programme } from '../programme/index.ts';
import type { Because } from './because.ts';

/** A year that began with a gift; it may have ended, `validThrough` is its last valid day. */
export interface AnnualEntitlement {
  readonly kind: 'annual';
  /** The day of the gift that began it; gifts within its validity have only moved its end. */
  readonly validFrom: CivilDate;
  readonly validThrough: CivilDate;
  readonly evidence: readonly DonationNumber[];
  readonly because: readonly Because[];
}

/** The honour card, for life. */
export interface HonourEntitlement {
  readonly kind: 'honour';
  readonly validFrom: CivilDate;
  readonly validThrough: null;
  readonly evidence: readonly DonationNumber[];
  readonly because: readonly Because[];
}

export type Entitlement = AnnualEntitlement | HonourEntitlement;

/** A donation with the city counts that it added. */
export interface Counted {
  readonly donation: Donation;
  readonly city: Counts;
}

/** The card of the donations, which are in order and none later than `on`; `null` for none. */
export function entitlementOf(
  counted: readonly Counted[],
  programme: Programme,
  on: CivilDate,
): Entitlement | null {
  return honourOf(counted, programme, on) ?? annualOf(counted, programme);
}

function annualOf(counted: readonly Counted[], programme: Programme): AnnualEntitlement | null {
  let card: AnnualEntitlement | null = null;
  for (const { donation } of counted) card = afterGift(card, donation, programme);
  return card;
}

/** The annual card after one more gift: begun, moved on, begun again, or as it was. */
function afterGift(
  before: AnnualEntitlement | null,
  donation: Donation,
  programme: Programme,
): AnnualEntitlement | null {
  if (!donation.inCity) return before;
  const kinds = findOn(programme.parameters['card.annual.kinds'], donation.donatedOn);
  const months = findOn(programme.parameters['card.annual.months'], donation.donatedOn);
  if (kinds === undefined || months === undefined) return before;
  if (!kinds.value.includes(donation.kind)) return before;
  const end = addMonths(donation.donatedOn, months.value);
  if (before !== null && end < before.validThrough) return before;
  const unbroken = before !== null && donation.donatedOn <= before.validThrough;
  return {
    kind: 'annual',
    validFrom: unbroken ? before.validFrom : donation.donatedOn,
    validThrough: end,
    evidence: [donation.number],
    because: [
      { clause: kinds.clause, donation: donation.number, day: donation.donatedOn },
      { clause: months.clause, donation: donation.number, day: end },
    ],
  };
}

function honourOf(
  counted: readonly Counted[],
  programme: Programme,
  on: CivilDate,
): HonourEntitlement | null {
  let best: HonourEntitlement | null = null;
  const take = (reached: HonourEntitlement | null): void => {
    if (reached !== null && (best === null || reached.validFrom < best.validFrom)) best = reached;
  };
  for (const rule of programme.parameters['card.honour.counts']) {
    if (rule.from <= on) take(honourByCounts(counted, rule));
  }
  for (const rule of programme.parameters['card.honour.stem_cells']) {
    if (rule.from <= on) take(honourByStemCells(counted, rule));
  }
  return best;
}

function honourByCounts(
  counted: readonly Counted[],
  rule: Dated<number>,
): HonourEntitlement | null {
  let sum = 0;
  const evidence: DonationNumber[] = [];
  for (const { donation, city } of counted) {
    if (rule.through !== null && donation.donatedOn > rule.through) return null;
    if (city === 0) continue;
    sum += city;
    evidence.push(donation.number);
    if (sum >= countsOf(rule.value)) return honour(donation, rule, evidence);
  }
  return null;
}

function honourByStemCells(
  counted: readonly Counted[],
  rule: Dated<boolean>,
): HonourEntitlement | null {
  if (!rule.value) return null;
  const found = counted.find(({ donation }) => donation.kind === 'stem_cells' && donation.inCity);
  if (found === undefined) return null;
  if (rule.through !== null && found.donation.donatedOn > rule.through) return null;
  return honour(found.donation, rule, [found.donation.number]);
}

function honour(
  donation: Donation,
  rule: Dated<unknown>,
  evidence: readonly DonationNumber[],
): HonourEntitlement {
  return {
    kind: 'honour',
    validFrom: laterOf(rule.from, donation.donatedOn),
    validThrough: null,
    evidence,
    because: [{ clause: rule.clause, donation: donation.number, day: donation.donatedOn }],
  };
}
