/** SQL of a donor's particulars (个人信息), opened: name, day of birth, telephone, documents. */
import type { Kysely } from 'kysely';
import type { Scope } from '../access/caller.ts';
import type { FieldCipher } from '../database/field-cipher.ts';
import type { Schema } from '../database/schema.ts';
import { findPerson } from './person-store.ts';

/** What is known of a person, in clear: only for those whom a role shows it, or masked. */
export interface Particulars {
  readonly name: string;
  readonly bornOn: string;
  readonly phone: string | null;
  readonly documents: readonly { readonly type: string; readonly number: string }[];
}

/**
 * The person's particulars, with the documents of every donor that the person was recorded as;
 * `undefined` when there is no such donor, or out of the scope.
 */
export async function findParticulars(
  database: Kysely<Schema>,
  cipher: FieldCipher,
  scope: Scope,
  donorId: string,
): Promise<Particulars | undefined> {
  if (scope.reach === 'partner') return undefined;
  const { personId, donorIds } = await findPerson(database, donorId);
  if (scope.reach === 'self' && !donorIds.includes(scope.donorId)) return undefined;
  const row = await database
    .selectFrom('donor')
    .select(['name', 'born_on', 'phone'])
    .where('donor_id', '=', personId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const documents = await database
    .selectFrom('identity_document')
    .select(['document_id', 'document_type', 'document_number'])
    .where('donor_id', 'in', donorIds)
    .orderBy('document_id')
    .execute();
  const open = (column: 'name' | 'born_on' | 'phone', sealed: Uint8Array): string =>
    cipher.open(sealed, { table: 'donor', column, row: personId });
  return {
    name: open('name', row.name),
    bornOn: open('born_on', row.born_on),
    phone: row.phone && open('phone', row.phone),
    documents: documents.map(
      ({ document_id: id, document_type: type, document_number: sealed }) => ({
        type,
        number: cipher.open(sealed, {
          table: 'identity_document',
          column: 'document_number',
          row: id,
        }),
      }),
    ),
  };
}
