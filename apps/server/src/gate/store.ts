/** SQL of gates: their events, and what each last said of itself. */
import type { Instant } from '@liyu/domain/kernel';
import type { Kysely, Selectable } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Gap } from '../redemption/workflow.ts';
import type { Gate, GateEvent } from './gate.ts';

type Database = Kysely<Schema>;
type GateEventRow = Selectable<Schema['gate_event']>;

/** The gate by its last event, or `undefined`. */
export async function findGate(database: Database, gateId: string): Promise<Gate | undefined> {
  const row = await database
    .selectFrom('gate_event')
    .selectAll()
    .where('gate_id', '=', gateId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && gateOf(row);
}

/** The gate whose device the machine is or was, or `undefined`. */
export async function findGateOfMachine(
  database: Database,
  gateId: string,
  machineId: string,
): Promise<Gate | undefined> {
  const rows = await database
    .selectFrom('gate_event')
    .selectAll()
    .where('gate_id', '=', gateId)
    .orderBy('version', 'desc')
    .execute();
  const [last] = rows;
  return last && rows.some((row) => row.machine_id === machineId) ? gateOf(last) : undefined;
}

/** All gates by their last events, the first added first. */
export async function loadGates(database: Database): Promise<Gate[]> {
  const rows = await database
    .selectFrom('gate_event')
    .selectAll()
    .distinctOn('gate_id')
    .orderBy('gate_id')
    .orderBy('version', 'desc')
    .execute();
  return rows.map(gateOf);
}

function gateOf(row: GateEventRow): Gate {
  return {
    gateId: row.gate_id,
    version: row.version,
    event: row.event as GateEvent,
    venueId: row.venue_id,
    name: row.name,
    secretHash: row.secret_hash,
    secretEndsAt: row.secret_ends_at as Instant | null,
    machineId: row.machine_id,
    reason: row.reason,
  };
}

/** Appends the event; false when somebody else appended one of the same version. */
export async function insertGateEvent(database: Database, row: GateEventRow): Promise<boolean> {
  const taken = await database
    .insertInto('gate_event')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('version')
    .executeTakeFirst();
  return taken !== undefined;
}

/** What a gate last said of itself. */
export interface Contact {
  readonly gateId: string;
  readonly deviceId: string;
  readonly contactAt: string;
  readonly sentAt: string;
  readonly waiting: number | null;
  readonly lists: {
    readonly trust: number | null;
    readonly status: string | null;
    readonly programme: string | null;
  };
  readonly gaps: readonly Gap[];
}

/** What every gate that was ever heard of last said, by the gate's id. */
export async function loadContacts(database: Database): Promise<Map<string, Contact>> {
  const rows = await database.selectFrom('gate_contact').selectAll().execute();
  return new Map(
    rows.map((row) => [
      row.gate_id,
      {
        gateId: row.gate_id,
        deviceId: row.device_id,
        contactAt: row.contact_at,
        sentAt: row.sent_at,
        waiting: row.waiting,
        lists: {
          trust: row.trust_version,
          status: row.status_at,
          programme: row.programme_version,
        },
        gaps: row.gaps as Gap[],
      },
    ]),
  );
}

/** Keeps what the gate says now. */
export async function saveContact(database: Database, contact: Contact): Promise<void> {
  const row = {
    device_id: contact.deviceId,
    contact_at: contact.contactAt,
    sent_at: contact.sentAt,
    waiting: contact.waiting,
    trust_version: contact.lists.trust,
    status_at: contact.lists.status,
    programme_version: contact.lists.programme,
    gaps: JSON.stringify(contact.gaps),
  };
  await database
    .insertInto('gate_contact')
    .values({ gate_id: contact.gateId, ...row })
    .onConflict((conflict) => conflict.column('gate_id').doUpdateSet(row))
    .execute();
}
