/**
 * A metro trip: its way through the network, its fare by distance, and how the fare is split
 * among the operators on the way.
 */
import {
  addDays,
  type CivilDate,
  dayOf,
  getFrom,
  type Instant,
  instantOf,
  splitFen,
  startOfDaySeconds,
} from '../kernel/index.ts';
import { type MetroFare, type Programme, parameterOn, type Station } from '../programme/index.ts';

/** One operator's part of a fare. */
export interface FareShare {
  readonly partner: string;
  readonly shareFen: number;
}

/** A fare and its shares, which sum to it; the operator of the entry stands first. */
export interface TripFare {
  readonly fareFen: number;
  readonly shares: readonly FareShare[];
}

/** The fare of a distance in metres: the base, and one step more for each further part begun. */
export function fareOfMetres(metres: number, fare: MetroFare): number {
  let reach = fare.baseMetres;
  let fen = fare.baseFen;
  for (const step of fare.stepsMetres) {
    if (metres <= reach) return fen;
    reach += step;
    fen += fare.stepFen;
  }
  while (metres > reach) {
    reach += fare.furtherMetres;
    fen += fare.stepFen;
  }
  return fen;
}

/** The lowest fare: what an entry without an exit, or an exit without an entry, costs. */
export function lowestFare(programme: Programme, day: CivilDate): number {
  return parameterOn(programme, 'ride.metro_fare', day).value.baseFen;
}

/**
 * The fare between two stations on the day, split by the metres travelled with each operator; an
 * odd fen goes to the entry's operator.
 */
export function tripFare(
  entry: string,
  exit: string,
  programme: Programme,
  day: CivilDate,
): TripFare {
  const metresBy = shortestWay(entry, exit, programme);
  if (metresBy === undefined) throw new Error(`invariant broken: no way to station ${exit}`);
  const total = [...metresBy.values()].reduce((sum, metres) => sum + metres, 0);
  const fareFen = fareOfMetres(total, parameterOn(programme, 'ride.metro_fare', day).value);
  const parts = splitFen(fareFen, [...metresBy.values()]);
  const shares = [...metresBy.keys()].map((partner, index) => ({
    partner,
    shareFen: parts[index] ?? 0,
  }));
  return { fareFen, shares: shares.filter(({ shareFen }) => shareFen > 0) };
}

/**
 * When an entry that has no exit is closed: the first end of a night after it, city time. An entry
 * at that very moment belongs to the night that begins.
 */
export function nightEndOf(enteredAt: Instant, programme: Programme): Instant {
  const day = dayOf(enteredAt, programme.zone);
  const minutes = parameterOn(programme, 'ride.night_ends_minutes', day).value;
  const sameDay = instantOf(startOfDaySeconds(day, programme.zone) + minutes * 60);
  if (enteredAt < sameDay) return sameDay;
  return instantOf(startOfDaySeconds(addDays(day, 1), programme.zone) + minutes * 60);
}

interface Reached {
  readonly station: Station;
  readonly metres: number;
  readonly by: ReadonlyMap<string, number>;
}

/** Metres by rail between two places; `undefined` where one is no station or no rail leads there. */
export function findMetres(one: string, other: string, programme: Programme): number | undefined {
  if (one === other) return 0;
  if (!programme.stations.has(one) || !programme.stations.has(other)) return undefined;
  const metresBy = shortestWay(one, other, programme);
  return metresBy && [...metresBy.values()].reduce((sum, metres) => sum + metres, 0);
}

/** Metres by operator along the shortest way (Dijkstra); the entry's operator is the first key. */
function shortestWay(
  entry: string,
  exit: string,
  programme: Programme,
): ReadonlyMap<string, number> | undefined {
  const first = getFrom(programme.stations, entry, 'station');
  const operator = operatorOf(first, programme);
  const open: Reached[] = [{ station: first, metres: 0, by: new Map([[operator, 0]]) }];
  const done = new Set<string>();
  for (;;) {
    open.sort((a, b) => a.metres - b.metres);
    const nearest = open.shift();
    if (nearest === undefined) return undefined;
    if (nearest.station.id === exit) return nearest.by;
    if (done.has(nearest.station.id)) continue;
    done.add(nearest.station.id);
    for (const next of neighbours(nearest.station, programme)) {
      const metres = Math.abs(next.metres - nearest.station.metres);
      const rides = next.line === nearest.station.line;
      const partner = operatorOf(next, programme);
      const by = new Map(nearest.by);
      if (rides) by.set(partner, (by.get(partner) ?? 0) + metres);
      open.push({ station: next, metres: nearest.metres + (rides ? metres : 0), by });
    }
  }
}

/** The stations before and after on the line, and those of the same interchange. */
function neighbours(from: Station, programme: Programme): Station[] {
  let before: Station | undefined;
  let after: Station | undefined;
  const same: Station[] = [];
  for (const station of programme.stations.values()) {
    if (station.id === from.id) continue;
    if (station.line === from.line) {
      if (station.metres < from.metres) {
        if (before === undefined || station.metres > before.metres) before = station;
      } else if (after === undefined || station.metres < after.metres) after = station;
    } else if (from.interchange !== null && station.interchange === from.interchange) {
      same.push(station);
    }
  }
  return [before, after, ...same].filter((station) => station !== undefined);
}

function operatorOf(station: Station, programme: Programme): string {
  return getFrom(programme.lines, station.line, 'line').partner;
}
