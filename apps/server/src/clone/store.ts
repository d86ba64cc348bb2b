/** SQL of sightings, which are judged once, and of the alarms that come of them. */

import { type Instant, secondsOf } from '@liyu/domain/kernel';
import type { Sighting } from '@liyu/domain/redemption';
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** A sighting as it is stored. */
export interface StoredSighting extends Sighting {
  readonly pseudonym: Uint8Array;
  readonly judged: boolean;
}

/** An alarm as it is stored. */
export type StoredAlarm = Selectable<Schema['clone_alarm']>;

/** Passes of which a use was not judged yet, the oldest first. */
export async function loadUnjudged(database: Kysely<Schema>, limit: number): Promise<Uint8Array[]> {
  const rows = await database
    .selectFrom('sighting')
    .select(['pseudonym', 'recorded_at'])
    .where('judged', '=', false)
    .orderBy('recorded_at')
    .limit(limit)
    .execute();
  const named = new Map(rows.map((row) => [Buffer.from(row.pseudonym).toString('hex'), row]));
  return [...named.values()].map((row) => row.pseudonym);
}

/** All sightings of the passes, by the pseudonym's hexadecimal. */
export async function loadSightings(
  database: Kysely<Schema>,
  pseudonyms: readonly Uint8Array[],
): Promise<Map<string, StoredSighting[]>> {
  const rows = await database
    .selectFrom('sighting')
    .selectAll()
    .where('pseudonym', 'in', pseudonyms)
    .orderBy('redemption_id')
    .execute();
  return Map.groupBy(rows.map(sightingOf), ({ pseudonym }) =>
    Buffer.from(pseudonym).toString('hex'),
  );
}

function sightingOf(row: Selectable<Schema['sighting']>): StoredSighting {
  return {
    id: row.redemption_id,
    venue: row.venue_id,
    seenAt: secondsOf(row.seen_at as Instant),
    shown: row.shown_at === null || row.seq === null ? null : { iat: row.shown_at, seq: row.seq },
    unsynced: row.unsynced,
    pseudonym: row.pseudonym,
    judged: row.judged,
  };
}

/** Notes that the sightings were judged. */
export async function markJudged(
  database: Kysely<Schema>,
  sightings: readonly StoredSighting[],
): Promise<void> {
  if (sightings.length === 0) return;
  await database
    .updateTable('sighting')
    .set({ judged: true })
    .where(
      'pseudonym',
      'in',
      sightings.map(({ pseudonym }) => pseudonym),
    )
    .where(
      'redemption_id',
      'in',
      sightings.map(({ id }) => id),
    )
    .execute();
}

/** Appends an alarm. */
export async function insertAlarm(
  database: Kysely<Schema>,
  row: Insertable<Schema['clone_alarm']>,
): Promise<void> {
  await database.insertInto('clone_alarm').values(row).execute();
}

/** The last alarms, newest first. */
export function loadAlarms(database: Kysely<Schema>, limit: number): Promise<StoredAlarm[]> {
  return database
    .selectFrom('clone_alarm')
    .selectAll()
    .orderBy('alarm_id', 'desc')
    .limit(limit)
    .execute();
}
