/** SQL of uses: recorded once, whole or not at all, by functions that decide nothing. */

import type { Instant } from '@liyu/domain/kernel';
import type { Posting } from '@liyu/domain/ledger';
import type { BenefitId } from '@liyu/domain/programme';
import { type Kysely, sql } from 'kysely';
import type { Leaf } from '../audit/leaf.ts';
import type { Schema } from '../database/schema.ts';
import type { DeviceMark } from '../edge/device.ts';
import type { ScanAnswer } from './answer.ts';

/** What a device sent, under its name, with the answer that it gets. */
export interface Sent {
  readonly deviceId: string;
  readonly bootEpoch: number;
  readonly seq: number;
  /** SHA-256 of the body, hexadecimal. */
  readonly bodyHash: string;
  readonly body: unknown;
  readonly answer: ScanAnswer;
  readonly quarantineId: string;
  readonly recordedAt: string;
}

/** A use to be recorded; the columns of `redemption`. */
export interface Use {
  readonly donorId: string;
  readonly redemptionId: string;
  readonly benefit: BenefitId;
  readonly venueId: string;
  readonly direction: 'in' | 'out' | null;
  readonly redeemedAt: Instant;
  readonly redeemedOn: string;
  /** Hexadecimal. */
  readonly pseudonym: string | null;
  readonly entryId: string | null;
  readonly mark: string | null;
  readonly admittedBy: 'code' | 'staff';
  readonly clerk: string | null;
  readonly reason: string | null;
  readonly code: string;
  readonly rule: string;
  readonly version: string;
  readonly waivedFen: number;
  readonly toPayFen: number;
  readonly evidence: readonly string[];
  readonly reversalOf: string | null;
  readonly recordedAt: string;
}

export type StoredPosting = Posting & { readonly postingId: string; readonly recordedAt: string };

/** Within so many seconds whoever the key names does not go that way here again. */
export interface PassageLimit {
  /** The pass's pseudonym, or the donor whom staff let in by document; hexadecimal. */
  readonly key: string;
  readonly direction: 'in' | 'out';
  readonly seconds: number;
}

/** A place in a day's count: the `ordinal`-th use of the day there, from 0. */
export interface DayEntry {
  readonly venueId: string;
  readonly ordinal: number;
}

/** Everything that one use writes: see `record_redemption` in the migrations. */
export interface RedemptionRecord {
  readonly sent: Sent;
  readonly use: Use;
  readonly showing: { readonly shownAt: number; readonly seq: number } | null;
  readonly passage: PassageLimit | null;
  readonly entriesOfDay: readonly DayEntry[];
  readonly postings: readonly StoredPosting[];
  readonly leaf: Leaf;
}

/** Everything that one refusal writes: see `record_refusal` in the migrations. */
export interface RefusalRecord {
  readonly sent: Sent;
  readonly refusal: {
    readonly refusalId: string;
    readonly donorId: string | null;
    readonly venueId: string;
    readonly direction: string | null;
    readonly refusedAt: string;
    readonly code: string;
    readonly rule: string | null;
    readonly version: string | null;
    readonly skewSeconds: number | null;
    readonly evidence: readonly string[];
    readonly recordedAt: string;
  };
  readonly leaf: Leaf;
}

/** Recorded now; known from before, with the answer it had; or kept aside for a person. */
export type Recorded =
  | { readonly recorded: boolean }
  | { readonly known: ScanAnswer }
  | { readonly quarantined: true };

/** What the database would not record, because something that must be unique is taken. */
export type Clash = 'replayed' | 'passback' | 'entry_taken' | 'trip_ended' | 'already_reversed';

const CLASHES: Readonly<Record<string, Clash>> = {
  LY001: 'replayed',
  LY002: 'passback',
  LY003: 'entry_taken',
  LY004: 'trip_ended',
  LY005: 'already_reversed',
};

type Recorder = 'record_redemption' | 'record_refusal' | 'record_reversal' | 'record_night_end';

/** Calls one of the recording functions; one round trip, all or nothing. */
export async function record(
  database: Kysely<Schema>,
  recorder: Recorder,
  content: unknown,
): Promise<Recorded | { readonly clash: Clash }> {
  try {
    const { rows } = await sql<{ answer: Recorded }>`select ${sql.raw(recorder)}(${JSON.stringify(
      content,
    )}::jsonb) as answer`.execute(database);
    const answer = rows[0]?.answer;
    if (answer === undefined) throw new Error(`invariant broken: ${recorder} answers`);
    return answer;
  } catch (cause) {
    const clash = CLASHES[(cause as { code?: string }).code ?? ''];
    if (clash === undefined) throw cause;
    return { clash };
  }
}

