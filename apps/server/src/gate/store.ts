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

/** A record that was kept aside. */
export interface QuarantinedRecord {
  readonly quarantineId: string;
  readonly deviceId: string;
  readonly bootEpoch: number;
  readonly seq: number;
  readonly because: string;
  readonly opened: boolean | null;
  readonly bodySha256: string;
  readonly recordedAt: string;
}

/** The gate's records that were kept aside, newest first, those before one of them. */
export async function loadQuarantine(
  database: Database,
  gateId: string,
  before: string | undefined,
  limit: number,
): Promise<QuarantinedRecord[]> {
  const rows = await database
    .selectFrom('gate_quarantine')
    .selectAll()
    .where('gate_id', '=', gateId)
    .$if(before !== undefined, (kept) => kept.where('quarantine_id', '<', before ?? ''))
    .orderBy('quarantine_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    quarantineId: row.quarantine_id,
    deviceId: row.device_id,
    bootEpoch: row.boot_epoch,
    seq: row.seq,
    because: row.because,
    opened: row.opened,
    bodySha256: row.body_sha256,
    recordedAt: row.recorded_at,
  }));
}

/** How many records of each gate were kept aside. */
export async function countQuarantine(database: Database): Promise<Map<string, number>> {
  const rows = await database
    .selectFrom('gate_quarantine')
    .select(({ fn }) => ['gate_id', fn.countAll<number>().as('records')])
    .groupBy('gate_id')
    .execute();
  return new Map(rows.map((row) => [row.gate_id, row.records]));
}

/** Uses that the gate decided and the server would have refused, newest first. */
export async function loadDoubtful(database: Database, gateId: string, limit: number) {
  return database
    .selectFrom('offline_use')
    .select(['redemption_id', 'judged', 'marks', 'boot_epoch', 'seq', 'recorded_at'])
    .where('gate_id', '=', gateId)
    .where('judged', '!=', 'granted')
    .orderBy('redemption_id', 'desc')
    .limit(limit)
    .execute();
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
