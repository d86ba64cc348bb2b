/** SQL of donors and their documents: encrypted, found by blind index. */
import { type Kysely, sql } from 'kysely';
import { copyRows } from '../database/copy.ts';
import type { FieldCipher } from '../database/field-cipher.ts';
import type { Schema } from '../database/schema.ts';
import type { DocumentType } from './document.ts';
import { normalisePhone } from './phone.ts';

/** A person as a donation file names one. */
export interface Person {
  readonly name: string;
  readonly bornOn: string;
  readonly phone: string | null;
  readonly documentType: DocumentType;
  readonly documentNumber: string;
}

/** Whose document it is, and a hash of the name and day of birth that it was recorded with. */
export interface KnownDocument {
  readonly donorId: string;
  readonly personHash: string;
}

/** The blind index of a document, in hexadecimal. */
export function documentHash(cipher: FieldCipher, type: DocumentType, number: string): string {
  return cipher.blindIndexHex('document', `${type}\0${number}`);
}

/** The blind index of what a document must agree with, in hexadecimal. */
export function personHash(cipher: FieldCipher, person: Person): string {
  return cipher.blindIndexHex('person', `${person.name}\0${person.bornOn}`);
}

/** Hexadecimal digits of a blind index. */
const HASH_DIGITS = 64;

/** The documents that are known, by the hexadecimal hash, of those asked for. */
export async function findDocuments(
  database: Kysely<Schema>,
  hashes: readonly string[],
): Promise<Map<string, KnownDocument>> {
  if (hashes.length === 0) return new Map();
  const asked = `{${hashes.map((hash) => `"\\\\x${hash}"`).join(',')}}`;
  // One column is read faster than three: an import asks for each of its rows.
  const { rows } = await sql<{ known: string }>`
    SELECT encode(document_hash, 'hex') || encode(person_hash, 'hex') || donor_id AS known
    FROM document_lookup WHERE document_hash = ANY (${asked}::bytea[])`.execute(database);
  return new Map(
    rows.map(({ known }) => [
      known.slice(0, HASH_DIGITS),
      {
        personHash: known.slice(HASH_DIGITS, 2 * HASH_DIGITS),
        donorId: known.slice(2 * HASH_DIGITS),
      },
    ]),
  );
}

/** A donor to be recorded, with the document by which a donation file names the person. */
export interface NewDonor {
  readonly donorId: string;
  readonly documentId: string;
  readonly person: Person;
  /** The hashes of the document and of the person, in hexadecimal. */
  readonly known: { readonly document: string; readonly person: string };
}

/**
 * Records new donors with their document. A document that somebody else has recorded meanwhile
 * fails it, and the transaction with it (23505).
 */
export async function insertDonors(
  database: Kysely<Schema>,
  cipher: FieldCipher,
  people: readonly NewDonor[],
  recordedAt: string,
): Promise<void> {
  // In one order whoever asks, so that two imports seldom wait for each other.
  const inOrder = people.toSorted((one, other) =>
    one.known.document < other.known.document ? -1 : 1,
  );
  await copyRows(
    database,
    'document_lookup',
    inOrder.map(({ known, donorId }) => [{ hex: known.document }, donorId, { hex: known.person }]),
  );
  await copyRows(
    database,
    'donor',
    people.map(({ donorId, person }) => {
      const seal = (column: 'name' | 'born_on' | 'phone', text: string): Uint8Array =>
        cipher.seal(text, { table: 'donor', column, row: donorId });
      const phone = person.phone === null ? null : seal('phone', person.phone);
      return [
        donorId,
        seal('name', person.name),
        seal('born_on', person.bornOn),
        phone,
        recordedAt,
      ];
    }),
  );
  await copyRows(
    database,
    'identity_document',
    people.map(({ donorId, documentId, person }) => {
      const number = cipher.seal(person.documentNumber, {
        table: 'identity_document',
        column: 'document_number',
        row: documentId,
      });
      return [donorId, documentId, person.documentType, number, recordedAt];
    }),
  );
  await copyRows(
    database,
    'phone_lookup',
    people.flatMap(({ donorId, person: { phone } }) =>
      phone === null ? [] : [[phoneHash(cipher, phone), donorId]],
    ),
  );
}

/** The blind index of a telephone number. */
export function phoneHash(cipher: FieldCipher, phone: string): Uint8Array {
  return cipher.blindIndex('phone', normalisePhone(phone));
}