/** What was answered to the device's scan before, or `undefined`. */
export async function findReceipt(
  database: Kysely<Schema>,
  mark: DeviceMark,
): Promise<{ bodyHash: string; answer: ScanAnswer } | undefined> {
  const row = await database
    .selectFrom('receipt')
    .select(['body_hash', 'answer'])
    .where('device_id', '=', mark.id)
    .where('boot_epoch', '=', mark.bootEpoch)
    .where('seq', '=', mark.seq)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const bodyHash = Buffer.from(row.body_hash).toString('hex');
  return { bodyHash, answer: row.answer as ScanAnswer };
}

/** Whether the code has opened a gate. */
export async function hasShown(
  database: Kysely<Schema>,
  pseudonym: Uint8Array,
  shownAt: number,
  seq: number,
): Promise<boolean> {
  const row = await database
    .selectFrom('showing')
    .select('seq')
    .where('pseudonym', '=', pseudonym)
    .where('shown_at', '=', shownAt)
    .where('seq', '=', seq)
    .executeTakeFirst();
  return row !== undefined;
}

/** When the pass last passed here in that direction, or `undefined`. */
export async function findPassage(
  database: Kysely<Schema>,
  pseudonym: Uint8Array,
  venueId: string,
  direction: string,
): Promise<string | undefined> {
  const row = await database
    .selectFrom('passage')
    .select('passed_at')
    .where('pseudonym', '=', pseudonym)
    .where('venue_id', '=', venueId)
    .where('direction', '=', direction)
    .executeTakeFirst();
  return row?.passed_at;
}

/** The ordinals that the donor's uses of the day have taken there. */
export async function loadEntriesOfDay(
  database: Kysely<Schema>,
  donorId: string,
  venueId: string,
  day: string,
): Promise<Set<number>> {
  const rows = await database
    .selectFrom('daily_entry')
    .select('ordinal')
    .where('donor_id', '=', donorId)
    .where('venue_id', '=', venueId)
    .where('entered_on', '=', day)
    .execute();
  return new Set(rows.map((row) => row.ordinal));
}

/** A use as it is stored. */
export type StoredUse = Awaited<ReturnType<typeof loadUses>>[number];

async function loadUses(database: Kysely<Schema>, donorId: string, redemptionId: string) {
  return database
    .selectFrom('redemption')
    .selectAll()
    .where('donor_id', '=', donorId)
    .where('redemption_id', '=', redemptionId)
    .execute();
}

/** The donor's last metro entry up to the moment that nothing has ended yet, or `undefined`. */
export async function findOpenEntry(
  database: Kysely<Schema>,
  donorId: string,
  at: Instant,
): Promise<StoredUse | undefined> {
  return database
    .selectFrom('redemption')
    .selectAll('redemption')
    .where('redemption.donor_id', '=', donorId)
    .where('redemption.direction', '=', 'in')
    .where('redemption.redeemed_at', '<=', at)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('trip_end')
            .select('trip_end.entry_id')
            .where('trip_end.donor_id', '=', donorId)
            .whereRef('trip_end.entry_id', '=', 'redemption.redemption_id'),
        ),
      ),
    )
    .orderBy('redemption.redeemed_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Entries of everyone, up to the moment, that nothing has ended yet; oldest first. */
export async function loadOpenEntries(
  database: Kysely<Schema>,
  enteredBefore: Instant,
  limit: number,
): Promise<StoredUse[]> {
  return database
    .selectFrom('redemption')
    .selectAll('redemption')
    .where('redemption.direction', '=', 'in')
    .where('redemption.redeemed_at', '<=', enteredBefore)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('trip_end')
            .select('trip_end.entry_id')
            .whereRef('trip_end.donor_id', '=', 'redemption.donor_id')
            .whereRef('trip_end.entry_id', '=', 'redemption.redemption_id'),
        ),
      ),
    )
    .orderBy('redemption.redeemed_at')
    .limit(limit)
    .execute();
}

/** A use by its id, or `undefined`. */
export async function findUse(
  database: Kysely<Schema>,
  redemptionId: string,
): Promise<StoredUse | undefined> {
  const owner = await database
    .selectFrom('redemption_lookup')
    .select('donor_id')
    .where('redemption_id', '=', redemptionId)
    .executeTakeFirst();
  if (owner === undefined) return undefined;
  return (await loadUses(database, owner.donor_id, redemptionId))[0];
}
