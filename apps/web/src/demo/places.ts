/** The places of the demo: each venue with the way one goes through it there. */
import type { Direction, Venue } from './client.ts';

/** A venue and, at a metro gate, a direction. */
export interface Place {
  readonly id: string;
  readonly venue: Venue;
  readonly direction?: Direction;
}

/** One place a venue; of two metro stations one is entered and the other left. */
export function listPlaces(venues: readonly Venue[]): readonly Place[] {
  let metros = 0;
  return venues.map((venue): Place => {
    if (venue.mode !== 'metro') return { id: venue.id, venue };
    metros += 1;
    return { id: venue.id, venue, direction: metros % 2 === 1 ? 'in' : 'out' };
  });
}

/** Which of the gate's words fit a place. */
export function findPlaceKind(place: Place): 'ride' | 'rideOut' | 'clinic' | 'site' {
  if (place.venue.benefit !== 'ride') return place.venue.benefit;
  return place.direction === 'out' ? 'rideOut' : 'ride';
}
