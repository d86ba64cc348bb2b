/**
 * Trips whose records come late and in any order: which exit ends which entry is folded anew over
 * everything that is known of the person, and what had been posted otherwise is taken back and
 * posted as it should have been (冲正). Nothing is edited.
 */
import { type CivilDate, type Instant, secondsOf } from '@liyu/domain/kernel';
import {
  type Posting,
  postTrip,
  postUse,
  reversePostings,
  standingPostings,
} from '@liyu/domain/ledger';
import { findVenue } from '@liyu/domain/programme';
import { lowestFare, type MetroUse, pairTrips, tripFare } from '@liyu/domain/redemption';
import { leafOfRow } from '../audit/leaf.ts';
import type { Core } from '../core.ts';
import type { PersonIds } from '../donor/workflow.ts';
import type { TripFacts } from './gate-facts.ts';
import type { ProvenScan } from './gate-signed.ts';
import { postingRow, type Use } from './scan-record.ts';
import type { StoredUse } from './store.ts';

const DAY_SECONDS = 86_400;

/** The new scans, and what goes with what of everything around them. */
export interface PairedScans {
  /** The scans in the order in which they are judged: an entry before the exit that ends it. */
  readonly inOrder: readonly { readonly id: string; readonly scan: ProvenScan }[];
  /** The entry of an exit, by their ids; a new scan's is its own here. */
  readonly entryOf: ReadonlyMap<string, string>;
}

/** Pairs the new scans with each other and with the uses that are recorded. */
export function pairScans(
  core: Core,
  scans: readonly ProvenScan[],
  { persons }: Pick<Around, 'persons'>,
  { uses, fates }: TripFacts,
): PairedScans {
  const named = scans.map((scan, index) => ({ id: `scan/${index}`, scan }));
  const personOf = new Map(
    persons.flatMap(({ personId, donorIds }) => donorIds.map((id) => [id, personId] as const)),
  );
  const known = uses
    .filter(({ redemption_id: id }) => !isTakenBack(id, fates))
    .map((use) => ({ person: personOf.get(use.donor_id) ?? use.donor_id, use: metroUseOf(use) }));
  const fresh = named.map(({ id, scan }) => ({
    person: scan.person.personId,
    use: {
      id,
      at: scan.at,
      direction: scan.read.says.direction,
      venue: scan.read.says.venue,
    },
  }));
  const entryOf = new Map<string, string>();
  for (const ofPerson of Map.groupBy([...known, ...fresh], ({ person }) => person).values()) {
    const pairs = pairTrips(
      ofPerson.map(({ use }) => use),
      core.programme,
    );
    for (const [exit, entry] of pairs) entryOf.set(exit, entry);
  }
  const inOrder = named.toSorted((a, b) => {
    if (a.scan.at !== b.scan.at) return a.scan.at < b.scan.at ? -1 : 1;
    return (
      Number(a.scan.read.says.direction === 'out') - Number(b.scan.read.says.direction === 'out')
    );
  });
  return { inOrder, entryOf };
}

/** An entry that was taken back before anything ended it lets nobody out. */
function isTakenBack(useId: string, { endedBy, reversedBy }: TripFacts['fates']): boolean {
  const reversal = reversedBy.get(useId);
  return reversal !== undefined && endedBy.get(useId) === reversal;
}

function metroUseOf(use: StoredUse): MetroUse {
  return {
    id: use.redemption_id,
    at: use.redeemed_at as Instant,
    direction: use.direction as 'in' | 'out',
    venue: use.venue_id,
  };
}

/** A new use as it would be read from the database: for the exit that ends it. */
export function storedOf(use: Use): StoredUse {
  return {
    donor_id: use.donorId,
    redemption_id: use.redemptionId,
    venue_id: use.venueId,
    direction: use.direction,
    redeemed_at: use.redeemedAt,
    redeemed_on: use.redeemedOn,
    rule: use.rule,
    version: use.version,
    evidence: use.evidence,
  } as unknown as StoredUse;
}

/** Whose trips are looked at, around which moments. */
export interface Around {
  readonly persons: readonly PersonIds[];
  readonly moments: readonly Instant[];
}

/** Those of the scans. */
export function aroundScans(scans: readonly ProvenScan[]): Around {
  return { persons: scans.map(({ person }) => person), moments: scans.map(({ at }) => at) };
}

/** The rows that make the trips right. */
export interface TripRows {
  readonly trip_turn: object[];
  readonly trip_end: object[];
  readonly trip_change: object[];
  readonly posting: object[];
  readonly leaves: ReturnType<typeof leafOfRow>[];
}

