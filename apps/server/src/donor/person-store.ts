/**
 * SQL of persons: donors who were found to be one. Nothing moves: everything stays under the donor
 * id with which it was recorded, and a small look-up says who that is by now.
 */
import type { Instant } from '@liyu/domain/kernel';
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** One human: the donor whose card lives on, and all donors who are this person, in order. */
export interface PersonIds {
  readonly personId: string;
  readonly donorIds: readonly string[];
}

export type MergeEvent = Selectable<Schema['donor_merge']>;

/** Who each of the donors is, by now. */
export async function findPersons(
  database: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<Map<string, PersonIds>> {
  const persons = new Map<string, PersonIds>(
    donorIds.map((donorId) => [donorId, { personId: donorId, donorIds: [donorId] }]),
  );
  if (donorIds.length === 0) return persons;
  const rows = await database
    .selectFrom('person_lookup')
    .selectAll()
    .where('donor_id', 'in', donorIds)
    .execute();
  for (const row of rows) {
    persons.set(row.donor_id, { personId: row.person_id, donorIds: row.donor_ids });
  }
  return persons;
}

/** Who the donor is, by now. */
export async function findPerson(database: Kysely<Schema>, donorId: string): Promise<PersonIds> {
  const person = (await findPersons(database, [donorId])).get(donorId);
  if (person === undefined) throw new Error('invariant broken: everyone asked for is somebody');
  return person;
}

/** Who the donor was, by what was recorded at the moment. */
export async function findPersonAt(
  database: Kysely<Schema>,
  donorId: string,
  knownAt: Instant,
): Promise<PersonIds> {
  const known = new Map<string, MergeEvent>();
  const asked = new Set<string>();
  let next = [donorId];
  while (next.length > 0) {
    for (const id of next) asked.add(id);
    const rows = await database
      .selectFrom('donor_merge')
      .selectAll()
      .where((or) => or.or([or('donor_id', 'in', next), or('into_donor_id', 'in', next)]))
      .where('recorded_at', '<=', knownAt)
      .execute();
    for (const row of rows) known.set(row.event_id, row);
    const named = rows.flatMap((row) => [row.donor_id, row.into_donor_id]);
    next = [...new Set(named)].filter((id) => !asked.has(id));
  }
  return personOf(donorId, personsOf([...known.values()]));
}

/** Everyone who is not recorded as one donor alone, by what was recorded at the moment. */
export async function loadPersonsAt(
  database: Kysely<Schema>,
  knownAt: Instant,
): Promise<Map<string, PersonIds>> {
  const events = await database
    .selectFrom('donor_merge')
    .selectAll()
    .where('recorded_at', '<=', knownAt)
    .execute();
  return personsOf(events);
}

/** The donor among the persons, or by himself. */
export function personOf(donorId: string, persons: ReadonlyMap<string, PersonIds>): PersonIds {
  return persons.get(donorId) ?? { personId: donorId, donorIds: [donorId] };
}

/**
 * The fold: who every donor named in the events is. Each donor is merged into one other at most, so
 * following that ends at the donor whose card lives on.
 */
export function personsOf(events: readonly MergeEvent[]): Map<string, PersonIds> {
  const into = new Map<string, string>();
  const named = new Set<string>();
  for (const row of events.toSorted((a, b) => (a.event_id < b.event_id ? -1 : 1))) {
    if (row.event === 'merged') into.set(row.donor_id, row.into_donor_id);
    else into.delete(row.donor_id);
    named.add(row.donor_id).add(row.into_donor_id);
  }
  const byPerson = Map.groupBy([...named].sort(), (donorId) => {
    let personId = donorId;
    for (let next = into.get(personId); next !== undefined; next = into.get(personId)) {
      personId = next;
    }
    return personId;
  });
  const persons = new Map<string, PersonIds>();
  for (const [personId, donorIds] of byPerson) {
    for (const donorId of donorIds) persons.set(donorId, { personId, donorIds });
  }
  return persons;
}

/** The merging and undoing events of the donors. */
export function loadMergeEvents(
  database: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<MergeEvent[]> {
  return database
    .selectFrom('donor_merge')
    .selectAll()
    .where('donor_id', 'in', donorIds)
    .orderBy('event_id')
    .execute();
}

/** Appends an event; a merging one is found by its id from then on. */
export async function insertMergeEvent(
  database: Kysely<Schema>,
  row: Insertable<Schema['donor_merge']>,
): Promise<void> {
  await database.insertInto('donor_merge').values(row).execute();
  if (row.event !== 'merged') return;
  await database
    .insertInto('merge_lookup')
    .values({ merge_id: row.merge_id, donor_id: row.donor_id })
    .execute();
}

/** Who was merged by the merge, or `undefined`. */
export async function findMerged(
  database: Kysely<Schema>,
  mergeId: string,
): Promise<string | undefined> {
  const row = await database
    .selectFrom('merge_lookup')
    .select('donor_id')
    .where('merge_id', '=', mergeId)
    .executeTakeFirst();
  return row?.donor_id;
}

/** Brings the look-up of the donors to what the events say. */
export async function savePersons(
  database: Kysely<Schema>,
  donorIds: readonly string[],
  persons: ReadonlyMap<string, PersonIds>,
): Promise<void> {
  const rows = donorIds.map((donorId) => {
    const person = personOf(donorId, persons);
    return {
      donor_id: donorId,
      person_id: person.personId,
      donor_ids: JSON.stringify(person.donorIds),
    };
  });
  await database
    .insertInto('person_lookup')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('donor_id').doUpdateSet((row) => ({
        person_id: row.ref('excluded.person_id'),
        donor_ids: row.ref('excluded.donor_ids'),
      })),
    )
    .execute();
}

/** The donors who are recorded, of those asked for. */
export async function findKnownDonors(
  database: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<Set<string>> {
  const rows = await database
    .selectFrom('donor')
    .select('donor_id')
    .where('donor_id', 'in', donorIds)
    .execute();
  return new Set(rows.map((row) => row.donor_id));
}
