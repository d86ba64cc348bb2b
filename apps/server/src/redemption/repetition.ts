/**
 * What holds repeated uses down: a code opens once, a pass goes one way through one gate once in a
 * while, a printed card (which can be copied) a few times a day, a site once a day.
 */
import { type CivilDate, type Instant, secondsOf } from '@liyu/domain/kernel';
import { type Programme, parameterOn, type Venue } from '@liyu/domain/programme';
import type { Standing } from '@liyu/domain/standing';
import { fromHex, toHex } from '@liyu/pass';
import type { Core } from '../core.ts';
import type { PersonIds } from '../donor/workflow.ts';
import type { Attempt } from './attempt.ts';
import type { DayEntry, PassageLimit } from './scan-record.ts';
import { findPassage, hasShown, loadEntriesOfDay, type StoredUse } from './store.ts';

/** The code that was shown, once it is verified. */
export interface Shown {
  readonly pseudonym: Uint8Array;
  readonly printed: boolean;
  readonly skewSeconds: number | null;
  /** The moment and number of the showing; a printed card has none. */
  readonly showing: { readonly shownAt: number; readonly seq: number } | null;
}

/** Who stands there, and the code that was shown, if one was. */
export interface Recognised {
  readonly person: PersonIds;
  readonly standing: Standing;
  /** The trip's open entry, for an exit. */
  readonly entry: StoredUse | undefined;
  readonly shown: Shown | null;
}

/** The limit that holds at the venue, or `null`. Every ride on a bus is `in`. */
export function passageLimit(
  programme: Programme,
  venue: Venue,
  attempt: Attempt,
  { person, shown }: Pick<Recognised, 'person' | 'shown'>,
  day: CivilDate,
): PassageLimit | null {
  const key = shown === null ? person.personId.replaceAll('-', '') : toHex(shown.pseudonym);
  const direction = venue.kind === 'metro' ? attempt.direction : 'in';
  if (shown?.printed) {
    const limits = parameterOn(programme, 'code.printed_limits', day).value;
    return { key, direction, seconds: limits.secondsBetween };
  }
  if (venue.benefit !== 'ride') return null;
  return { key, direction, seconds: parameterOn(programme, 'ride.passback_seconds', day).value };
}

/**
 * The same showing again, or the same way through the same gate too soon. The showing is read
 * last: a use that comes in between has written both, and the showing is what it is refused for.
 */
export async function findRepetition(
  core: Core,
  venue: Venue,
  attempt: Attempt,
  recognised: Recognised,
  day: CivilDate,
): Promise<'replayed' | 'passback' | undefined> {
  const limit = passageLimit(core.programme, venue, attempt, recognised, day);
  const passedAt =
    limit && (await findPassage(core.database, fromHex(limit.key), venue.id, limit.direction));
  const { shown } = recognised;
  if (shown?.showing) {
    const { shownAt, seq } = shown.showing;
    if (await hasShown(core.database, shown.pseudonym, shownAt, seq)) return 'replayed';
  }
  if (!limit || !passedAt) return undefined;
  const seconds = Math.abs(secondsOf(attempt.at) - secondsOf(passedAt as Instant));
  return seconds <= limit.seconds ? 'passback' : undefined;
}

/** What a use takes from the counts of the day, or `full` when a printed card has had its uses. */
export async function dayEntriesOf(
  core: Core,
  person: PersonIds,
  venue: Venue,
  shown: Shown | null,
  day: CivilDate,
): Promise<{ readonly entries: readonly DayEntry[]; readonly atVenue: number } | 'full'> {
  const entries: DayEntry[] = [];
  let atVenue = 0;
  if (shown?.printed) {
    const venueId = `printed:${toHex(shown.pseudonym)}`;
    const taken = await loadEntriesOfDay(core.database, person.donorIds, venueId, day);
    if (taken.length >= parameterOn(core.programme, 'code.printed_limits', day).value.usesADay) {
      return 'full';
    }
    entries.push({ venueId, ordinal: freeOrdinal(taken) });
  }
  if (venue.benefit === 'site') {
    const taken = await loadEntriesOfDay(core.database, person.donorIds, venue.id, day);
    atVenue = taken.length;
    entries.push({ venueId: venue.id, ordinal: freeOrdinal(taken) });
  }
  return { entries, atVenue };
}

/** The first that is free: a reversal frees its own. */
function freeOrdinal(taken: readonly number[]): number {
  let ordinal = 0;
  while (taken.includes(ordinal)) ordinal += 1;
  return ordinal;
}
