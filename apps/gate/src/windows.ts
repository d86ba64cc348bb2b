/** By how much a phone's clock may be off here, how old the lists may be, how often one may pass. */
import { addDays, type CivilDate, startOfDaySeconds } from '@liyu/domain/kernel';
import { type BenefitId, type Programme, parameterOn, type Venue } from '@liyu/domain/programme';
import { GATE_WINDOW, type ShowingWindow, STAFFED_WINDOW, UNSYNCED_WINDOW } from '@liyu/pass';
import type { PassingLimits } from './memory.ts';

/** The window for phones' clocks; a gate whose own clock was not set for long says so. */
export function showingWindow(
  programme: Programme,
  day: CivilDate,
  gate: { readonly staffed: boolean; readonly contactAgeSeconds: number },
): ShowingWindow {
  const after = parameterOn(programme, 'gate.unsynced_after_seconds', day).value;
  const isUnsynced = gate.contactAgeSeconds > after;
  if (gate.staffed) return isUnsynced ? { ...STAFFED_WINDOW, mark: 'unsynced' } : STAFFED_WINDOW;
  return isUnsynced ? UNSYNCED_WINDOW : GATE_WINDOW;
}

/** How old the status list may be for the benefit, seconds, included. */
export function offlineSeconds(programme: Programme, day: CivilDate, benefit: BenefitId): number {
  const windows = parameterOn(programme, 'gate.offline_windows', day).value;
  const seconds = {
    ride: windows.rideSeconds,
    site: windows.siteSeconds,
    clinic: windows.clinicSeconds,
  };
  return seconds[benefit];
}

/** How often a pass may be let through at the venue; a printed card can be copied, so less often. */
export function passingLimits(
  programme: Programme,
  venue: Venue,
  day: CivilDate,
  isPrinted: boolean,
): PassingLimits {
  const printed = parameterOn(programme, 'code.printed_limits', day).value;
  const begin = startOfDaySeconds(day, programme.zone);
  const end = startOfDaySeconds(addDays(day, 1), programme.zone);
  const passback =
    venue.benefit === 'ride' ? parameterOn(programme, 'ride.passback_seconds', day).value : null;
  const entries =
    venue.benefit === 'site' ? parameterOn(programme, 'site.entries_a_day', day).value : null;
  return {
    passbackSeconds: isPrinted ? printed.secondsBetween : passback,
    atPlaceADay: entries,
    anywhereADay: isPrinted ? printed.usesADay : null,
    day: { begin, end },
  };
}
