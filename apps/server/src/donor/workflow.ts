/** Donors, for the other nouns: found by document or telephone, recorded with an import. */
import type { Kysely } from 'kysely';
import type { FieldCipher } from '../database/field-cipher.ts';
import type { Schema } from '../database/schema.ts';
import { findPersons, type PersonIds } from './person-store.ts';
import { hasPhones, linkPhones, loadPhonePage, lockDonors } from './store.ts';

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
  AmbiguousDocument,
  changePhone,
  documentHash,
  findDocuments,
  findDonorByDocument,
  findDonorsByPhone,
  findPhone,
  getPerson,
  hasDonors,
  insertDonors,
  lockDonors,
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
