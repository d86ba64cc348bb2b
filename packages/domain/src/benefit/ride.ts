/** Free rides: regular buses and the metro, with any valid card. */
import type { CivilDate } from '../kernel/index.ts';
import { findOn, type Programme, parameterOn } from '../programme/index.ts';
import type { ProvenStanding } from '../standing/index.ts';
import {
  cardKindOn,
  type Decision,
  decision,
  type ShownBy,
  unknownVenue,
  versionFor,
  withoutCard,
} from './decision.ts';

/** The facts that a ride is decided on. */
export interface RideFacts {
  readonly standing: ProvenStanding;
  /** The line's id, such as `metro-1`. */
  readonly line: string;
  readonly shownBy: ShownBy;
}

/**
 * Whether the ride is free. A metro fare is known at the exit only, so its amounts are `null` when
 * refused and 0 when granted.
 */
export function decideRide(facts: RideFacts, programme: Programme, day: CivilDate): Decision {
  const { standing } = facts;
  const line = programme.lines.get(facts.line);
  if (line === undefined) return unknownVenue(programme, day);
  const version = versionFor(programme, day, 'ride', facts.shownBy);
  if (typeof version !== 'string') return version;
  const free = findOn(line.free, day);
  const bus = line.mode === 'bus';
  const fareFen = bus ? parameterOn(programme, 'ride.bus_fare_fen', day).value : null;
  if (free === undefined || !free.value) {
    const clause = free?.clause ?? parameterOn(programme, 'ride.metro_fare', day).clause;
    // The sample bus fare is that of regular lines; what an excluded line costs is not known.
    return decision(standing, version, {
      code: 'line_excluded',
      clause,
      waivedFen: 0,
      toPayFen: null,
    });
  }
  const card = cardKindOn(standing, day);
  if (card === 'no_card' || card === 'card_ended') {
    return withoutCard(standing, version, card, programme, fareFen);
  }
  return decision(standing, version, {
    code: 'granted',
    clause: free.clause,
    waivedFen: fareFen ?? 0,
    toPayFen: 0,
  });
}
