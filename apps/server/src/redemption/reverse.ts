/** Takes a use back (冲正): a redemption of its own, with postings the other way round. */
import { dayOf, type Instant } from '@liyu/domain/kernel';
import { owedFen, type Posting, reversePostings, standingPostings } from '@liyu/domain/ledger';
import { findVenue } from '@liyu/domain/programme';
import { leafOf } from '../audit/leaf.ts';
import type { Core } from '../core.ts';
import { findPerson } from '../donor/workflow.ts';
import { loadPostings } from '../ledger/workflow.ts';
import { loadTurns } from './gate-store.ts';
import { record } from './record-store.ts';
import type { Use } from './scan-record.ts';
import { findUse, type StoredUse } from './store.ts';

/** Why a use cannot be taken back. */
export type ReversalRefusal = 'unknown_redemption' | 'is_a_reversal' | 'already_reversed';

/** A use that was taken back; `waivedFen` is negative. */
export interface Reversal {
  readonly redemptionId: string;
  readonly reversalOf: string;
  readonly redeemedAt: string;
  readonly waivedFen: number;
  readonly reason: string;
}

/**
 * Reverses the redemption once. Its postings keep the month of the use, so that a closed month
 * gets them as an adjustment; a site's entry of the day is free again.
 */
export async function reverse(
  core: Core,
  redemptionId: string,
  reason: string,
  at: Instant,
): Promise<Reversal | { readonly refused: ReversalRefusal }> {
  const use = await findUse(core.database, redemptionId);
  if (use === undefined) return { refused: 'unknown_redemption' };
  if (use.reversal_of !== null) return { refused: 'is_a_reversal' };
  const { personId } = await findPerson(core.database, use.donor_id);
  // A trip that is under way ends here; one that has ended only gives its money back.
  let openEntry = use.direction === 'in' ? redemptionId : null;
  for (;;) {
    // Read anew each time: the night may have ended the trip meanwhile, or a late record changed it.
    const turn = (await loadTurns(core.database, [personId])).get(personId) ?? 0;
    const all = await loadPostings(core.database, use.donor_id, redemptionId);
    const postings = standingPostings(all);
    const reversal = reversalOf(core, use, owedOf(postings), reason, at);
    const refused = await record(core.database, 'record_reversal', {
      use: reversal,
      usedOn: use.redeemed_on,
      openEntry,
      turn: use.direction === null ? null : { donor_id: personId, turn: turn + 1 },
      postings: reversePostings(postings, reversal.redemptionId, at).map((posting) => ({
        ...posting,
        postingId: core.newId(),
        recordedAt: reversal.recordedAt,
      })),
      leaf: leafOf(core, 'reversal', reversal.redemptionId, reversal),
    });
    if (refused === undefined) {
      const { redemptionId: id, waivedFen } = reversal;
      return { redemptionId: id, reversalOf: redemptionId, redeemedAt: at, waivedFen, reason };
    }
    if (refused.clash === 'already_reversed') return { refused: 'already_reversed' };
    if (refused.clash === 'trip_ended') openEntry = null;
  }
}

/** What the use's postings owe in all: a night's end may have posted more than the use said. */
function owedOf(postings: readonly Posting[]): number {
  return postings.reduce((sum, posting) => sum + owedFen(posting), 0);
}

function reversalOf(core: Core, use: StoredUse, owed: number, reason: string, at: Instant): Use {
  const venue = findVenue(core.programme, use.venue_id);
  if (venue === undefined) throw new Error('invariant broken: a use has a venue');
  return {
    donorId: use.donor_id,
    redemptionId: core.newId(),
    benefit: venue.benefit,
    venueId: use.venue_id,
    direction: null,
    redeemedAt: at,
    redeemedOn: dayOf(at, core.programme.zone),
    pseudonym: null,
    entryId: null,
    mark: null,
    admittedBy: 'staff',
    clerk: null,
    reason,
    code: use.code,
    rule: use.rule,
    version: use.version,
    waivedFen: 0 - owed,
    toPayFen: 0,
    evidence: use.evidence,
    reversalOf: use.redemption_id,
    recordedAt: core.clock.now(),
  };
}
