/** Where the lane is, in the programme's words: kept beside the gate's files for a start without a network. */
import type { Text } from '@liyu/domain/kernel';
import { findVenue, parseProgramme, type VenueKind } from '@liyu/domain/programme';

/** The lane's place and what is printed on its slips. */
export interface Place {
  readonly name: Text;
  readonly kind: VenueKind;
  readonly programme: Text;
  readonly telephone: string;
  readonly isSample: boolean;
  readonly timeZone: string;
}

/** The place of the venue in a served programme; `undefined` when it does not know it. */
export function placeOf(served: unknown, venueId: string): Place | undefined {
  const programme = parseProgramme(served);
  if ('malformed' in programme) return undefined;
  const venue = findVenue(programme, venueId);
  if (venue === undefined) return undefined;
  const { counter } = programme.city;
  return {
    name: venue.name,
    kind: venue.kind,
    programme: programme.name,
    telephone: counter.telephone,
    isSample: counter.sample,
    timeZone: programme.zone.id,
  };
}
