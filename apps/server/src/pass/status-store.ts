/** SQL of the changes of passes' statuses: the state itself, and each change with its moment. */
import type { Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { StoredPass } from './store.ts';

type Status = StoredPass['status'];

/** Gives passes of a donor the status; what is revoked stays revoked. */
export async function setStatus(
  database: Kysely<Schema>,
  donorId: string,
  passIds: readonly string[],
  status: Status,
  now: string,
): Promise<void> {
  const changed = await database
    .updateTable('pass_status')
    .set({ status })
    .where('donor_id', '=', donorId)
    .where('pass_id', 'in', passIds)
    .where('status', '!=', 'revoked')
    .where('status', '!=', status)
    .returning(CHANGED)
    .execute();
  await appendChanges(database, changed, status, now);
}

/** Revokes all passes of the donor that are good after the moment; answers their ids. */
export async function revokeAll(
  database: Kysely<Schema>,
  donorId: string,
  now: string,
): Promise<string[]> {
  const revoked = await database
    .updateTable('pass_status')
    .set({ status: 'revoked' })
    .where('donor_id', '=', donorId)
    .where('status', '!=', 'revoked')
    .where('ends_at', '>', now)
    .returning(CHANGED)
    .execute();
  return appendChanges(database, revoked, 'revoked', now);
}

/** Suspends the donor's passes that are good after the moment; answers their ids. */
export function suspendPasses(
  database: Kysely<Schema>,
  donorId: string,
  now: string,
): Promise<string[]> {
  return changeStatus(database, donorId, now, 'valid', 'suspended');
}

/**
 * Makes the donor's suspended passes good again that have not ended, but for those that are
 * suspended for themselves; answers their ids.
 */
export function reinstatePasses(
  database: Kysely<Schema>,
  donorId: string,
  now: string,
  except: readonly string[],
): Promise<string[]> {
  return changeStatus(database, donorId, now, 'suspended', 'valid', except);
}

async function changeStatus(
  database: Kysely<Schema>,
  donorId: string,
  now: string,
  from: Status,
  to: Status,
  except: readonly string[] = [],
): Promise<string[]> {
  let change = database
    .updateTable('pass_status')
    .set({ status: to })
    .where('donor_id', '=', donorId)
    .where('status', '=', from)
    .where('ends_at', '>', now);
  if (except.length > 0) change = change.where('pass_id', 'not in', except);
  const changed = await change.returning(CHANGED).execute();
  return appendChanges(database, changed, to, now);
}

const CHANGED = ['key_id', 'status_index', 'pass_id'] as const;
type ChangedRow = Pick<Schema['pass_status'], (typeof CHANGED)[number]>;

/**
 * Appends what has changed; answers the passes' ids. The rows of the state are held by the
 * transaction, so nobody takes the same version.
 */
async function appendChanges(
  database: Kysely<Schema>,
  changed: readonly ChangedRow[],
  status: Status,
  now: string,
): Promise<string[]> {
  if (changed.length === 0) return [];
  const last = await loadLastVersions(database, changed);
  await database
    .insertInto('pass_status_event')
    .values(
      changed.map((row) => ({
        key_id: row.key_id,
        status_index: row.status_index,
        version: (last.get(statusKey(row.key_id, row.status_index)) ?? 0) + 1,
        status,
        changed_at: now,
      })),
    )
    .execute();
  return changed.map((row) => row.pass_id).sort();
}

/** Names an index of a key's list. */
export function statusKey(keyId: Uint8Array, index: number): string {
  return `${Buffer.from(keyId).toString('hex')}/${index}`;
}

async function loadLastVersions(database: Kysely<Schema>, changed: readonly ChangedRow[]) {
  const rows = await database
    .selectFrom('pass_status_event')
    .select(({ fn }) => ['key_id', 'status_index', fn.max('version').as('version')])
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('status_index', 'key_id'),
        'in',
        changed.map((row) => tuple(row.status_index, row.key_id)),
      ),
    )
    .groupBy(['key_id', 'status_index'])
    .execute();
  return new Map(rows.map((row) => [statusKey(row.key_id, row.status_index), row.version]));
}

/** How many changes there were in the key's list from the moment on. */
export async function countChanges(
  database: Kysely<Schema>,
  keyId: Uint8Array,
  from: Instant,
): Promise<number> {
  const row = await database
    .selectFrom('pass_status_event')
    .select(({ fn }) => fn.countAll<number>().as('changes'))
    .where('key_id', '=', keyId)
    .where('changed_at', '>=', from)
    .executeTakeFirst();
  return row?.changes ?? 0;
}

/** What has changed in the key's list from the moment on: the last status of each index. */
export async function loadChanges(
  database: Kysely<Schema>,
  keyId: Uint8Array,
  from: Instant,
): Promise<(readonly [index: number, status: Status])[]> {
  const rows = await database
    .selectFrom('pass_status_event')
    .select(['status_index', 'status'])
    .where('key_id', '=', keyId)
    .where('changed_at', '>=', from)
    .orderBy('version')
    .execute();
  return rows.map((row) => [row.status_index, row.status as Status] as const);
}

/** A change of a status. */
export interface StatusEvent {
  readonly status: Status;
  readonly changedAt: Instant;
}

/** All changes at the indexes, in their order, by `statusKey`. */
export async function loadStatusEvents(
  database: Kysely<Schema>,
  passes: readonly { readonly keyId: Uint8Array; readonly index: number }[],
): Promise<Map<string, StatusEvent[]>> {
  if (passes.length === 0) return new Map();
  const rows = await database
    .selectFrom('pass_status_event')
    .selectAll()
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('status_index', 'key_id'),
        'in',
        passes.map(({ keyId, index }) => tuple(index, keyId)),
      ),
    )
    .orderBy('version')
    .execute();
  const events = new Map<string, StatusEvent[]>();
  for (const row of rows) {
    const key = statusKey(row.key_id, row.status_index);
    const event = { status: row.status as Status, changedAt: row.changed_at as Instant };
    events.set(key, [...(events.get(key) ?? []), event]);
  }
  return events;
}
