/**
 * Whether two showings of one pass can come from one phone, and from one place to the other in
 * time. A phone counts one up at every redraw, whatever its clock says; so what is compared is the
 * order in which gates saw the codes, which no correction of a phone's clock changes.
 */
import type { CloneLimits, Programme } from '../programme/index.ts';
import { findMetres } from './trip.ts';

/** A use by a code, as far as it tells a clone. */
export interface Sighting {
  readonly id: string;
  readonly venue: string;
  /** By the gate's clock, seconds since 1970-01-01T00:00Z. */
  readonly seenAt: number;
  /** The moment and number that the phone signed; none on a printed card. */
  readonly shown: { readonly iat: number; readonly seq: number } | null;
  /** Whether the gate's clock had not been set for long. */
  readonly unsynced: boolean;
}

/**
 * `seq_repeated`: one number, two moments. `seq_disordered`: a later code has an earlier number.
 * `shown_elsewhere`: one code at two places. `too_fast`: too far for the time between.
 */
export type CloneFinding = 'seq_repeated' | 'seq_disordered' | 'shown_elsewhere' | 'too_fast';

/** Why two sightings of one pass are not of one phone. */
export interface CloneEvidence {
  readonly finding: CloneFinding;
  readonly earlier: Sighting;
  readonly later: Sighting;
  /** Between them, by the gates' clocks. */
  readonly seconds: number;
  /** From the one place to the other, where it is known. */
  readonly metres: number | null;
}

/** How often numbers come round: they have two bytes. */
const NUMBERS = 0x10000;
const HALF = NUMBERS / 2;
/** Who reopens the page again and again makes a redraw a second, and so many more at once. */
const REDRAWS_AT_ONCE = 60;

/**
 * What is wrong with the two, or `undefined`. Where nothing can be known (numbers may have come
 * round, no distance is known, the gates' clocks do not tell which was first) nothing is said.
 */
export function findClone(
  one: Sighting,
  other: Sighting,
  programme: Programme,
  limits: CloneLimits,
): CloneEvidence | undefined {
  const [earlier, later] = one.seenAt <= other.seenAt ? [one, other] : [other, one];
  const seconds = later.seenAt - earlier.seenAt;
  const metres = findMetres(earlier.venue, later.venue, programme) ?? null;
  const clocks = clockOf(earlier, limits) + clockOf(later, limits);
  const finding =
    judgeNumbers(earlier, later, seconds, clocks, limits) ??
    judgePlaces(earlier, later, metres, programme) ??
    judgeSpeed(metres, seconds + clocks, limits);
  return finding && { finding, earlier, later, seconds, metres };
}

const clockOf = ({ unsynced }: Sighting, limits: CloneLimits): number =>
  unsynced ? limits.unsyncedClockSeconds : limits.gateClockSeconds;

function judgeNumbers(
  earlier: Sighting,
  later: Sighting,
  seconds: number,
  clocks: number,
  { redrawSeconds }: CloneLimits,
): CloneFinding | undefined {
  if (earlier.shown === null || later.shown === null) return undefined;
  // Twice the usual redraws in all that time would not go half the way round.
  if (seconds >= ((HALF - REDRAWS_AT_ONCE) * redrawSeconds) / 2) return undefined;
  const forward = (later.shown.seq - earlier.shown.seq + NUMBERS) % NUMBERS;
  if (forward === 0) return earlier.shown.iat === later.shown.iat ? undefined : 'seq_repeated';
  if (seconds > clocks) return forward >= HALF ? 'seq_disordered' : undefined;
  // Which was first is not known: the numbers must at least be near each other.
  const apart = Math.min(forward, NUMBERS - forward);
  return apart > seconds + clocks + REDRAWS_AT_ONCE ? 'seq_disordered' : undefined;
}

/**
 * One code at two places. Gates of one place may both have opened to it while they did not hear of
 * each other, and nobody knows where a bus is.
 */
function judgePlaces(
  earlier: Sighting,
  later: Sighting,
  metres: number | null,
  programme: Programme,
): CloneFinding | undefined {
  const [first, second] = [earlier.shown, later.shown];
  if (first === null || first.seq !== second?.seq || first.iat !== second.iat) return undefined;
  if (earlier.venue === later.venue || metres === 0) return undefined;
  const moves = [earlier, later].some(({ venue }) => programme.lines.has(venue));
  return moves ? undefined : 'shown_elsewhere';
}

function judgeSpeed(
  metres: number | null,
  seconds: number,
  { metresPerSecond }: CloneLimits,
): CloneFinding | undefined {
  return metres !== null && metres > seconds * metresPerSecond ? 'too_fast' : undefined;
}