/** What is to be stored of the trips, once the new uses have their records, by the scans' ids. */
export function tripRows(
  core: Core,
  around: Around,
  { entryOf }: PairedScans,
  made: ReadonlyMap<string, Use>,
  facts: TripFacts,
): TripRows {
  const idOf = (id: string): string => made.get(id)?.redemptionId ?? id;
  const pairs = new Map([...entryOf].map(([exit, entry]) => [idOf(exit), idOf(entry)]));
  const byId = new Map([
    ...facts.uses.map((use) => [use.redemption_id, use] as const),
    ...[...made.values()].map((use) => [use.redemptionId, storedOf(use)] as const),
  ]);
  const rows: TripRows = {
    trip_turn: turnsOf(around, facts),
    trip_end: [],
    trip_change: [],
    posting: [],
    leaves: [],
  };
  for (const [exit, entry] of pairs) {
    const isKnown = facts.fates.endedBy.has(entry);
    const owner = byId.get(entry)?.donor_id;
    if (!isKnown) rows.trip_end.push({ donor_id: owner, entry_id: entry, ended_by: exit });
  }
  const moments = around.moments.map(secondsOf);
  const near = { from: Math.min(...moments) - DAY_SECONDS, to: Math.max(...moments) + DAY_SECONDS };
  const changed = facts.uses.filter((use) => {
    const seconds = secondsOf(use.redeemed_at as Instant);
    return near.from <= seconds && seconds <= near.to && isPairedAnew(use, pairs, facts);
  });
  for (const use of changed)
    correct(core, use, byId.get(pairs.get(use.redemption_id) ?? ''), {
      isPaired: [...pairs.values()].includes(use.redemption_id),
      facts,
      rows,
    });
  return rows;
}

function turnsOf({ persons }: Around, { turns }: TripFacts): object[] {
  return [...new Set(persons.map(({ personId }) => personId))].map((id) => ({
    donor_id: id,
    turn: (turns.get(id) ?? 0) + 1,
  }));
}

/** With which entry an exit went until now. */
function entryUntilNow(use: StoredUse, { pairedWith }: TripFacts['fates']): string | null {
  const changed = pairedWith.get(use.redemption_id);
  return changed === undefined ? use.entry_id : changed;
}

function isPairedAnew(
  use: StoredUse,
  pairs: ReadonlyMap<string, string>,
  { uses, fates }: TripFacts,
): boolean {
  const { redemption_id: id } = use;
  if (fates.reversedBy.has(id)) return false;
  if (use.direction === 'out') return (pairs.get(id) ?? null) !== entryUntilNow(use, fates);
  const was = uses.some((one) => one.direction === 'out' && entryUntilNow(one, fates) === id);
  return was !== [...pairs.values()].includes(id);
}

interface Correction {
  readonly isPaired: boolean;
  readonly facts: TripFacts;
  readonly rows: TripRows;
}

/** Takes back what stands of the use's postings, and posts what it owes now. */
function correct(
  core: Core,
  use: StoredUse,
  entry: StoredUse | undefined,
  { isPaired, facts, rows }: Correction,
): void {
  const { donor_id: donorId, redemption_id: id } = use;
  const now = core.clock.now();
  const standing = standingPostings(facts.postings.get(id) ?? []);
  const owed = owedNow(core, use, entry, isPaired, facts);
  if (use.direction === 'in' && standing.length === 0 && owed.length === 0) return;
  for (const posting of [...reversePostings(standing, id, now), ...owed]) {
    rows.posting.push(
      postingRow(donorId, { ...posting, postingId: core.newId(), recordedAt: now }),
    );
  }
  const row = {
    donor_id: donorId,
    change_id: core.newId(),
    redemption_id: id,
    entry_id: entry?.redemption_id ?? null,
    recorded_at: now,
  };
  rows.trip_change.push(row);
  rows.leaves.push(leafOfRow(core, 'trip_change', row.change_id, row));
}

/** An entry that the exit of another trip had ended is over, and costs the lowest fare. */
function owedNow(
  core: Core,
  use: StoredUse,
  entry: StoredUse | undefined,
  isPaired: boolean,
  { fates }: TripFacts,
): Posting[] {
  const { programme } = core;
  const venue = findVenue(programme, use.venue_id);
  if (venue === undefined) throw new Error('invariant broken: a use has a venue');
  const posted = {
    redemptionId: use.redemption_id,
    benefit: venue.benefit,
    redeemedAt: use.redeemed_at as Instant,
  };
  if (entry !== undefined) {
    const trip = tripFare(entry.venue_id, use.venue_id, programme, entry.redeemed_on as CivilDate);
    return postTrip(posted, trip, entry.redeemed_at as Instant, programme.zone);
  }
  if (use.direction === 'in' && (isPaired || !fates.endedBy.has(use.redemption_id))) return [];
  const fareFen = lowestFare(programme, use.redeemed_on as CivilDate);
  return [postUse(posted, venue.partner, fareFen, fareFen, programme.zone)];
}
