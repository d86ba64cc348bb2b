/** The shape of `parameters.json`: every parameter by name, with the shape of its value. */
import type { Dated, ParameterId, Parameters } from '@liyu/domain/programme';
import { z } from 'zod';
import { datedValues, fen, positive, text, whole } from './shapes.ts';

const kinds = z.array(
  z.enum(['whole_blood', 'apheresis_platelets', 'stem_cells', 'other_component']),
);

/** The tiers in rising order. */
export const TIER_ORDER = ['first', 'second', 'bronze', 'silver', 'gold'] as const;

/** A tier as written: `belowCounts` is where the next begins, `null` for the highest. */
const tier = z.strictObject({
  id: z.enum(TIER_ORDER),
  fromCounts: whole,
  belowCounts: positive.nullable(),
  byStemCells: z.boolean(),
  name: text,
});

const metroFare = z.strictObject({
  baseFen: fen,
  baseMetres: positive,
  stepFen: fen,
  stepsMetres: z.array(positive),
  furtherMetres: positive,
});

const intervals = z.strictObject({
  wholeBloodToWholeBloodMonths: positive,
  plateletsToPlateletsDays: positive,
  plateletsToWholeBloodDays: positive,
  wholeBloodToPlateletsMonths: positive,
  plateletsPerTwelveMonths: positive,
});

const printedLimits = z.strictObject({ secondsBetween: whole, usesADay: positive });

const cloneLimits = z.strictObject({
  redrawSeconds: positive,
  gateClockSeconds: whole,
  unsyncedClockSeconds: whole,
  metresPerSecond: positive,
});

const offlineWindows = z.strictObject({
  rideSeconds: whole,
  siteSeconds: whole,
  clinicSeconds: whole,
  clinicUpToFen: fen,
});

const amounts = z.strictObject({
  wholeBloodMl: z.array(positive).min(1, 'an amount of whole blood is wanted'),
  treatmentUnits: z.array(positive).min(1, 'an amount of platelets is wanted'),
});

const ages = z.strictObject({ from: positive, firstThrough: positive, repeatThrough: positive });

type Written = { [P in ParameterId]: Dated<Parameters[P]>[] };

/** `parameters.json`. */
export const parametersFile = z.strictObject({
  'count.whole_blood_ml': datedValues(positive),
  'count.treatment_unit': datedValues(positive),
  'award.treatment_unit': datedValues(positive),
  'award.restarts_at_counts': datedValues(positive),
  'award.golds_for_lifetime': datedValues(positive),
  'card.annual.kinds': datedValues(kinds),
  'card.annual.months': datedValues(positive),
  'card.honour.counts': datedValues(positive),
  'card.honour.stem_cells': datedValues(z.boolean()),
  'card.ends_soon_days': datedValues(positive),
  'card.phone_moves_a_month': datedValues(positive),
  tiers: datedValues(z.array(tier)),
  'donation.amounts': datedValues(amounts),
  'donation.intervals': datedValues(intervals),
  'donation.ages': datedValues(ages),
  'code.benefits': datedValues(z.array(z.enum(['ride', 'clinic', 'site']))),
  'code.printed_limits': datedValues(printedLimits),
  'ride.metro_fare': datedValues(metroFare),
  'ride.bus_fare_fen': datedValues(fen),
  'ride.night_ends_minutes': datedValues(whole),
  'ride.passback_seconds': datedValues(whole),
  'site.entries_a_day': datedValues(positive),
  'site.ticket_fen': datedValues(fen),
  'clone.limits': datedValues(cloneLimits),
  'whereabouts.kept_days': datedValues(positive),
  'gate.offline_windows': datedValues(offlineWindows),
  'gate.unsynced_after_seconds': datedValues(positive),
} satisfies { [P in ParameterId]: z.ZodType<Written[P]> });

/** The parameters as their file has them. */
export type WrittenParameters = z.output<typeof parametersFile>;

/** Those that judge donations: they hold from the first day that a donation may have. */
export const FROM_FIRST_DONATION: readonly ParameterId[] = [
  'count.whole_blood_ml',
  'count.treatment_unit',
  'award.treatment_unit',
  'award.restarts_at_counts',
  'award.golds_for_lifetime',
  'tiers',
  'donation.amounts',
  'donation.intervals',
  'donation.ages',
];
