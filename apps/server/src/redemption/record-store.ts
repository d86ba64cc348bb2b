/**
 * SQL that records scans and reversals: whole or not at all, by functions that enforce what must be
 * unique and decide nothing.
 */
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { ScanAnswer } from './answer.ts';
import { rowsOf, type ScanRecord, type Sent, sightingsOf } from './scan-record.ts';

/** What the database would not record, because something that must be unique is taken. */
export type Clash =
  | 'replayed'
  | 'passback'
  | 'entry_taken'
  | 'trip_ended'
  | 'already_reversed'
  | 'trips_changed';

const CLASHES: Readonly<Record<string, Clash>> = {
  LY001: 'replayed',
  LY002: 'passback',
  LY003: 'entry_taken',
  LY004: 'trip_ended',
  LY005: 'already_reversed',
  LY007: 'trips_changed',
};
const RECEIPT_KNOWN = 'LY006';

/** PostgreSQL's code of an error, or the driver's; empty when it has none. */
export function codeOf(cause: unknown): string {
  return String((cause as { code?: unknown }).code ?? '');
}

/**
 * Stores all the records or none, in one round trip. Answers `undefined` when they are stored, else
 * why none is; throws whatever else PostgreSQL says.
 */
export async function storeTogether(
  database: Kysely<Schema>,
  records: readonly ScanRecord[],
): Promise<Clash | 'receipt_known' | undefined> {
  try {
    const batch = JSON.stringify(rowsOf(records));
    const sightings = JSON.stringify(sightingsOf(records));
    await sql`select record_together(${batch}::jsonb), record_sightings(${sightings}::jsonb)`.execute(
      database,
    );
    return undefined;
  } catch (cause) {
    const code = codeOf(cause);
    const clash = code === RECEIPT_KNOWN ? 'receipt_known' : CLASHES[code];
    if (clash === undefined) throw cause;
    return clash;
  }
}

/** What was answered before to any of what the devices sent, by `receiptKey`. */
export async function findReceipts(
  database: Kysely<Schema>,
  sent: readonly Sent[],
): Promise<Map<string, { bodyHash: string; answer: ScanAnswer | null }>> {
  const rows = await database
    .selectFrom('receipt')
    .select(['device_id', 'boot_epoch', 'seq', 'body_hash', 'answer'])
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('device_id', 'boot_epoch', 'seq'),
        'in',
        sent.map((one) => tuple(one.deviceId, one.bootEpoch, one.seq)),
      ),
    )
    .execute();
  return new Map(
    rows.map((row) => [
      receiptKey({ deviceId: row.device_id, bootEpoch: row.boot_epoch, seq: row.seq }),
      {
        bodyHash: Buffer.from(row.body_hash).toString('hex'),
        answer: row.answer as ScanAnswer | null,
      },
    ]),
  );
}

/** The device's name for a scan as one text. */
export function receiptKey({
  deviceId,
  bootEpoch,
  seq,
}: Pick<Sent, 'deviceId' | 'bootEpoch' | 'seq'>): string {
  return `${deviceId}/${bootEpoch}/${seq}`;
}

/** Keeps another body under a known name aside, for a person to look at. */
export async function insertQuarantine(database: Kysely<Schema>, sent: Sent): Promise<void> {
  await database
    .insertInto('quarantine')
    .values({
      quarantine_id: sent.quarantineId,
      device_id: sent.deviceId,
      boot_epoch: sent.bootEpoch,
      seq: sent.seq,
      body_hash: Buffer.from(sent.bodyHash, 'hex'),
      body: JSON.stringify(sent.body),
      recorded_at: sent.recordedAt,
    })
    .execute();
}

/** Takes a use back or ends a night's trip; one round trip, all or nothing. */
export async function record(
  database: Kysely<Schema>,
  recorder: 'record_reversal' | 'record_night_end',
  content: unknown,
): Promise<{ readonly clash: Clash } | undefined> {
  try {
    await sql`select ${sql.raw(recorder)}(${JSON.stringify(content)}::jsonb)`.execute(database);
    return undefined;
  } catch (cause) {
    const clash = CLASHES[codeOf(cause)];
    if (clash === undefined) throw cause;
    return { clash };
  }
}
