/** SQL of looks at donors: appended, and read by whoever may know of them. */
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Scope } from './caller.ts';

/** Records a look. */
export async function insertLook(
  database: Kysely<Schema>,
  row: Schema['access_look'],
): Promise<void> {
  await database.insertInto('access_look').values(row).execute();
}

/** Looks at a person, newest first, those before one of them; none out of the scope. */
export async function loadLooks(
  database: Kysely<Schema>,
  scope: Scope,
  donorIds: readonly string[],
  before: string | undefined,
  limit: number,
): Promise<Schema['access_look'][]> {
  if (scope.reach === 'partner') return [];
  if (scope.reach === 'self' && !donorIds.includes(scope.donorId)) return [];
  return database
    .selectFrom('access_look')
    .selectAll()
    .where('donor_id', 'in', donorIds)
    .$if(before !== undefined, (looks) => looks.where('look_id', '<', before ?? ''))
    .orderBy('look_id', 'desc')
    .limit(limit)
    .execute();
}
