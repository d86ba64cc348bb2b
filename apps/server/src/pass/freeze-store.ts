/** SQL of passes that are frozen for themselves: appended, and the last event of a pass counts. */
import type { FreezeState } from '@liyu/domain/card';
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { reinstatePasses } from './status-store.ts';

export type StoredPassFreeze = Selectable<Schema['pass_freeze']>;

/** What happened to passes of the donors, oldest first. */
export function loadPassFreezes(
  database: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<StoredPassFreeze[]> {
  return database
    .selectFrom('pass_freeze')
    .selectAll()
    .where('donor_id', 'in', donorIds)
    .orderBy('event_id')
    .execute();
}

/** Which passes are frozen for themselves after the events, oldest first. */
export function frozenPasses(events: readonly StoredPassFreeze[]): Map<string, FreezeState> {
  const frozen = new Map<string, FreezeState>();
  for (const { pass_id: passId, event } of events) {
    if (event === 'reinstated') frozen.delete(passId);
    else frozen.set(passId, event as FreezeState);
  }
  return frozen;
}

/** Appends an event. */
export async function insertPassFreeze(
  database: Kysely<Schema>,
  row: Insertable<Schema['pass_freeze']>,
): Promise<void> {
  await database.insertInto('pass_freeze').values(row).execute();
}

/**
 * Makes the donor's passes good again that only the card's freeze had suspended; answers their ids.
 */
export async function reinstateUnfrozen(
  database: Kysely<Schema>,
  donorId: string,
  now: string,
): Promise<string[]> {
  const frozen = frozenPasses(await loadPassFreezes(database, [donorId]));
  return reinstatePasses(database, donorId, now, [...frozen.keys()]);
}
