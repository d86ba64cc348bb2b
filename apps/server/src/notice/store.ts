/** SQL of notices: a queue that several processes may empty, each notice tried by one at a time. */
import { type Insertable, type Kysely, type Selectable, sql } from 'kysely';
import { COPIED, type CopyValue, copyRows } from '../database/copy.ts';
import type { Schema } from '../database/schema.ts';

/** A notice as it is written. */
export type NoticeRow = { readonly [C in keyof Schema['notice']]: CopyValue } & Insertable<
  Schema['notice']
>;

/** A notice as it is stored. */
export type StoredNotice = Selectable<Schema['notice']>;

const COLUMNS = Object.keys(COPIED.notice) as (keyof NoticeRow)[];

/** Writes notices of events that are new; one that has a notice fails it (23505). */
export async function insertNewNotices(
  database: Kysely<Schema>,
  rows: readonly NoticeRow[],
): Promise<void> {
  await copyRows(
    database,
    'notice',
    rows.map((row) => COLUMNS.map((column) => row[column])),
  );
}

/** A statement takes 65,535 parameters, and a row is twelve. */
const ROWS_AT_ONCE = 1000;

/** Writes notices; an event that has one already gets no other. */
export async function insertNotices(
  database: Kysely<Schema>,
  rows: readonly Insertable<Schema['notice']>[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await database
      .insertInto('notice')
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .onConflict((conflict) => conflict.column('event_key').doNothing())
      .execute();
  }
}

/**
 * Takes notices that are due, the urgent ones first, and counts the try. Nobody else gets them
 * before `leasedUntil`, so that a killed process holds none for long.
 */
export async function takeDue(
  database: Kysely<Schema>,
  now: string,
  leasedUntil: string,
  limit: number,
): Promise<StoredNotice[]> {
  return database
    .updateTable('notice')
    .set({ tries: sql`tries + 1`, due_at: leasedUntil })
    .where('notice_id', 'in', (due) =>
      due
        .selectFrom('notice')
        .select('notice_id')
        .where('state', '=', 'waiting')
        .where('due_at', '<=', now)
        .orderBy('urgent', 'desc')
        .orderBy('due_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute();
}

/** Writes what became of a try, unless another has tried since; without a body nothing is left. */
export async function settleTry(
  database: Kysely<Schema>,
  { notice_id, tries }: StoredNotice,
  outcome: { state: string; failure: string | null; dueAt?: string },
): Promise<void> {
  const { state, failure, dueAt } = outcome;
  const rest = dueAt === undefined ? { body: null } : { due_at: dueAt };
  await database
    .updateTable('notice')
    .set({ state, failure, ...rest })
    .where('notice_id', '=', notice_id)
    .where('state', '=', 'waiting')
    .where('tries', '=', tries)
    .execute();
}

/** The last notices of a state, newest first. */
export async function loadNotices(
  database: Kysely<Schema>,
  state: string,
  limit: number,
): Promise<StoredNotice[]> {
  return database
    .selectFrom('notice')
    .selectAll()
    .where('state', '=', state)
    .orderBy('notice_id', 'desc')
    .limit(limit)
    .execute();
}

/** Deletes the notices of a kind that were written before the moment and have been dealt with. */
export async function deleteSettled(
  database: Kysely<Schema>,
  kind: string,
  before: string,
): Promise<void> {
  await database
    .deleteFrom('notice')
    .where('kind', '=', kind)
    .where('state', '!=', 'waiting')
    .where('recorded_at', '<', before)
    .execute();
}

/** How the donor chose to be told, or `undefined`. */
export async function findChoice(
  database: Kysely<Schema>,
  donorId: string,
): Promise<Selectable<Schema['notice_choice']> | undefined> {
  return database
    .selectFrom('notice_choice')
    .selectAll()
    .where('donor_id', '=', donorId)
    .executeTakeFirst();
}

/** Writes the donor's choice over the one before. */
export async function putChoice(
  database: Kysely<Schema>,
  row: Insertable<Schema['notice_choice']>,
): Promise<void> {
  const { donor_id: _owner, ...chosen } = row;
  await database
    .insertInto('notice_choice')
    .values(row)
    .onConflict((conflict) => conflict.column('donor_id').doUpdateSet(chosen))
    .execute();
}
