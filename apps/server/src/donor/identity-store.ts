/** SQL that finds people by the number of a document. */
import type { Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import type { FieldCipher } from '../database/field-cipher.ts';
import type { Schema } from '../database/schema.ts';
import { DOCUMENT_TYPES, type DocumentType } from './document.ts';
import { findPerson, findPersonAt } from './person-store.ts';
import { documentHash, findDocuments } from './store.ts';

/** Several people have a document of this number, of different types. */
export class AmbiguousDocument extends Error {
  constructor() {
    super('several people have a document of this number: name its type');
  }
}

/**
 * The people of a document number: donors whose cards live on, by now or by what was recorded at a
 * moment. Without a type every type is looked up.
 */
export async function findDonorsByDocument(
  database: Kysely<Schema>,
  cipher: FieldCipher,
  number: string,
  type?: DocumentType,
  knownAt?: Instant,
): Promise<string[]> {
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
  return [...persons];
}

/** The one person of a document number, or `undefined`; throws `AmbiguousDocument` for several. */
export async function findDonorByDocument(
  database: Kysely<Schema>,
  cipher: FieldCipher,
  number: string,
  type?: DocumentType,
  knownAt?: Instant,
): Promise<string | undefined> {
  const donors = await findDonorsByDocument(database, cipher, number, type, knownAt);
  if (donors.length > 1) throw new AmbiguousDocument();
  return donors[0];
}