/** Makes the donors findable by their telephone numbers; who has none is left out. */
export async function linkPhones(
  database: Kysely<Schema>,
  cipher: FieldCipher,
  phones: readonly { donorId: string; phone: string | null }[],
): Promise<void> {
  const rows = phones.flatMap(({ donorId, phone }) =>
    phone === null ? [] : [{ phone_hash: phoneHash(cipher, phone), donor_id: donorId }],
  );
  if (rows.length === 0) return;
  await database
    .insertInto('phone_lookup')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The donors of a telephone number; several may share one. */
export async function findDonorsByPhone(
  database: Kysely<Schema>,
  hash: Uint8Array,
): Promise<string[]> {
  const rows = await database
    .selectFrom('phone_lookup')
    .select('donor_id')
    .where('phone_hash', '=', hash)
    .orderBy('donor_id')
    .execute();
  return rows.map((row) => row.donor_id);
}

/** The donor's telephone number, opened, or `null`. */
export async function findPhone(
  database: Kysely<Schema>,
  cipher: FieldCipher,
  donorId: string,
): Promise<string | null> {
  const row = await database
    .selectFrom('donor')
    .select('phone')
    .where('donor_id', '=', donorId)
    .executeTakeFirstOrThrow();
  return row.phone && cipher.open(row.phone, { table: 'donor', column: 'phone', row: donorId });
}

/** Sets the donor's telephone number, and by which he is found; the number before finds no more. */
export async function changePhone(
  database: Kysely<Schema>,
  cipher: FieldCipher,
  donorId: string,
  phone: string | null,
): Promise<void> {
  const before = await findPhone(database, cipher, donorId);
  if (before !== null) {
    await database
      .deleteFrom('phone_lookup')
      .where('phone_hash', '=', phoneHash(cipher, before))
      .where('donor_id', '=', donorId)
      .execute();
  }
  const place = { table: 'donor', column: 'phone', row: donorId } as const;
  await database
    .updateTable('donor')
    .set({ phone: phone === null ? null : cipher.seal(phone, place) })
    .where('donor_id', '=', donorId)
    .execute();
  await linkPhones(database, cipher, [{ donorId, phone }]);
}

/** Donors after the one given who have a telephone number, with it, in the order of their ids. */
export async function loadPhonePage(
  database: Kysely<Schema>,
  cipher: FieldCipher,
  after: string,
  limit: number,
): Promise<{ donorId: string; phone: string }[]> {
  const rows = await database
    .selectFrom('donor')
    .select(['donor_id', 'phone'])
    .where('donor_id', '>', after)
    .where('phone', 'is not', null)
    .orderBy('donor_id')
    .limit(limit)
    .execute();
  return rows.flatMap(({ donor_id: row, phone }) =>
    phone === null
      ? []
      : [{ donorId: row, phone: cipher.open(phone, { table: 'donor', column: 'phone', row }) }],
  );
}

/** Whether anybody can be found by telephone. */
export async function hasPhones(database: Kysely<Schema>): Promise<boolean> {
  const row = await database
    .selectFrom('phone_lookup')
    .select('donor_id')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Holds the donors until the transaction ends; another that asks for one of them waits. */
export async function lockDonors(
  database: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<void> {
  await database
    .selectFrom('donor')
    .select('donor_id')
    .where('donor_id', 'in', donorIds)
    .orderBy('donor_id')
    .forNoKeyUpdate()
    .execute();
}

/** The donor's name and day of birth, opened. Throws when there is no such donor. */
export async function getPerson(
  database: Kysely<Schema>,
  cipher: FieldCipher,
  donorId: string,
): Promise<{ name: string; bornOn: string }> {
  const row = await database
    .selectFrom('donor')
    .select(['name', 'born_on'])
    .where('donor_id', '=', donorId)
    .executeTakeFirstOrThrow();
  const open = (column: 'name' | 'born_on'): string =>
    cipher.open(row[column], { table: 'donor', column, row: donorId });
  return { name: open('name'), bornOn: open('born_on') };
}

/** Whether anybody is recorded. */
export async function hasDonors(database: Kysely<Schema>): Promise<boolean> {
  const row = await database.selectFrom('donor').select('donor_id').limit(1).executeTakeFirst();
  return row !== undefined;
}
