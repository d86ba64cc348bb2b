/**
 * From which day a donor may give again: GB 18467 intervals and ages, as the programme states
 * them. A breach in a record is a warning, never a rejection.
 */
import {
  addDays,
  addMonths,
  addMonthsOrFirstOfNext,
  type CivilDate,
  laterOf,
} from '../kernel/index.ts';
import { type Intervals, type Programme, parameterOn } from '../programme/index.ts';
import { type Donation, inOrder } from './donation.ts';

/** The first day for each kind, or `null` when the donor's age allows none. */
export interface NextEligible {
  readonly whole_blood: CivilDate | null;
  readonly apheresis_platelets: CivilDate | null;
}

type GiftKind = keyof NextEligible;

/** The earliest day for a gift of that kind after one donation, or `undefined` if it sets none. */
function earliestAfter(
  before: Donation,
  kind: GiftKind,
  intervals: Intervals,
): CivilDate | undefined {
  const from = before.donatedOn;
  if (before.kind === 'whole_blood') {
    const months =
      kind === 'whole_blood'
        ? intervals.wholeBloodToWholeBloodMonths
        : intervals.wholeBloodToPlateletsMonths;
    return addMonthsOrFirstOfNext(from, months);
  }
  if (before.kind === 'apheresis_platelets') {
    const days =
      kind === 'whole_blood'
        ? intervals.plateletsToWholeBloodDays
        : intervals.plateletsToPlateletsDays;
    return addDays(from, days);
  }
  return undefined;
}

/** The first day on which the 12 months running before it hold fewer platelet gifts than allowed. */
function earliestByYear(donations: readonly Donation[], most: number): CivilDate | undefined {
  const gifts = donations.filter((donation) => donation.kind === 'apheresis_platelets');
  const first = gifts[gifts.length - most];
  return first === undefined ? undefined : addMonthsOrFirstOfNext(first.donatedOn, 12);
}

/**
 * The next eligible day by kind, never before `on`, judged from the donations through `on` in
 * any city. `bornOn` undefined: age is not judged.
 */
export function nextEligibleOf(
  donations: readonly Donation[],
  bornOn: CivilDate | undefined,
  programme: Programme,
  on: CivilDate,
): NextEligible {
  const given = inOrder(donations).filter((donation) => donation.donatedOn <= on);
  const { value: intervals } = parameterOn(programme, 'donation.intervals', on);
  const { value: ages } = parameterOn(programme, 'donation.ages', on);
  const answer = (kind: GiftKind): CivilDate | null => {
    let day = on;
    for (const donation of given) {
      const earliest = earliestAfter(donation, kind, intervals);
      if (earliest !== undefined) day = laterOf(day, earliest);
    }
    if (kind === 'apheresis_platelets') {
      const byYear = earliestByYear(given, intervals.plateletsPerTwelveMonths);
      if (byYear !== undefined) day = laterOf(day, byYear);
    }
    if (bornOn === undefined) return day;
    day = laterOf(day, addMonths(bornOn, ages.from * 12));
    const lastYear = given.length > 0 ? ages.repeatThrough : ages.firstThrough;
    return day < addMonths(bornOn, (lastYear + 1) * 12) ? day : null;
  };
  return { whole_blood: answer('whole_blood'), apheresis_platelets: answer('apheresis_platelets') };
}

/** Donations that came earlier than the interval after an earlier one allows: warnings. */
export function intervalBreaches(
  donations: readonly Donation[],
  programme: Programme,
): readonly Donation[] {
  const given = inOrder(donations);
  return given.filter((donation, index) => {
    const kind = donation.kind;
    if (kind !== 'whole_blood' && kind !== 'apheresis_platelets') return false;
    const { value } = parameterOn(programme, 'donation.intervals', donation.donatedOn);
    const earlier = given.slice(0, index);
    const byYear = earliestByYear(earlier, value.plateletsPerTwelveMonths);
    if (kind === 'apheresis_platelets' && byYear !== undefined && donation.donatedOn < byYear) {
      return true;
    }
    return earlier.some((before) => {
      const earliest = earliestAfter(before, kind, value);
      return earliest !== undefined && donation.donatedOn < earliest;
    });
  });
}
