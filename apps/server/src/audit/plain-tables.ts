/**
 * Tables whose leaves say their rows as they are: every column but sealed bytes, in camel case. A
 * new table of events that leaves such leaves (`leafOfRow`) needs a line here and nothing else.
 */
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { RecordedRow } from './recorded-log.ts';

/** A table, its key of two columns (one twice if it has but one), and the id that leaves name. */
export interface PlainTable {
  readonly subject: string;
  readonly table: keyof Schema;
  readonly key: readonly [first: string, second: string];
  readonly id: string;
  /** What the leaf of a row of an earlier release says; `undefined` for a row of today's. */
  readonly findEarlier?: (row: Row) => Row | undefined;
}

type Row = Readonly<Record<string, unknown>>;

/** The tables, in the order in which they are verified. */
export const PLAIN_TABLES: readonly PlainTable[] = [
  {
    subject: 'correction',
    table: 'donation_correction',
    key: ['donor_id', 'correction_id'],
    id: 'correction_id',
    findEarlier: correctionOfNobody,
  },
  {
    subject: 'import_revert',
    table: 'import_revert',
    key: ['import_id', 'import_id'],
    id: 'import_id',
  },
  {
    subject: 'access_look',
    table: 'access_look',
    key: ['donor_id', 'look_id'],
    id: 'look_id',
  },
  { subject: 'login', table: 'login', key: ['login_name', 'login_name'], id: 'login_id' },
  {
    subject: 'login_event',
    table: 'login_event',
    key: ['login_name', 'event_id'],
    id: 'event_id',
  },
  {
    subject: 'donor_change',
    table: 'donor_change',
    key: ['donor_id', 'change_id'],
    id: 'change_id',
  },
  { subject: 'card_freeze', table: 'card_freeze', key: ['donor_id', 'event_id'], id: 'event_id' },
  { subject: 'pass_freeze', table: 'pass_freeze', key: ['donor_id', 'event_id'], id: 'event_id' },
  {
    subject: 'whereabouts_deletion',
    table: 'whereabouts_deletion',
    key: ['deletion_id', 'deletion_id'],
    id: 'deletion_id',
  },
  { subject: 'clone_alarm', table: 'clone_alarm', key: ['donor_id', 'alarm_id'], id: 'alarm_id' },
  { subject: 'merge', table: 'donor_merge', key: ['donor_id', 'event_id'], id: 'event_id' },
  {
    subject: 'login_subject',
    table: 'login_subject',
    key: ['login_name', 'event_id'],
    id: 'event_id',
  },
  {
    subject: 'machine_event',
    table: 'machine_event',
    key: ['machine_id', 'event_id'],
    id: 'event_id',
  },
  { subject: 'gate_event', table: 'gate_event', key: ['gate_id', 'event_id'], id: 'event_id' },
  {
    subject: 'gate_quarantine',
    table: 'gate_quarantine',
    key: ['device_id', 'quarantine_id'],
    id: 'quarantine_id',
  },
  {
    subject: 'offline_use',
    table: 'offline_use',
    key: ['donor_id', 'redemption_id'],
    id: 'redemption_id',
  },
  { subject: 'trip_change', table: 'trip_change', key: ['donor_id', 'change_id'], id: 'change_id' },
  { subject: 'gate_boot', table: 'gate_boot', key: ['device_id', 'boot_id'], id: 'boot_id' },
  {
    subject: 'approval',
    table: 'approval',
    key: ['approval_id', 'approval_id'],
    id: 'approval_id',
  },
  {
    subject: 'approval_decision',
    table: 'approval_decision',
    key: ['approval_id', 'approval_id'],
    id: 'approval_id',
  },
  { subject: 'claim', table: 'claim', key: ['donor_id', 'claim_id'], id: 'claim_id' },
  {
    subject: 'phone_binding',
    table: 'phone_binding',
    key: ['donor_id', 'binding_id'],
    id: 'binding_id',
  },
  {
    subject: 'card_printing',
    table: 'card_printing',
    key: ['donor_id', 'printing_id'],
    id: 'printing_id',
  },
];

/** A correction of the time before people signed in: nobody is named in it. */
function correctionOfNobody(row: Row): Row | undefined {
  if (row.recorded_by !== null) return undefined;
  return {
    donorId: row.donor_id,
    correctionId: row.correction_id,
    donation: row.donation_number,
    correction: row.correction,
    reason: row.reason,
  };
}

/** What a leaf says of a row: its columns in camel case; sealed bytes are nobody's to read. */
export function recordOfRow(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => !(value instanceof Uint8Array))
      .map(([column, value]) => [
        column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
        value,
      ]),
  );
}

/** The rows of a table whose ids are asked for, as their leaves would say them. */
export async function loadPlainRows(
  database: Kysely<Schema>,
  { subject, table, id, findEarlier }: PlainTable,
  ids: readonly string[],
): Promise<RecordedRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<Record<string, unknown>>`
    select * from ${sql.table(table)} where ${sql.ref(id)} in (${sql.join(ids)})`.execute(database);
  return rows.map((row) => ({
    subject,
    subjectId: String(row[id]),
    record: findEarlier?.(row) ?? recordOfRow(row),
  }));
}
