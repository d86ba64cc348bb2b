/** Metro trips out of the books: which entry an exit ended, and what each operator is owed. */

import { nightEnd } from '../world/city-time.ts';
import type { Moment } from '../world/schedule.ts';
import { factsOf } from '../world/truth.ts';
import type { Evidence, StationFact, UseRow } from './evidence.ts';

/** A trip's shares by operator; or what became of an entry or exit without the other. */
export type Trip =
  | (readonly [partner: string, fen: number])[]
  | 'ended_by_night'
  | 'alone'
  | 'open';

/** By the id of the exit, or of the entry that has none; and what is wrong with the pairs. */
export function pairTrips(evidence: Evidence): {
  readonly trips: ReadonlyMap<string, Trip>;
  readonly faults: readonly string[];
} {
  const stations = new Map(evidence.stations.map((one) => [one.id, one]));
  const taken = new Set(evidence.uses.flatMap(({ reversalOf }) => reversalOf ?? []));
  const rides = evidence.uses.filter(
    ({ venue, reversalOf }) => stations.has(venue) && reversalOf === null,
  );
  const entries = new Map(rides.filter(({ way }) => way === 'in').map((use) => [use.id, use]));
  const exits = rides.filter(({ way }) => way === 'out');
  const donorOf = (use: UseRow): string | undefined =>
    evidence.rights.passes.get(use.pass ?? '')?.donor;
  const trips = new Map<string, Trip>();
  const faults: string[] = [];
  const ended = new Set<string>();
  for (const exit of exits) {
    const entry = entries.get(exit.entryId ?? '');
    if (entry === undefined) {
      if (exit.entryId !== null) faults.push(`exit ${exit.id} ends what is no entry`);
      trips.set(exit.id, 'alone');
      continue;
    }
    if (ended.has(entry.id)) faults.push(`entry ${entry.id} ends twice`);
    ended.add(entry.id);
    if (donorOf(entry) !== donorOf(exit)) faults.push(`exit ${exit.id} ends another’s entry`);
    if (entry.at > exit.at || exit.at > nightEnd(entry.at)) {
      faults.push(`exit ${exit.id} ends an entry of another night`);
    }
    trips.set(exit.id, sharesOf(stations, entry.venue, exit.venue));
  }
  const night = lastNight(evidence);
  for (const entry of entries.values()) {
    if (ended.has(entry.id)) continue;
    trips.set(entry.id, nightEnd(entry.at) < night ? 'ended_by_night' : 'open');
    const could = exits.find(
      (exit) =>
        trips.get(exit.id) === 'alone' &&
        !taken.has(exit.id) &&
        !taken.has(entry.id) &&
        donorOf(exit) === donorOf(entry) &&
        entry.at <= exit.at &&
        exit.at <= nightEnd(entry.at),
    );
    if (could) faults.push(`entry ${entry.id} and exit ${could.id} are one trip, and not paired`);
  }
  return { trips, faults };
}

/** When nights were ended for the last time: with the statements at the end of the run. */
function lastNight(evidence: Evidence): Moment {
  const last = evidence.statements.at(-1)?.at;
  return last ?? factsOf(evidence.facts, 'healed')[0]?.at ?? 0;
}

/** 2 yuan to 5 km, 1 yuan for each further 5, 5, 6, 6 km, then each 7 km. */
export function fareOf(metres: number): number {
  const steps = [5000, 10_000, 15_000, 21_000, 27_000];
  for (let next = 34_000; next < metres + 7000; next += 7000) steps.push(next);
  return 200 + 100 * steps.filter((step) => metres > step).length;
}

/** By kilometres with each operator, over the one place where the lines meet; odd fen to the entry’s. */
function sharesOf(
  stations: ReadonlyMap<string, StationFact>,
  from: string,
  to: string,
): [string, number][] {
  const [entry, exit] = [stations.get(from), stations.get(to)];
  if (entry === undefined || exit === undefined) return [];
  if (entry.line === exit.line) {
    return [[entry.partner, fareOf(Math.abs(entry.metres - exit.metres))]];
  }
  const toMeeting = (one: StationFact): number => {
    const meeting = [...stations.values()].find((stop) => stop.line === one.line && stop.meets);
    return Math.abs(one.metres - (meeting?.metres ?? 0));
  };
  const [own, other] = [toMeeting(entry), toMeeting(exit)];
  const fare = fareOf(own + other);
  const theirs = own + other === 0 ? 0 : Math.floor((fare * other) / (own + other));
  return [
    [entry.partner, fare - theirs],
    [exit.partner, theirs],
  ];
}
