/**
 * Standing: what all of a donor's donations amount to on a day, a pure fold over them. The order
 * and the repetition of records do not matter.
 */
import {
  awardCountsOf,
  type Counts,
  cityCountsOf,
  countsOf,
  type Donation,
  inOrder,
} from '../donation/index.ts';
import type { CivilDate } from '../kernel/index.ts';
import { type Programme, parameterOn, type TierId } from '../programme/index.ts';
import type { Because } from './because.ts';
import { type Entitlement, entitlementOf } from './entitlement.ts';

/** One donation and what it added to either counter. */
export interface Contribution {
  readonly donation: Donation;
  readonly city: Counts;
  readonly award: Counts;
}

/** What a donor's donations amount to, by what is known, on the day `on`. */
export interface Standing {
  readonly on: CivilDate;
  readonly counts: { readonly city: Counts; readonly award: Counts };
  /** How often the national count has reached gold and started again. */
  readonly golds: number;
  readonly tier: TierId;
  readonly tierBecause: Because;
  readonly card: Entitlement | null;
  readonly contributions: readonly Contribution[];
}

/** The fold: donations after `on` are left out, a number that comes twice counts once. */
export function standingOf(
  donations: readonly Donation[],
  programme: Programme,
  on: CivilDate,
): Standing {
  const contributions: Contribution[] = [];
  for (const donation of inOrder(donations)) {
    if (donation.donatedOn > on) continue;
    contributions.push({
      donation,
      city: cityCountsOf(donation, programme),
      award: awardCountsOf(donation, programme),
    });
  }
  const city = contributions.reduce((sum, added) => sum + added.city, 0) as Counts;
  const { award, golds } = awardOf(contributions, programme, on);
  const { tier, because } = tierOf(contributions, city, programme, on);
  return {
    on,
    counts: { city, award },
    golds,
    tier,
    tierBecause: because,
    card: entitlementOf(contributions, programme, on),
    contributions,
  };
}

/**
 * The national count starts again after the donation that reaches gold; what that donation had
 * above it is lost.
 */
function awardOf(
  contributions: readonly Contribution[],
  programme: Programme,
  on: CivilDate,
): { award: Counts; golds: number } {
  const restartsAt = countsOf(parameterOn(programme, 'award.restarts_at_counts', on).value);
  let award = 0;
  let golds = 0;
  for (const added of contributions) {
    award += added.award;
    if (award >= restartsAt) {
      golds += 1;
      award = 0;
    }
  }
  return { award: award as Counts, golds };
}

/** The highest tier whose beginning the exact sum has reached, or that stem cells reach. */
function tierOf(
  contributions: readonly Contribution[],
  city: Counts,
  programme: Programme,
  on: CivilDate,
): { tier: TierId; because: Because } {
  const { value: tiers, clause } = parameterOn(programme, 'tiers', on);
  const stemCells = contributions.find(
    ({ donation }) => donation.kind === 'stem_cells' && donation.inCity,
  )?.donation;
  const tier = tiers.findLast(
    ({ fromCounts, byStemCells }) =>
      city >= countsOf(fromCounts) || (byStemCells && stemCells !== undefined),
  );
  if (tier === undefined) throw new Error('invariant broken: the lowest tier starts at 0');
  return { tier: tier.id, because: { clause } };
}
