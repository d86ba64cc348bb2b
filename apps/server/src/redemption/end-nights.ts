/** Ends the trips that nobody ended: an entry without an exit costs the lowest fare. */
import type { CivilDate, Instant } from '@liyu/domain/kernel';
import { postUse } from '@liyu/domain/ledger';
import { findVenue } from '@liyu/domain/programme';
import { lowestFare } from '@liyu/domain/redemption';
import { leafOf } from '../audit/leaf.ts';
import type { Core } from '../core.ts';
import { isOpenAt } from './judge.ts';
import { mendTrip } from './mend-trips.ts';
import { record } from './record-store.ts';
import { loadOpenEntries, type StoredUse } from './store.ts';

const BATCH = 500;

/** Ends all trips whose night is over at the moment; answers how many. Safe to call at any time. */
export async function endNights(core: Core, at: Instant): Promise<number> {
  let ended = 0;
  for (;;) {
    const open = await loadOpenEntries(core.database, at, BATCH);
    const over = open.filter((entry) => !isOpenAt(entry, at, core.programme));
    for (const entry of over) await endTrip(core, entry);
    ended += over.length;
    // Oldest first: when the batch holds one whose night lasts, all later ones last as well.
    if (over.length < BATCH) return ended;
  }
}

async function endTrip(core: Core, entry: StoredUse): Promise<void> {
  if (await mendTrip(core, entry)) return;
  const { programme } = core;
  const venue = findVenue(programme, entry.venue_id);
  if (venue === undefined) throw new Error('invariant broken: a use has a venue');
  const fareFen = lowestFare(programme, entry.redeemed_on as CivilDate);
  const use = {
    redemptionId: entry.redemption_id,
    benefit: venue.benefit,
    redeemedAt: entry.redeemed_at as Instant,
  };
  const posting = postUse(use, venue.partner, fareFen, fareFen, programme.zone);
  const { redemption_id: entryId, donor_id: donorId } = entry;
  await record(core.database, 'record_night_end', {
    donorId,
    entryId,
    postings: [{ ...posting, postingId: core.newId(), recordedAt: core.clock.now() }],
    leaf: leafOf(core, 'night_end', entryId, { donorId, entryId, fareFen }),
  });
}
