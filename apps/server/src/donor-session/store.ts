/** SQL of donors' sessions: found by the SHA-256 of the cookie. */
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** Opens a session. */
export async function insertSession(
  database: Kysely<Schema>,
  row: Insertable<Schema['donor_session']>,
): Promise<void> {
  await database.insertInto('donor_session').values(row).execute();
}

/** The session of a cookie, whether it has ended or not. */
export async function findSession(
  database: Kysely<Schema>,
  sessionHash: Uint8Array,
): Promise<Selectable<Schema['donor_session']> | undefined> {
  return database
    .selectFrom('donor_session')
    .selectAll()
    .where('session_hash', '=', sessionHash)
    .executeTakeFirst();
}

/** Notes when the session was used. */
export async function updateSeen(
  database: Kysely<Schema>,
  sessionHash: Uint8Array,
  seenAt: string,
): Promise<void> {
  await database
    .updateTable('donor_session')
    .set({ seen_at: seenAt })
    .where('session_hash', '=', sessionHash)
    .execute();
}

/** Ends the session. */
export async function deleteSession(
  database: Kysely<Schema>,
  sessionHash: Uint8Array,
): Promise<void> {
  await database.deleteFrom('donor_session').where('session_hash', '=', sessionHash).execute();
}

/** Ends what is signed in on the phone. */
export async function deletePhoneSessions(
  database: Kysely<Schema>,
  sessionId: string,
): Promise<void> {
  await database.deleteFrom('donor_session').where('session_id', '=', sessionId).execute();
}

/** Deletes the sessions that were last used, or opened, before the moments. */
export async function deleteEnded(
  database: Kysely<Schema>,
  seenBefore: string,
  openedBefore: string,
): Promise<void> {
  await database
    .deleteFrom('donor_session')
    .where((where) =>
      where.or([where('seen_at', '<=', seenBefore), where('opened_at', '<=', openedBefore)]),
    )
    .execute();
}
