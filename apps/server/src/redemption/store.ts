/** SQL of uses as they were recorded, and of what holds repeated uses down. */

import type { Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { DeviceMark } from '../edge/device.ts';
import type { ScanAnswer } from './answer.ts';

/** What was answered to the device's scan before, or `undefined`; the answer is gone after a time. */
export async function findReceipt(
  database: Kysely<Schema>,
  mark: DeviceMark,
): Promise<{ bodyHash: string; answer: ScanAnswer | null } | undefined> {
  const row = await database
    .selectFrom('receipt')
    .select(['body_hash', 'answer'])
    .where('device_id', '=', mark.id)
    .where('boot_epoch', '=', mark.bootEpoch)
    .where('seq', '=', mark.seq)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const bodyHash = Buffer.from(row.body_hash).toString('hex');
  return { bodyHash, answer: row.answer as ScanAnswer | null };
}

/** Whether the code has opened a gate. */
export async function hasShown(
  database: Kysely<Schema>,
  pseudonym: Uint8Array,
  shownAt: number,
  seq: number,
): Promise<boolean> {
  const row = await database
    .selectFrom('showing')
    .select('seq')
    .where('pseudonym', '=', pseudonym)
    .where('shown_at', '=', shownAt)
    .where('seq', '=', seq)
    .executeTakeFirst();
  return row !== undefined;
}

/** When the pass last passed here in that direction, or `undefined`. */
export async function findPassage(
  database: Kysely<Schema>,
  pseudonym: Uint8Array,
  venueId: string,
  direction: string,
): Promise<string | undefined> {
  const row = await database
    .selectFrom('passage')
    .select('passed_at')
    .where('pseudonym', '=', pseudonym)
    .where('venue_id', '=', venueId)
    .where('direction', '=', direction)
    .executeTakeFirst();
  return row?.passed_at;
}

/** The ordinals that the donors' uses of the day have taken there, one for each use. */
export async function loadEntriesOfDay(
  database: Kysely<Schema>,
  donorIds: readonly string[],
  venueId: string,
  day: string,
): Promise<number[]> {
  const rows = await database
    .selectFrom('daily_entry')
    .select('ordinal')
    .where('donor_id', 'in', donorIds)
    .where('venue_id', '=', venueId)
    .where('entered_on', '=', day)
    .execute();
  return rows.map((row) => row.ordinal);
}

/** A use as it is stored. */
export type StoredUse = Awaited<ReturnType<typeof loadUses>>[number];

async function loadUses(database: Kysely<Schema>, donorId: string, redemptionId: string) {
  return database
    .selectFrom('redemption')
    .selectAll()
    .where('donor_id', '=', donorId)
    .where('redemption_id', '=', redemptionId)
    .execute();
}

/** The donors' last metro entry up to the moment that nothing has ended yet, or `undefined`. */
export async function findOpenEntry(
  database: Kysely<Schema>,
  donorIds: readonly string[],
  at: Instant,
): Promise<StoredUse | undefined> {
  return database
    .selectFrom('redemption')
    .selectAll('redemption')
    .where('redemption.donor_id', 'in', donorIds)
    .where('redemption.direction', '=', 'in')
    .where('redemption.redeemed_at', '<=', at)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('trip_end')
            .select('trip_end.entry_id')
            .whereRef('trip_end.donor_id', '=', 'redemption.donor_id')
            .whereRef('trip_end.entry_id', '=', 'redemption.redemption_id'),
        ),
      ),
    )
    .orderBy('redemption.redeemed_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Whether one of the donors went out between the moments without an entry that anybody saw. */
export async function hasLoneExit(
  database: Kysely<Schema>,
  donorIds: readonly string[],
  from: Instant,
  to: Instant,
): Promise<boolean> {
  const row = await database
    .selectFrom('redemption')
    .select('redemption_id')
    .where('donor_id', 'in', donorIds)
    .where('direction', '=', 'out')
    .where('entry_id', 'is', null)
    .where('redeemed_at', '>=', from)
    .where('redeemed_at', '<=', to)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Entries of everyone, up to the moment, that nothing has ended yet; oldest first. */
export async function loadOpenEntries(
  database: Kysely<Schema>,
  enteredBefore: Instant,
  limit: number,
): Promise<StoredUse[]> {
  return database
    .selectFrom('redemption')
    .selectAll('redemption')
    .where('redemption.direction', '=', 'in')
    .where('redemption.redeemed_at', '<=', enteredBefore)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('trip_end')
            .select('trip_end.entry_id')
            .whereRef('trip_end.donor_id', '=', 'redemption.donor_id')
            .whereRef('trip_end.entry_id', '=', 'redemption.redemption_id'),
        ),
      ),
    )
    .orderBy('redemption.redeemed_at')
    .limit(limit)
    .execute();
}

/** A use by its id, or `undefined`. */
export async function findUse(
  database: Kysely<Schema>,
  redemptionId: string,
): Promise<StoredUse | undefined> {
  const owner = await database
    .selectFrom('redemption_lookup')
    .select('donor_id')
    .where('redemption_id', '=', redemptionId)
    .executeTakeFirst();
  if (owner === undefined) return undefined;
  return (await loadUses(database, owner.donor_id, redemptionId))[0];
}
