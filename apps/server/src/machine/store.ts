/** SQL of machine clients, their used assertions and their tokens. */
import type { Kysely, Selectable } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { MachineKey } from './key.ts';
import type { Machine, MachineEvent, MachineRole } from './machine.ts';

type Database = Kysely<Schema>;

/** The machine by its last event, or `undefined`. */
export async function findMachine(
  database: Database,
  machineId: string,
): Promise<Machine | undefined> {
  const row = await database
    .selectFrom('machine_event')
    .selectAll()
    .where('machine_id', '=', machineId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && machineOf(row);
}

/** All machines by their last events, by name. */
export async function loadMachines(database: Database): Promise<Machine[]> {
  const rows = await database
    .selectFrom('machine_event')
    .selectAll()
    .distinctOn('machine_id')
    .orderBy('machine_id')
    .orderBy('version', 'desc')
    .execute();
  return rows.map(machineOf);
}

function machineOf(row: MachineEventRow): Machine {
  return {
    machineId: row.machine_id,
    version: row.version,
    event: row.event as MachineEvent,
    role: row.role as MachineRole,
    partner: row.partner_id,
    keys: row.keys as MachineKey[],
    recordedAt: row.recorded_at,
  };
}

/** A row of the events; its keys as they are read. */
export type MachineEventRow = Selectable<Schema['machine_event']>;

/** Appends the event; false when somebody else appended one of the same version. */
export async function insertMachineEvent(
  database: Database,
  row: MachineEventRow,
): Promise<boolean> {
  const taken = await database
    .insertInto('machine_event')
    .values({ ...row, keys: JSON.stringify(row.keys) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('version')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Takes the assertion's name; false when it was used before. */
export async function insertAssertion(
  database: Database,
  machineId: string,
  jti: string,
  endsAt: string,
): Promise<boolean> {
  const taken = await database
    .insertInto('machine_assertion')
    .values({ machine_id: machineId, jti, ends_at: endsAt })
    .onConflict((conflict) => conflict.doNothing())
    .returning('jti')
    .executeTakeFirst();
  return taken !== undefined;
}

/** A token as it is stored. */
export interface StoredToken {
  readonly tokenHash: Uint8Array;
  readonly machineId: string;
  readonly keyId: string;
  readonly endsAt: string;
}

/** Stores the token. */
export async function insertToken(database: Database, token: StoredToken): Promise<void> {
  await database
    .insertInto('machine_token')
    .values({
      token_hash: token.tokenHash,
      machine_id: token.machineId,
      key_id: token.keyId,
      ends_at: token.endsAt,
    })
    .execute();
}

/** Deletes the machine's assertions and tokens that have ended. */
export async function deleteEnded(
  database: Database,
  machineId: string,
  now: string,
): Promise<void> {
  for (const table of ['machine_assertion', 'machine_token'] as const) {
    await database
      .deleteFrom(table)
      .where('machine_id', '=', machineId)
      .where('ends_at', '<=', now)
      .execute();
  }
}

/** The token that has this hash and has not ended, or `undefined`. */
export async function findToken(
  database: Database,
  tokenHash: Uint8Array,
  now: string,
): Promise<{ machineId: string; keyId: string } | undefined> {
  const row = await database
    .selectFrom('machine_token')
    .select(['machine_id', 'key_id'])
    .where('token_hash', '=', tokenHash)
    .where('ends_at', '>', now)
    .executeTakeFirst();
  return row && { machineId: row.machine_id, keyId: row.key_id };
}
