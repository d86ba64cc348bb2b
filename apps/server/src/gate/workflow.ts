/**
 * Gates (闸机): added by an operator with a one-time secret, by which a device enrols its key. From
 * then on it signs in as a machine. Every enrolment makes a machine client of its own, so that a
 * device whose disk was lost does not meet its own old running numbers.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { instantOf, secondsOf } from '@liyu/domain/kernel';
import { findVenue, type Venue } from '@liyu/domain/programme';
import type { Kysely } from 'kysely';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import {
  findMachineKeys,
  loseDevice,
  type MachineKey,
  registerWithin,
} from '../machine/workflow.ts';
import { type Gate, machineIdOf } from './gate.ts';
import { findGate, insertGateEvent } from './store.ts';

/** A one-time secret is good for so long. */
const SECRET_SECONDS = 86_400;

/** Why nothing was done. */
export type GateRefusal = 'unknown_venue' | 'unknown_gate' | 'enrolment_refused';
interface Refused {
  readonly refused: GateRefusal;
}

/** A secret as it is shown, once. */
export interface NewSecret {
  readonly id: string;
  readonly secret: string;
  readonly secretExpiresAt: string;
}

/** A device that is enrolled: under which name it signs in, and where it stands. */
export interface EnrolledDevice {
  readonly id: string;
  readonly clientId: string;
  /** Names the key in an assertion's header. */
  readonly kid: string;
  readonly partner: string;
  readonly venue: string;
}

/** Adds a gate at a venue of the programme; a device enrols by the secret. */
export function addGate(
  core: Core,
  fresh: { readonly venue: string; readonly name: string | null },
  actedBy: string,
): Promise<NewSecret | Refused> {
  if (findVenue(core.programme, fresh.venue) === undefined) {
    return Promise.resolve({ refused: 'unknown_venue' });
  }
  const gate: Gate = {
    gateId: core.newId(),
    version: 0,
    event: 'added',
    venueId: fresh.venue,
    name: fresh.name,
    secretHash: null,
    secretEndsAt: null,
    machineId: null,
    reason: null,
  };
  return giveSecret(core, gate, 'added', actedBy);
}

/** Another secret, for a device that takes the place of the one before, or after a day. */
export async function renewSecret(
  core: Core,
  gateId: string,
  actedBy: string,
): Promise<NewSecret | Refused> {
  const gate = await findGate(core.database, gateId);
  if (gate === undefined) return { refused: 'unknown_gate' };
  return giveSecret(core, gate, 'secret_made', actedBy);
}

async function giveSecret(
  core: Core,
  gate: Gate,
  event: 'added' | 'secret_made',
  actedBy: string,
): Promise<NewSecret | Refused> {
  const secret = Buffer.from(core.random.bytes(32)).toString('base64url');
  const secretEndsAt = instantOf(secondsOf(core.clock.now()) + SECRET_SECONDS);
  const after: Gate = {
    ...gate,
    version: gate.version + 1,
    event,
    secretHash: hashOf(secret),
    secretEndsAt,
    reason: null,
  };
  const made = await core.database
    .transaction()
    .execute((transaction) => append(core, transaction, after, actedBy));
  if (!made) return renewSecret(core, gate.gateId, actedBy);
  return { id: gate.gateId, secret, secretExpiresAt: secretEndsAt };
}

/**
 * Registers the device's key. The same secret and key again get the same answer, since an answer
 * may be lost; the device that was there before counts as lost.
 */
export async function enrolGate(
  core: Core,
  gateId: string,
  secret: string,
  key: MachineKey,
): Promise<EnrolledDevice | Refused> {
  const gate = await findGate(core.database, gateId);
  const venue = gate && findVenue(core.programme, gate.venueId);
  if (gate === undefined || venue === undefined || !isSecretOf(gate, secret)) return REFUSED;
  if (gate.event === 'enrolled') {
    const [known] = await findMachineKeys(core.database, gate.machineId ?? '');
    const same = known?.kty === 'EC' && key.kty === 'EC' && known.x === key.x && known.y === key.y;
    return same ? deviceOf(gate, venue, known.kid) : REFUSED;
  }
  if ((gate.secretEndsAt ?? '') <= core.clock.now() || gate.event === 'revoked') return REFUSED;
  const version = gate.version + 1;
  const machineId = machineIdOf(gateId, version);
  const after: Gate = { ...gate, version, event: 'enrolled', machineId };
  const done = await core.database.transaction().execute(async (transaction) => {
    if (!(await append(core, transaction, after, machineId))) return false;
    const machine = {
      name: machineId,
      role: 'device',
      partner: venue.partner,
      keys: [key],
    } as const;
    await registerWithin(core, transaction, machine, machineId);
    if (gate.machineId !== null) await loseDevice(core, transaction, gate.machineId, machineId);
    return true;
  });
  // Somebody else came between: who asks again learns whether the secret is still good.
  return done ? deviceOf(after, venue, key.kid) : enrolGate(core, gateId, secret, key);
}

const REFUSED: Refused = { refused: 'enrolment_refused' };

/** Revokes the gate's device: what it sends from now on is kept aside. A second time changes nothing. */
export async function revokeGate(
  core: Core,
  gateId: string,
  reason: string,
  actedBy: string,
): Promise<Gate | Refused> {
  const gate = await findGate(core.database, gateId);
  if (gate === undefined) return { refused: 'unknown_gate' };
  if (gate.event === 'revoked') return gate;
  const after: Gate = {
    ...gate,
    version: gate.version + 1,
    event: 'revoked',
    secretHash: null,
    secretEndsAt: null,
    reason,
  };
  const done = await core.database.transaction().execute(async (transaction) => {
    if (!(await append(core, transaction, after, actedBy))) return false;
    if (gate.machineId !== null) await loseDevice(core, transaction, gate.machineId, actedBy);
    return true;
  });
  return done ? after : revokeGate(core, gateId, reason, actedBy);
}

function deviceOf({ gateId, machineId }: Gate, venue: Venue, kid: string): EnrolledDevice {
  const clientId = machineId ?? '';
  return { id: gateId, clientId, kid, partner: venue.partner, venue: venue.id };
}

function isSecretOf({ secretHash }: Gate, secret: string): boolean {
  return secretHash !== null && timingSafeEqual(secretHash, hashOf(secret));
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

async function append(
  core: Core,
  transaction: Kysely<Schema>,
  gate: Gate,
  actedBy: string,
): Promise<boolean> {
  const row = {
    gate_id: gate.gateId,
    version: gate.version,
    event_id: core.newId(),
    event: gate.event,
    venue_id: gate.venueId,
    name: gate.name,
    secret_hash: gate.secretHash,
    secret_ends_at: gate.secretEndsAt,
    machine_id: gate.machineId,
    reason: gate.reason,
    acted_by: actedBy,
    recorded_at: core.clock.now(),
  };
  if (!(await insertGateEvent(transaction, row))) return false;
  await insertLeaf(transaction, leafOfRow(core, 'gate_event', row.event_id, row));
  return true;
}
