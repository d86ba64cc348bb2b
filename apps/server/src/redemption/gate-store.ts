/** SQL of what gates send: what is known before it is judged, and all of it stored together. */
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { codeOf } from './record-store.ts';
import type { StoredUse } from './store.ts';

type Database = Kysely<Schema>;

/** What a device has sent before, under the names asked for. */
export interface KnownReceipt {
  readonly bootEpoch: number;
  readonly seq: number;
  readonly bodyHash: string;
  readonly redemptionId: string | null;
}

type Name = Pick<KnownReceipt, 'bootEpoch' | 'seq'>;

/** The receipts of the device for these names. */
export async function loadReceipts(
  database: Database,
  deviceId: string,
  names: readonly Name[],
): Promise<KnownReceipt[]> {
  if (names.length === 0) return [];
  const rows = await database
    .selectFrom('receipt')
    .select(['boot_epoch', 'seq', 'body_hash', 'answer'])
    .where('device_id', '=', deviceId)
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('boot_epoch', 'seq'),
        'in',
        names.map((one) => tuple(one.bootEpoch, one.seq)),
      ),
    )
    .execute();
  return rows.map((row) => ({
    bootEpoch: row.boot_epoch,
    seq: row.seq,
    bodyHash: Buffer.from(row.body_hash).toString('hex'),
    redemptionId: (row.answer as { redemptionId?: string } | null)?.redemptionId ?? null,
  }));
}

/** What the device has in quarantine under these names, as `start/number/hash`. */
export async function loadQuarantined(
  database: Database,
  deviceId: string,
  names: readonly Name[],
): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const rows = await database
    .selectFrom('gate_quarantine')
    .select(['boot_epoch', 'seq', 'body_sha256'])
    .where('device_id', '=', deviceId)
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('boot_epoch', 'seq'),
        'in',
        names.map((one) => tuple(one.bootEpoch, one.seq)),
      ),
    )
    .execute();
  return new Set(rows.map((row) => `${row.boot_epoch}/${row.seq}/${row.body_sha256}`));
}

/** The codes among these that have opened a gate, as `pseudonym/moment/number`. */
export async function loadShown(
  database: Database,
  codes: readonly { pseudonym: Uint8Array; shownAt: number; seq: number }[],
): Promise<Set<string>> {
  if (codes.length === 0) return new Set();
  const rows = await database
    .selectFrom('showing')
    .selectAll()
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('pseudonym', 'shown_at', 'seq'),
        'in',
        codes.map((one) => tuple(one.pseudonym, one.shownAt, one.seq)),
      ),
    )
    .execute();
  return new Set(
    rows.map((row) => `${Buffer.from(row.pseudonym).toString('hex')}/${row.shown_at}/${row.seq}`),
  );
}

/** When each pass last passed at the venue, as `pseudonym/direction`. */
export async function loadPassed(
  database: Database,
  pseudonyms: readonly Uint8Array[],
  venueId: string,
): Promise<Map<string, string>> {
  if (pseudonyms.length === 0) return new Map();
  const rows = await database
    .selectFrom('passage')
    .selectAll()
    .where('pseudonym', 'in', pseudonyms)
    .where('venue_id', '=', venueId)
    .execute();
  return new Map(
    rows.map((row) => [
      `${Buffer.from(row.pseudonym).toString('hex')}/${row.direction}`,
      row.passed_at,
    ]),
  );
}

/** The places of days that the donors' uses have taken. */
export async function loadDayEntries(
  database: Database,
  donorIds: readonly string[],
  venueIds: readonly string[],
  days: readonly string[],
): Promise<{ donorId: string; venueId: string; day: string; ordinal: number }[]> {
  if (donorIds.length === 0) return [];
  const rows = await database
    .selectFrom('daily_entry')
    .selectAll()
    .where('donor_id', 'in', donorIds)
    .where('venue_id', 'in', venueIds)
    .where('entered_on', 'in', days)
    .execute();
  return rows.map((row) => ({
    donorId: row.donor_id,
    venueId: row.venue_id,
    day: row.entered_on,
    ordinal: row.ordinal,
  }));
}

/** How often something was recorded of each person's trips. */
export async function loadTurns(
  database: Database,
  personIds: readonly string[],
): Promise<Map<string, number>> {
  if (personIds.length === 0) return new Map();
  const rows = await database
    .selectFrom('trip_turn')
    .selectAll()
    .where('donor_id', 'in', personIds)
    .execute();
  return new Map(rows.map((row) => [row.donor_id, row.turn]));
}

/** The donors' uses of the metro between the moments, both included. */
export async function loadMetroUses(
  database: Database,
  donorIds: readonly string[],
  from: string,
  to: string,
): Promise<StoredUse[]> {
  if (donorIds.length === 0) return [];
  return database
    .selectFrom('redemption')
    .selectAll()
    .where('donor_id', 'in', donorIds)
    .where('direction', 'is not', null)
    .where('redeemed_at', '>=', from)
    .where('redeemed_at', '<=', to)
    .execute();
}

/** What has become of uses: who ended an entry, what took a use back, with which entry it goes. */
export interface UseFates {
  readonly endedBy: ReadonlyMap<string, string>;
  readonly reversedBy: ReadonlyMap<string, string>;
  /** With which entry a use goes by its last change. */
  readonly pairedWith: ReadonlyMap<string, string | null>;
}

/** The fates of the donors' uses. */
export async function loadFates(
  database: Database,
  donorIds: readonly string[],
  useIds: readonly string[],
): Promise<UseFates> {
  const none = new Map();
  if (useIds.length === 0) return { endedBy: none, reversedBy: none, pairedWith: none };
  const ends = await database
    .selectFrom('trip_end')
    .selectAll()
    .where('donor_id', 'in', donorIds)
    .where('entry_id', 'in', useIds)
    .execute();
  const reversals = await database
    .selectFrom('reversal')
    .selectAll()
    .where('donor_id', 'in', donorIds)
    .where('redemption_id', 'in', useIds)
    .execute();
  const changes = await database
    .selectFrom('trip_change')
    .selectAll()
    .where('donor_id', 'in', donorIds)
    .where('redemption_id', 'in', useIds)
    .orderBy('change_id')
    .execute();
  return {
    endedBy: new Map(ends.map((row) => [row.entry_id, row.ended_by])),
    reversedBy: new Map(reversals.map((row) => [row.redemption_id, row.reversal_id])),
    pairedWith: new Map(changes.map((row) => [row.redemption_id, row.entry_id])),
  };
}

/** Why nothing was stored: somebody else has taken something meanwhile, so look again. */
const MEANWHILE = new Set(['LY004', 'LY006', 'LY007']);

/** Stores everything or nothing; false when it is to be judged anew. Throws what else goes wrong. */
export async function storeOffline(
  database: Database,
  rows: object,
  sightings: readonly object[],
): Promise<boolean> {
  try {
    await sql`select record_offline(${JSON.stringify(rows)}::jsonb),
      record_sightings(${JSON.stringify(sightings)}::jsonb)`.execute(database);
    return true;
  } catch (cause) {
    if (MEANWHILE.has(codeOf(cause))) return false;
    throw cause;
  }
}
