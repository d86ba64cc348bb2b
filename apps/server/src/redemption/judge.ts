/** Asks the domain: the decision for a venue, and what a granted use posts to the ledger. */
import { type Decision, decideClinic, decideRide, decideSite } from '@liyu/domain/benefit';
import { type CivilDate, dayOf, type Instant } from '@liyu/domain/kernel';
import { type PostedUse, type Posting, postTrip, postUse } from '@liyu/domain/ledger';
import type { ClauseId, Programme, Venue } from '@liyu/domain/programme';
import { lowestFare, nightEndOf, tripFare } from '@liyu/domain/redemption';
import type { Standing } from '@liyu/domain/standing';
import type { Attempt } from './attempt.ts';
import type { StoredUse } from './store.ts';

/** A decision, and the postings of the use once it has an id. */
export interface Judgement {
  readonly decision: Decision;
  readonly mark: 'exit_without_entry' | null;
  readonly postings: (use: PostedUse) => Posting[];
}

/** The entry is still open at the moment: the night has not ended it. */
export function isOpenAt(entry: StoredUse, at: Instant, programme: Programme): boolean {
  return at <= nightEndOf(entry.redeemed_at as Instant, programme);
}

/** Judges the attempt at its venue. `entry` is the trip's open entry, for an exit. */
export function judge(
  programme: Programme,
  attempt: Attempt,
  venue: Venue,
  standing: Standing,
  entry: StoredUse | undefined,
  entriesToday: number,
): Judgement {
  const day = dayOf(attempt.at, programme.zone);
  const shownBy = attempt.admission === null ? 'code' : 'staff';
  if (venue.benefit === 'clinic') return judgeClinic(programme, attempt, venue, standing, day);
  if (venue.benefit === 'site') {
    const facts = { standing, site: venue.id, entriesToday, shownBy } as const;
    const decision = decideSite(facts, programme, day);
    return owed(programme, venue, decision, decision.waivedFen ?? 0);
  }
  if (venue.kind === 'metro' && attempt.direction === 'out' && entry !== undefined) {
    return judgeExit(programme, venue, entry);
  }
  const line = venue.line ?? venue.id;
  const decision = decideRide({ standing, line, shownBy }, programme, day);
  if (venue.kind === 'bus') return owed(programme, venue, decision, decision.waivedFen ?? 0);
  if (attempt.direction === 'in') return { decision, mark: null, postings: () => [] };
  const fareFen = lowestFare(programme, day);
  const unpaired = decision.granted ? { ...decision, waivedFen: fareFen } : decision;
  return { ...owed(programme, venue, unpaired, fareFen), mark: 'exit_without_entry' };
}

/** A use that owes its venue's partner the fare, or is only reported when the fare is 0. */
function owed(programme: Programme, venue: Venue, decision: Decision, fareFen: number): Judgement {
  return {
    decision,
    mark: null,
    postings: (use) => [postUse(use, venue.partner, fareFen, fareFen, programme.zone)],
  };
}

function judgeClinic(
  programme: Programme,
  attempt: Attempt,
  venue: Venue,
  standing: Standing,
  day: CivilDate,
): Judgement {
  const visit = attempt.visit;
  if (visit === null) throw new Error('invariant broken: the edge asks for the visit');
  const shownBy = attempt.admission === null ? 'code' : 'staff';
  const facts = { standing, hospital: venue.id, ...visit, shownBy } as const;
  const decision = decideClinic(facts, programme, day);
  return {
    decision,
    mark: null,
    postings: (use) => [
      postUse(use, venue.partner, visit.feeFen, decision.waivedFen ?? 0, programme.zone),
    ],
  };
}

/**
 * Who has been let in is let out, whatever became of the card meanwhile: the entry's decision
 * holds for the whole trip, and its day's fare.
 */
function judgeExit(programme: Programme, venue: Venue, entry: StoredUse): Judgement {
  const enteredOn = entry.redeemed_on as CivilDate;
  const trip = tripFare(entry.venue_id, venue.id, programme, enteredOn);
  return {
    decision: {
      granted: true,
      code: 'granted',
      rule: entry.rule as ClauseId,
      version: entry.version,
      waivedFen: trip.fareFen,
      toPayFen: 0,
      evidence: entry.evidence,
      because: [{ clause: entry.rule as ClauseId }],
      wouldChange: null,
    },
    mark: null,
    postings: (use) => postTrip(use, trip, entry.redeemed_at as Instant, programme.zone),
  };
}
