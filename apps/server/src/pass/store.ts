/** SQL of passes: found by pseudonym, each with an index in its key's status list. */
import type { Instant } from '@liyu/domain/kernel';
import type { Insertable, Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** A pass as it is stored, with its status. */
export interface StoredPass {
  readonly passId: string;
  readonly donorId: string;
  readonly phoneId: string;
  readonly kind: 'phone' | 'printed';
  /** Compressed point (SEC 1), or none for a printed card. */
  readonly holderKey: Uint8Array | null;
  readonly tier: number;
  readonly honour: boolean;
  readonly beginsAt: string;
  readonly endsAt: string;
  readonly status: 'valid' | 'revoked' | 'suspended';
  readonly bytes: Uint8Array;
}

/** All passes of the donor. */
export async function loadPasses(database: Kysely<Schema>, donorId: string): Promise<StoredPass[]> {
  const rows = await database
    .selectFrom('pass')
    .innerJoin('pass_status', (join) =>
      join
        .onRef('pass_status.key_id', '=', 'pass.key_id')
        .onRef('pass_status.status_index', '=', 'pass.status_index'),
    )
    .selectAll('pass')
    .select('pass_status.status')
    .where('pass.donor_id', '=', donorId)
    .execute();
  return rows.map((row) => ({
    passId: row.pass_id,
    donorId: row.donor_id,
    phoneId: row.phone_id,
    kind: row.kind as StoredPass['kind'],
    holderKey: row.holder_key,
    tier: row.tier,
    honour: row.honour,
    beginsAt: row.begins_at,
    endsAt: row.ends_at,
    status: row.status as StoredPass['status'],
    bytes: row.pass,
  }));
}

/** Whose pass the pseudonym is, and which, or `undefined`. */
export async function findPassOf(
  database: Kysely<Schema>,
  pseudonym: Uint8Array,
): Promise<{ readonly donorId: string; readonly passId: string } | undefined> {
  const row = await database
    .selectFrom('pass_lookup')
    .select(['donor_id', 'pass_id'])
    .where('pseudonym', '=', pseudonym)
    .executeTakeFirst();
  return row && { donorId: row.donor_id, passId: row.pass_id };
}

/** Whose pass the pseudonym is, or `undefined`. */
export async function findDonorByPass(
  database: Kysely<Schema>,
  pseudonym: Uint8Array,
): Promise<string | undefined> {
  return (await findPassOf(database, pseudonym))?.donorId;
}

/** The pass of a donor with its pseudonym and status, or `undefined`. */
export async function findPassById(
  database: Kysely<Schema>,
  donorId: string,
  passId: string,
): Promise<(StoredPass & { readonly pseudonym: Uint8Array }) | undefined> {
  const passes = await loadPasses(database, donorId);
  const pass = passes.find((one) => one.passId === passId);
  const row =
    pass &&
    (await database
      .selectFrom('pass')
      .select('pseudonym')
      .where('donor_id', '=', donorId)
      .where('pass_id', '=', passId)
      .executeTakeFirst());
  return pass && row && { ...pass, pseudonym: row.pseudonym };
}

/** Whose passes the pseudonyms are, by the pseudonym in hexadecimal. */
export async function findDonorsByPass(
  database: Kysely<Schema>,
  pseudonyms: readonly Uint8Array[],
): Promise<Map<string, string>> {
  if (pseudonyms.length === 0) return new Map();
  const rows = await database
    .selectFrom('pass_lookup')
    .select(['pseudonym', 'donor_id'])
    .where('pseudonym', 'in', pseudonyms)
    .execute();
  return new Map(rows.map((row) => [Buffer.from(row.pseudonym).toString('hex'), row.donor_id]));
}

/** The status at an index, or `undefined` for one that was never given out. */
export async function findStatus(
  database: Kysely<Schema>,
  keyId: Uint8Array,
  index: number,
): Promise<StoredPass['status'] | undefined> {
  const row = await database
    .selectFrom('pass_status')
    .select('status')
    .where('key_id', '=', keyId)
    .where('status_index', '=', index)
    .executeTakeFirst();
  return row?.status as StoredPass['status'] | undefined;
}

/** Takes an index of a status list; false when it is taken. */
export async function takeIndex(
  database: Kysely<Schema>,
  row: { keyId: Uint8Array; index: number; donorId: string; passId: string; endsAt: string },
): Promise<boolean> {
  const taken = await database
    .insertInto('pass_status')
    .values({
      key_id: row.keyId,
      status_index: row.index,
      donor_id: row.donorId,
      pass_id: row.passId,
      ends_at: row.endsAt,
      status: 'valid',
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('status_index')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Records a signed pass and the look-up of its pseudonym. */
export async function insertPass(
  database: Kysely<Schema>,
  row: Omit<StoredPass, 'status'> & {
    readonly pseudonym: Uint8Array;
    readonly keyId: Uint8Array;
    readonly index: number;
    readonly recordedAt: string;
  },
): Promise<void> {
  await database
    .insertInto('pass_lookup')
    .values({ pseudonym: row.pseudonym, donor_id: row.donorId, pass_id: row.passId })
    .execute();
  await database
    .insertInto('pass')
    .values({
      donor_id: row.donorId,
      pass_id: row.passId,
      pseudonym: row.pseudonym,
      phone_id: row.phoneId,
      key_id: row.keyId,
      status_index: row.index,
      holder_key: row.holderKey,
      kind: row.kind,
      tier: row.tier,
      honour: row.honour,
      begins_at: row.beginsAt,
      ends_at: row.endsAt,
      pass: row.bytes,
      recorded_at: row.recordedAt,
    })
    .execute();
}

/** The indexes of a key's list that are not valid and whose passes have not ended. */
export async function loadListed(
  database: Kysely<Schema>,
  keyId: Uint8Array,
  now: string,
): Promise<{ index: number; status: 'revoked' | 'suspended' }[]> {
  const rows = await database
    .selectFrom('pass_status')
    .select(['status_index', 'status'])
    .where('key_id', '=', keyId)
    .where('status', '!=', 'valid')
    .where('ends_at', '>', now)
    .execute();
  return rows.map((row) => ({
    index: row.status_index,
    status: row.status as 'revoked' | 'suspended',
  }));
}

/** The phones to which the card of the donors was bound, the first one first. */
export async function loadBindings(
  database: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<{ phoneId: string; boundAt: Instant }[]> {
  const rows = await database
    .selectFrom('phone_binding')
    .select(['phone_id', 'bound_at'])
    .where('donor_id', 'in', donorIds)
    .orderBy('binding_id')
    .execute();
  return rows.map((row) => ({ phoneId: row.phone_id, boundAt: row.bound_at as Instant }));
}

/** Appends that the card was bound to a phone. */
export async function insertBinding(
  database: Kysely<Schema>,
  row: Insertable<Schema['phone_binding']>,
): Promise<void> {
  await database.insertInto('phone_binding').values(row).execute();
}

/** Appends that a card was printed. */
export async function insertPrinting(
  database: Kysely<Schema>,
  row: Insertable<Schema['card_printing']>,
): Promise<void> {
  await database.insertInto('card_printing').values(row).execute();
}
