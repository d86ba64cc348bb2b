/** SQL of frozen cards: appended, and folded when it is asked. */
import type { FreezeEvent } from '@liyu/domain/card';
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Schema } from '../database/schema.ts';

export type StoredFreeze = Selectable<Schema['card_freeze']>;

/** What happened to the cards of the donors, oldest first. */
export function loadFreezes(
  database: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<StoredFreeze[]> {
  return database
    .selectFrom('card_freeze')
    .selectAll()
    .where('donor_id', 'in', donorIds)
    .orderBy('event_id')
    .execute();
}

/** The rows as the rules read them. */
export function freezeEventsOf(rows: readonly StoredFreeze[]): FreezeEvent[] {
  return rows.map((row) => ({
    donorId: row.donor_id,
    event: row.event as FreezeEvent['event'],
    because: row.because as FreezeEvent['because'],
    recordedAt: row.recorded_at,
  }));
}

/** Appends an event. */
export async function insertFreeze(
  database: Kysely<Schema>,
  row: Insertable<Schema['card_freeze']>,
): Promise<void> {
  await database.insertInto('card_freeze').values(row).execute();
}
