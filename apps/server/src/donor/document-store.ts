/** SQL of a donor's further documents, and of what was changed. */
import type { Insertable, Kysely } from 'kysely';
import type { FieldCipher } from '../database/field-cipher.ts';
import type { Schema } from '../database/schema.ts';
import { documentHash, type Person, personHash } from './store.ts';

/** Records a document of a known donor; false when somebody is known by it. */
export async function insertDocument(
  database: Kysely<Schema>,
  cipher: FieldCipher,
  donorId: string,
  documentId: string,
  person: Person,
  recordedAt: string,
): Promise<boolean> {
  const { documentType, documentNumber } = person;
  const taken = await database
    .insertInto('document_lookup')
    .values({
      document_hash: Buffer.from(documentHash(cipher, documentType, documentNumber), 'hex'),
      donor_id: donorId,
      person_hash: Buffer.from(personHash(cipher, person), 'hex'),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('donor_id')
    .executeTakeFirst();
  if (taken === undefined) return false;
  await database
    .insertInto('identity_document')
    .values({
      donor_id: donorId,
      document_id: documentId,
      document_type: documentType,
      document_number: cipher.seal(documentNumber, {
        table: 'identity_document',
        column: 'document_number',
        row: documentId,
      }),
      recorded_at: recordedAt,
    })
    .execute();
  return true;
}

/** The document finds nobody any more; its record stays. */
export async function endDocument(database: Kysely<Schema>, hash: Uint8Array): Promise<void> {
  await database.deleteFrom('document_lookup').where('document_hash', '=', hash).execute();
}

/** Appends what was changed. */
export async function insertChange(
  database: Kysely<Schema>,
  row: Insertable<Schema['donor_change']>,
): Promise<void> {
  await database.insertInto('donor_change').values(row).execute();
}

/** Whether staff gave the person another telephone number after the moment. */
export async function isPhoneChangedSince(
  database: Kysely<Schema>,
  donorIds: readonly string[],
  moment: string,
): Promise<boolean> {
  const row = await database
    .selectFrom('donor_change')
    .select('change_id')
    .where('donor_id', 'in', donorIds)
    .where('phone_changed', '=', true)
    .where('recorded_at', '>', moment)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
