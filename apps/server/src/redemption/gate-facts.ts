/** Everything that must be known to judge what a gate sends: read in a few queries for all of it. */
import { type CivilDate, instantOf, secondsOf } from '@liyu/domain/kernel';
import type { Posting } from '@liyu/domain/ledger';
import type { Venue } from '@liyu/domain/programme';
import { type Standing, standingOf } from '@liyu/domain/standing';
import { fromHex, toHex } from '@liyu/pass';
import type { Core } from '../core.ts';
import { loadPersonDonations } from '../donation/workflow.ts';
import type { PersonIds } from '../donor/workflow.ts';
import { loadPostingsOfUses } from '../ledger/workflow.ts';
import { findPersonsByPass, loadStatusEvents, type StatusEvent } from '../pass/workflow.ts';
import type { ProvenScan } from './gate-signed.ts';
import {
  loadDayEntries,
  loadFates,
  loadMetroUses,
  loadPassed,
  loadShown,
  loadTurns,
  type UseFates,
} from './gate-store.ts';
import { type Around, aroundScans } from './gate-trips.ts';
import type { StoredUse } from './store.ts';

/** An entry is open for a day at most: so far around a record its trips can be touched. */
const DAY_SECONDS = 86_400;

/** Whose the passes are, and what has become of them. */
export interface PassFacts {
  readonly persons: ReadonlyMap<string, PersonIds>;
  readonly statuses: ReadonlyMap<string, readonly StatusEvent[]>;
}

/** Looks up the passes of these pseudonyms and indexes. */
export async function loadPassFacts(
  core: Core,
  passes: readonly { cti: Uint8Array; kid: Uint8Array; index: number }[],
): Promise<PassFacts> {
  const pseudonyms = [...new Set(passes.map(({ cti }) => toHex(cti)))].map(fromHex);
  const indexes = passes.map(({ kid, index }) => ({ keyId: kid, index }));
  return {
    persons: await findPersonsByPass(core.database, pseudonyms),
    statuses: await loadStatusEvents(core.database, indexes),
  };
}

/** What is known of the persons who passed, and of their uses. */
export interface UseFacts {
  standing(person: PersonIds, day: CivilDate): Standing;
  /** Codes that have opened a gate, as `pseudonym/moment/number`; grows while a batch is judged. */
  readonly shown: Set<string>;
  /** The last passages at the venue, as `pseudonym/direction`; grows too. */
  readonly passed: Map<string, string>;
  /** Ordinals taken, as `person/venue/day`; grows too. */
  readonly dayEntries: Map<string, number[]>;
  readonly trips: TripFacts;
}

/** The uses of the metro around those that are recorded now. */
export interface TripFacts {
  readonly uses: readonly StoredUse[];
  readonly fates: UseFates;
  readonly postings: ReadonlyMap<string, readonly Posting[]>;
  readonly turns: ReadonlyMap<string, number>;
}

/** Loads the facts of uses that opened the gate at the venue. */
export async function loadUseFacts(
  core: Core,
  venue: Venue,
  opened: readonly ProvenScan[],
): Promise<UseFacts> {
  const { database, programme } = core;
  const persons = [...new Map(opened.map(({ person }) => [person.personId, person])).values()];
  const donations = await loadPersonDonations(database, persons);
  const printed = opened.filter(({ shown }) => shown?.printed);
  const codes = opened.flatMap(({ shown }) =>
    shown?.showing ? [{ pseudonym: shown.pseudonym, ...shown.showing }] : [],
  );
  const standings = new Map<string, Standing>();
  return {
    standing({ personId }, day) {
      const key = `${personId}/${day}`;
      const known = standings.get(key) ?? standingOf(donations.get(personId) ?? [], programme, day);
      standings.set(key, known);
      return known;
    },
    shown: await loadShown(database, codes),
    passed: await loadPassed(
      database,
      opened.map(({ shown, person }) =>
        shown === null ? fromHex(person.personId.replaceAll('-', '')) : shown.pseudonym,
      ),
      venue.id,
    ),
    dayEntries:
      venue.benefit === 'site' || printed.length > 0
        ? await loadEntries(core, venue, opened, persons)
        : new Map(),
    trips: venue.kind === 'metro' ? await loadTrips(core, aroundScans(opened)) : NO_TRIPS,
  };
}

const NO_TRIPS: TripFacts = {
  uses: [],
  fates: { endedBy: new Map(), reversedBy: new Map(), pairedWith: new Map() },
  postings: new Map(),
  turns: new Map(),
};

/** Where the uses of a day of a printed card are counted. */
export function printedPlace(shown: ProvenScan['shown']): string {
  return `printed:${toHex(shown?.pseudonym ?? new Uint8Array())}`;
}

/** Names a place in a person's day. */
export function dayKey(personId: string, venueId: string, day: string): string {
  return `${personId}/${venueId}/${day}`;
}

async function loadEntries(
  core: Core,
  venue: Venue,
  opened: readonly ProvenScan[],
  persons: readonly PersonIds[],
): Promise<Map<string, number[]>> {
  const printed = opened.filter(({ shown }) => shown?.printed);
  const personOfDonor = new Map(
    persons.flatMap(({ personId, donorIds }) => donorIds.map((id) => [id, personId] as const)),
  );
  const venues = [venue.id, ...printed.map(({ shown }) => printedPlace(shown))];
  const rows = await loadDayEntries(
    core.database,
    [...personOfDonor.keys()],
    [...new Set(venues)],
    [...new Set(opened.map(({ day }) => day))],
  );
  const taken = new Map<string, number[]>();
  for (const { donorId, venueId, day, ordinal } of rows) {
    const key = dayKey(personOfDonor.get(donorId) ?? donorId, venueId, day);
    taken.set(key, [...(taken.get(key) ?? []), ordinal]);
  }
  return taken;
}

/** Turns are read first: whatever is recorded after that makes the storing fail. */
export async function loadTrips(core: Core, { persons, moments }: Around): Promise<TripFacts> {
  const { database } = core;
  const donorIds = [...new Set(persons.flatMap((person) => person.donorIds))];
  const personIds = [...new Set(persons.map(({ personId }) => personId))];
  const turns = await loadTurns(database, personIds);
  const seconds = moments.map(secondsOf);
  const from = instantOf(Math.min(...seconds) - 2 * DAY_SECONDS);
  const to = instantOf(Math.max(...seconds) + 2 * DAY_SECONDS);
  const uses = await loadMetroUses(database, donorIds, from, to);
  const useIds = uses.map((use) => use.redemption_id);
  return {
    uses,
    fates: await loadFates(database, donorIds, useIds),
    postings: await loadPostingsOfUses(database, donorIds, useIds),
    turns,
  };
}
