/** Donors, for the other nouns: found by document or telephone, recorded with an import. */
import type { Kysely } from 'kysely';
import type { FieldCipher } from '../database/field-cipher.ts';
import type { Schema } from '../database/schema.ts';
import { type DocumentType, normaliseNumber } from './document.ts';
import { AmbiguousDocument, findDonorByDocument } from './identity-store.ts';
import { findPerson, findPersons, type PersonIds } from './person-store.ts';
import { findPhone, hasPhones, linkPhones, loadPhonePage, lockDonors } from './store.ts';

export { isPhoneChangedSince } from './document-store.ts';
export { DonorMemory } from './donor-memory.ts';
export { AmbiguousDocument, findDonorByDocument } from './identity-store.ts';
export {
  findKnownDonors,
  findPerson,
  findPersonAt,
  findPersons,
  loadPersonsAt,
  type PersonIds,
  personOf,
} from './person-store.ts';
export {
  changePhone,
  documentHash,
  findDocuments,
  findDonorsByPhone,
  findPhone,
  getPerson,
  hasDonors,
  insertDonors,
  type KnownDocument,
  lockDonors,
  type NewDonor,
  personHash,
  phoneHash,
} from './store.ts';

const PAGE = 1000;

/**
 * Holds the donors, and everyone who is the same person as one of them, until the transaction ends;
 * answers who they are. A merge that comes between is waited for and seen.
 */
export async function lockPersons(
  transaction: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<Map<string, PersonIds>> {
  let wanted = donorIds.toSorted();
  for (;;) {
    await lockDonors(transaction, wanted);
    const held = new Set(wanted);
    const persons = await findPersons(transaction, donorIds);
    const all = [...persons.values()].flatMap((person) => person.donorIds);
    if (all.every((donorId) => held.has(donorId))) return persons;
    wanted = [...new Set([...donorIds, ...all])].sort();
  }
}

/** Holds the person that the donor is until the transaction ends, and answers who that is. */
export async function holdPerson(transaction: Kysely<Schema>, donorId: string): Promise<PersonIds> {
  const person = (await lockPersons(transaction, [donorId])).get(donorId);
  if (person === undefined) throw new Error('invariant broken: who is asked for is somebody');
  return person;
}

/** The person's telephone number: of the donor whose card lives on, else of another, or `null`. */
export async function findPersonPhone(
  database: Kysely<Schema>,
  cipher: FieldCipher,
  donorId: string,
): Promise<string | null> {
  const { personId, donorIds } = await findPerson(database, donorId);
  for (const id of new Set([personId, ...donorIds])) {
    const phone = await findPhone(database, cipher, id);
    if (phone !== null) return phone;
  }
  return null;
}

/**
 * Makes everyone findable by telephone who was recorded before there was a look-up: a migration
 * cannot, because the key is outside the database. All or nothing, and nothing when it is done.
 */
export async function fillPhones(database: Kysely<Schema>, cipher: FieldCipher): Promise<void> {
  if (await hasPhones(database)) return;
  await database.transaction().execute(async (transaction) => {
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const page = await loadPhonePage(transaction, cipher, after, PAGE);
      await linkPhones(transaction, cipher, page);
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.donorId;
    }
  });
}

/** A document as somebody shows or types it. */
export interface ShownDocument {
  readonly document: string;
  readonly documentType?: DocumentType | undefined;
}

/** The donor of the document, or `undefined`: also when only its type would tell whose it is. */
export async function findOwner(
  database: Kysely<Schema>,
  cipher: FieldCipher,
  { document, documentType }: ShownDocument,
): Promise<string | undefined> {
  try {
    return await findDonorByDocument(database, cipher, normaliseNumber(document), documentType);
  } catch (cause) {
    if (cause instanceof AmbiguousDocument) return undefined;
    throw cause;
  }
}
