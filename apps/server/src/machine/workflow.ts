/**
 * Machine clients (机器客户端): registered by the home's owner, signed in by an assertion that their
 * key signs, known for ten minutes by a token.
 */
import { createHash } from 'node:crypto';
import { instantOf, secondsOf } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { verifyAssertion } from './assertion.ts';
import { keyIdOf, type MachineKey } from './key.ts';
import type { Machine, MachineRole } from './machine.ts';
import {
  deleteEnded,
  findMachine,
  findToken,
  insertAssertion,
  insertMachineEvent,
  insertToken,
  loadMachines,
} from './store.ts';

export type { MachineKey } from './key.ts';

/** A token is good for so long. */
export const TOKEN_SECONDS = 600;

/** The command contradicts what is recorded; the message says how. */
export class MachineRefused extends Error {}

/** A machine to be registered. A device and a clerk's system belong to a partner. */
export interface NewMachine {
  readonly name: string;
  readonly role: MachineRole;
  readonly partner: string | null;
  readonly keys: readonly MachineKey[];
}

/** Registers it. Throws `MachineRefused` when the name is taken. */
export async function registerMachine(
  core: Core,
  fresh: NewMachine,
  actedBy: string,
): Promise<Machine> {
  await core.database
    .transaction()
    .execute((transaction) => registerWithin(core, transaction, fresh, actedBy));
  return getMachine(core, fresh.name);
}

/** The same within a transaction. */
export async function registerWithin(
  core: Core,
  transaction: Kysely<Schema>,
  fresh: NewMachine,
  actedBy: string,
): Promise<void> {
  const { name, role, partner, keys } = fresh;
  const machine = {
    machineId: name,
    version: 1,
    event: 'registered',
    role,
    partner,
    keys,
  } as const;
  if (!(await append(core, transaction, machine, actedBy))) {
    throw new MachineRefused(`${name} is registered already`);
  }
}

/** The device is lost, or another one has taken its place: it may only send what it has kept. */
export async function loseDevice(
  core: Core,
  transaction: Kysely<Schema>,
  name: string,
  actedBy: string,
): Promise<void> {
  const before = await findMachine(transaction, name);
  if (before?.role !== 'device' || before.event === 'disabled') return;
  const after = { ...before, event: 'lost', role: 'lost_device' } as const;
  const lost = { ...after, version: before.version + 1 };
  if (!(await append(core, transaction, lost, actedBy))) {
    await loseDevice(core, transaction, name, actedBy);
  }
}

/** The machine's keys; none when nobody has the name. */
export async function findMachineKeys(
  database: Kysely<Schema>,
  name: string,
): Promise<readonly MachineKey[]> {
  return (await findMachine(database, name))?.keys ?? [];
}

/** The keys are the machine's only ones from now on; tokens got by others end. */
export async function changeKeys(
  core: Core,
  name: string,
  keys: readonly MachineKey[],
  actedBy: string,
): Promise<Machine> {
  return change(core, name, { event: 'keys_changed', keys }, actedBy);
}

/** Shuts the machine out at once, for good; its name is not given again. */
export async function disableMachine(core: Core, name: string, actedBy: string): Promise<Machine> {
  return change(core, name, { event: 'disabled', keys: [] }, actedBy);
}

/** All machines, by name. */
export async function listMachines(core: Core): Promise<Machine[]> {
  return loadMachines(core.database);
}

async function getMachine(core: Core, name: string): Promise<Machine> {
  const machine = await findMachine(core.database, name);
  if (machine === undefined) throw new MachineRefused(`no machine is named ${name}`);
  return machine;
}

async function change(
  core: Core,
  name: string,
  changed: Pick<Machine, 'event' | 'keys'>,
  actedBy: string,
): Promise<Machine> {
  const before = await getMachine(core, name);
  if (before.event === 'disabled') throw new MachineRefused(`${name} is disabled`);
  const after = { ...before, ...changed, version: before.version + 1 };
  const done = await core.database
    .transaction()
    .execute((transaction) => append(core, transaction, after, actedBy));
  return done ? getMachine(core, name) : change(core, name, changed, actedBy);
}

async function append(
  core: Core,
  transaction: Kysely<Schema>,
  machine: Omit<Machine, 'recordedAt'>,
  actedBy: string,
): Promise<boolean> {
  const { machineId, version, event, role, partner, keys } = machine;
  const row = {
    machine_id: machineId,
    version,
    event_id: core.newId(),
    event,
    role,
    partner_id: partner,
    keys: [...keys],
    acted_by: actedBy,
    recorded_at: core.clock.now(),
  };
  if (!(await insertMachineEvent(transaction, row))) return false;
  await insertLeaf(transaction, leafOfRow(core, 'machine_event', row.event_id, row));
  return true;
}

/**
 * A token for the machine whose key signed the assertion, or `undefined`: why not is never told.
 * The audience is our own token address. Every assertion gets one token at most.
 */
export async function issueToken(
  core: Core,
  shown: { readonly assertion: string; readonly clientId: string | undefined },
  audience: string,
): Promise<string | undefined> {
  const now = core.clock.now();
  const good = await verifyAssertion(shown.assertion, {
    audience,
    now,
    findMachine: (machineId) => findMachine(core.database, machineId),
  });
  if (good === undefined) return undefined;
  const { machineId } = good.machine;
  if (shown.clientId !== undefined && shown.clientId !== machineId) return undefined;
  const token = Buffer.from(core.random.bytes(32)).toString('base64url');
  const endsAt = instantOf(secondsOf(now) + TOKEN_SECONDS);
  return core.database.transaction().execute(async (transaction) => {
    await deleteEnded(transaction, machineId, now);
    const usedUntil = instantOf(good.endsAtSeconds);
    if (!(await insertAssertion(transaction, machineId, good.jti, usedUntil))) return undefined;
    const { keyId } = good;
    await insertToken(transaction, { tokenHash: hashOf(token), machineId, keyId, endsAt });
    return token;
  });
}

/** The machine that shows the token, while token, machine and key are good. */
export async function findMachineCaller(core: Core, token: string): Promise<Caller | undefined> {
  const stored = await findToken(core.database, hashOf(token), core.clock.now());
  if (stored === undefined) return undefined;
  const machine = await findMachine(core.database, stored.machineId);
  const keyIds = await Promise.all((machine?.keys ?? []).map(keyIdOf));
  if (machine === undefined || !keyIds.includes(stored.keyId)) return undefined;
  const { machineId, role, partner } = machine;
  const own = partner === null ? {} : { partner };
  return { kind: 'machine', id: `machine:${machineId}`, role, ...own };
}

function hashOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}
