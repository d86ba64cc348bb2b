/**
 * The programme's zone has one offset, so that the rules need no zone tables: it must be the one
 * written down, and stay so from the first version to fifty years on.
 */
import type { Zone } from '@liyu/domain/kernel';
import type { Report } from './problem.ts';
import type { Sources } from './sources.ts';

const YEARS_AHEAD = 50;

/** Checks the offset against the zone tables of the runtime. */
export function checkZone(sources: Sources, report: Report): void {
  const file = sources.programme;
  const first = file?.value.versions[0];
  if (file === undefined || first === undefined) return;
  const wrong = findZoneFault(file.value.zone, first.from);
  if (wrong !== undefined) report(file.name, file.lineAt(['zone']), wrong);
}

function findZoneFault(zone: Zone, from: string): string | undefined {
  const day = Temporal.PlainDate.from(from);
  let start: Temporal.ZonedDateTime;
  try {
    start = day.toZonedDateTime(zone.id);
  } catch (error) {
    if (error instanceof RangeError) return `there is no zone ${zone.id}`;
    throw error;
  }
  if (start.offsetNanoseconds !== zone.offsetSeconds * 1e9) {
    return `${zone.id} has the offset ${start.offset} on ${from}, not the one written here`;
  }
  const end = day.add({ years: YEARS_AHEAD });
  let change = start.getTimeZoneTransition('next');
  while (change !== null && Temporal.PlainDate.compare(change.toPlainDate(), end) <= 0) {
    if (change.offsetNanoseconds !== start.offsetNanoseconds) {
      return `${zone.id} changes its offset on ${change.toPlainDate()}: one offset is supported`;
    }
    change = change.getTimeZoneTransition('next');
  }
  return undefined;
}
