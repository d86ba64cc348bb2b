/** SQL of donors and their documents: encrypted, found by blind index. */
import type { Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import type { FieldCipher } from '../database/field-cipher.ts';
import type { Schema } from '../database/schema.ts';
import { DOCUMENT_TYPES, type DocumentType } from './document.ts';
import { findPerson, findPersonAt } from './person-store.ts';
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

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The blind index of a document. */
export function documentHash(cipher: FieldCipher, type: DocumentType, number: string): Uint8Array {
  return cipher.blindIndex('document', `${type}\0${number}`);
}

/** The blind index of what a document must agree with. */
export function personHash(cipher: FieldCipher, person: Person): Uint8Array {
  return cipher.blindIndex('person', `${person.name}\0${person.bornOn}`);
}

/** The documents that are known, by the hexadecimal hash, of those asked for. */
export async function findDocuments(
  database: Kysely<Schema>,
  hashes: readonly Uint8Array[],
): Promise<Map<string, KnownDocument>> {
  const rows = await database
    .selectFrom('document_lookup')
    .selectAll()
    .where('document_hash', 'in', hashes)
    .execute();
  return new Map(
    rows.map((row) => [
      hex(row.document_hash),
      { donorId: row.donor_id, personHash: hex(row.person_hash) },
    ]),
  );
}

/** Several people have a document of this number, of different types. */
export class AmbiguousDocument extends Error {
  constructor() {
    super('several people have a document of this number: name its type');
  }
}

/**
 * The person of a document number, or `undefined`: the donor whose card lives on, by now or by what
 * was recorded at a moment. Without a type every type is looked up; throws `AmbiguousDocument` when
 * that finds several people.
 */
export async function findDonorByDocument(
  database: Kysely<Schema>,
  cipher: FieldCipher,
  number: string,
  type?: DocumentType,
  knownAt?: Instant,
): Promise<string | undefined> {
  const types = type === undefined ? (Object.keys(DOCUMENT_TYPES) as DocumentType[]) : [type];
  const known = await findDocuments(
    database,
    types.map((one) => documentHash(cipher, one, number)),
  );
  const persons = new Set<string>();
  for (const donorId of new Set([...known.values()].map((one) => one.donorId))) {
    const person =
      knownAt === undefined
        ? await findPerson(database, donorId)
        : await findPersonAt(database, donorId, knownAt);
    persons.add(person.personId);
  }
  if (persons.size > 1) throw new AmbiguousDocument();
  return [...persons][0];
}

/** Records new donors with their document; answers the documents that were free, by hash. */
export async function insertDonors(
  database: Kysely<Schema>,
  cipher: FieldCipher,
  people: readonly { donorId: string; documentId: string; person: Person }[],
  recordedAt: string,
): Promise<Set<string>> {
  const lookups = people.map(({ donorId, person }) => ({
    document_hash: documentHash(cipher, person.documentType, person.documentNumber),
    donor_id: donorId,
    person_hash: personHash(cipher, person),
  }));
  // In one order whoever asks, or two imports wait for each other.
  lookups.sort((one, other) => Buffer.compare(one.document_hash, other.document_hash));
  const taken = await database
    .insertInto('document_lookup')
    .values(lookups)
    .onConflict((conflict) => conflict.doNothing())
    .returning('donor_id')
    .execute();
  const free = new Set(taken.map((row) => row.donor_id));
  const fresh = people.filter(({ donorId }) => free.has(donorId));
  if (fresh.length === 0) return free;
  await database
    .insertInto('donor')
    .values(
      fresh.map(({ donorId, person }) => {
        const seal = (column: 'name' | 'born_on' | 'phone', text: string): Uint8Array =>
          cipher.seal(text, { table: 'donor', column, row: donorId });
        return {
          donor_id: donorId,
          name: seal('name', person.name),
          born_on: seal('born_on', person.bornOn),
          phone: person.phone === null ? null : seal('phone', person.phone),
          recorded_at: recordedAt,
        };
      }),
    )
    .execute();
  await database
    .insertInto('identity_document')
    .values(
      fresh.map(({ donorId, documentId, person }) => ({
        donor_id: donorId,
        document_id: documentId,
        document_type: person.documentType,
        document_number: cipher.seal(person.documentNumber, {
          table: 'identity_document',
          column: 'document_number',
          row: documentId,
        }),
        recorded_at: recordedAt,
      })),
    )
    .execute();
  await linkPhones(
    database,
    cipher,
    fresh.map(({ donorId, person }) => ({ donorId, phone: person.phone })),
  );
  return free;
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
