/** SQL of logins, what happened to them, their passwords, their sessions and the count of tries. */
import type { Instant } from '@liyu/domain/kernel';
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

type Database = Kysely<Schema>;

/** What happens to a login. */
export type LoginEvent = 'password_set' | 'disabled';

/** A login with the password that counts. */
export interface StoredLogin {
  readonly name: string;
  readonly role: string;
  readonly partner: string | null;
  readonly addedAt: string;
  readonly disabledAt: string | null;
  readonly passwordEventId: string | null;
  readonly passwordHash: string | null;
}

/** A session that was opened and not signed out, with what its login is now. */
export interface StoredSession extends StoredLogin {
  readonly shownPasswordEventId: string | null;
  readonly openedAt: Instant;
  readonly seenAt: Instant;
  readonly steppedUpUntil: Instant | null;
}

/** Adds the login; false when the name is taken. */
export async function insertLogin(database: Database, row: Schema['login']): Promise<boolean> {
  const taken = await database
    .insertInto('login')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('login_name')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Records what happened. */
export async function insertLoginEvent(
  database: Database,
  row: Schema['login_event'],
): Promise<void> {
  await database.insertInto('login_event').values(row).execute();
}

/** Keeps a password's hash under its event. */
export async function insertPassword(
  database: Database,
  row: Schema['login_password'],
): Promise<void> {
  await database.insertInto('login_password').values(row).execute();
}

/** Every login, by name, or only the named one. */
export async function loadLogins(database: Database, name?: string): Promise<StoredLogin[]> {
  const rows = await database
    .selectFrom('login')
    .selectAll()
    .$if(name !== undefined, (all) => all.where('login_name', '=', name ?? ''))
    .orderBy('login_name')
    .execute();
  const events = await database
    .selectFrom('login_event')
    .selectAll()
    .where('event', '=', 'disabled')
    .$if(name !== undefined, (all) => all.where('login_name', '=', name ?? ''))
    .execute();
  const passwords = await database
    .selectFrom('login_password')
    .selectAll()
    .$if(name !== undefined, (all) => all.where('login_name', '=', name ?? ''))
    .orderBy('event_id')
    .execute();
  return rows.map((row) => {
    const password = passwords.findLast((one) => one.login_name === row.login_name);
    const disabled = events.find((one) => one.login_name === row.login_name);
    return {
      name: row.login_name,
      role: row.role,
      partner: row.partner_id,
      addedAt: row.recorded_at,
      disabledAt: disabled?.recorded_at ?? null,
      passwordEventId: password?.event_id ?? null,
      passwordHash: password?.password_hash ?? null,
    };
  });
}

/** The login to which the subject is linked, or `undefined`. */
export async function findLink(
  database: Database,
  subjectHash: Uint8Array,
): Promise<{ loginName: string; version: number } | undefined> {
  const row = await database
    .selectFrom('login_subject')
    .select(['login_name', 'version'])
    .where('subject_hash', '=', subjectHash)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { loginName: row.login_name, version: row.version };
}

/** Links a subject; false when somebody else appended a link of the same version. */
export async function insertLink(
  database: Database,
  row: Schema['login_subject'],
): Promise<boolean> {
  const taken = await database
    .insertInto('login_subject')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('version')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Opens a session. */
export async function insertSession(database: Database, row: Schema['session']): Promise<void> {
  await database.insertInto('session').values(row).execute();
}

/** The session of a cookie's hash that was not signed out, or `undefined`. */
export async function findSession(
  database: Database,
  sessionHash: Uint8Array,
): Promise<StoredSession | undefined> {
  const row = await database
    .selectFrom('session')
    .selectAll()
    .where('session_hash', '=', sessionHash)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const [login] = await loadLogins(database, row.login_name);
  if (login === undefined) return undefined;
  return {
    ...login,
    shownPasswordEventId: row.password_event_id,
    openedAt: row.opened_at as Instant,
    seenAt: row.seen_at as Instant,
    steppedUpUntil: row.stepped_up_until as Instant | null,
  };
}

/** Changes the state of a session. */
export async function updateSession(
  database: Database,
  sessionHash: Uint8Array,
  change: Partial<Pick<Schema['session'], 'seen_at' | 'stepped_up_until' | 'ended_at'>>,
): Promise<void> {
  await database
    .updateTable('session')
    .set(change)
    .where('session_hash', '=', sessionHash)
    .execute();
}

/**
 * Counts one more try of the subject and answers how many there were since the count began, this
 * one among them. A count that has run out begins anew.
 */
export async function countTry(
  database: Database,
  subject: Uint8Array,
  now: Instant,
  until: Instant,
): Promise<{ tries: number; countedUntil: Instant }> {
  const { rows } = await sql<{ tries: number; counted_until: Instant }>`
    insert into sign_in_try (subject, tries, counted_until) values (${subject}, 1, ${until})
    on conflict (subject) do update set
      tries = case when sign_in_try.counted_until <= ${now} then 1 else sign_in_try.tries + 1 end,
      counted_until = case when sign_in_try.counted_until <= ${now} then excluded.counted_until
        else sign_in_try.counted_until end
    returning tries, counted_until`.execute(database);
  const [row] = rows;
  if (row === undefined) throw new Error('invariant broken: a try is counted');
  return { tries: row.tries, countedUntil: row.counted_until };
}

/** Forgets the count of a subject, and every count that has run out. */
export async function forgetTries(
  database: Database,
  subject: Uint8Array,
  now: Instant,
): Promise<void> {
  await database
    .deleteFrom('sign_in_try')
    .where(({ eb, or }) => or([eb('subject', '=', subject), eb('counted_until', '<=', now)]))
    .execute();
}

/** Takes one try back that was none: the password was right. */
export async function takeTryBack(database: Database, subject: Uint8Array): Promise<void> {
  await database
    .updateTable('sign_in_try')
    .set(({ eb }) => ({ tries: eb('tries', '-', 1) }))
    .where('subject', '=', subject)
    .execute();
}
