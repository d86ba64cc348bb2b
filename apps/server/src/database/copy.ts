/**
 * Rows by PostgreSQL's COPY, the same on either engine: several times as fast as INSERT. It is one
 * query of the caller's transaction: all rows or none, and a key that is taken fails it (23505).
 */
import { CompiledQuery, type Kysely } from 'kysely';
import { type CopyType, type CopyValue, copyBytes } from './copy-bytes.ts';
import type { Schema } from './schema.ts';

export type { CopyValue } from './copy-bytes.ts';

/** The tables that rows are copied to, with all of their columns in the order of a row's values. */
export const COPIED = {
  document_lookup: { document_hash: 'bytea', donor_id: 'uuid', person_hash: 'bytea' },
  donor: {
    donor_id: 'uuid',
    name: 'bytea',
    born_on: 'bytea',
    phone: 'bytea',
    recorded_at: 'timestamptz',
  },
  identity_document: {
    donor_id: 'uuid',
    document_id: 'uuid',
    document_type: 'text',
    document_number: 'bytea',
    recorded_at: 'timestamptz',
  },
  phone_lookup: { phone_hash: 'bytea', donor_id: 'uuid' },
  donation_number: { donation_number: 'text', donor_id: 'uuid', facts_hash: 'bytea' },
  donation: {
    donor_id: 'uuid',
    donation_number: 'text',
    donated_on: 'date',
    kind: 'text',
    amount: 'integer',
    unit: 'text',
    city: 'text',
    in_city: 'boolean',
    site: 'text',
    import_id: 'uuid',
    recorded_at: 'timestamptz',
  },
  card_number: { card_number: 'text', donor_id: 'uuid' },
  card: { donor_id: 'uuid', card_number: 'text', recorded_at: 'timestamptz' },
  card_event: {
    donor_id: 'uuid',
    event_id: 'uuid',
    event: 'text',
    kind: 'text',
    valid_from: 'date',
    valid_through: 'date',
    because: 'jsonb',
    recorded_at: 'timestamptz',
  },
  notice: {
    notice_id: 'uuid',
    event_key: 'text',
    kind: 'text',
    donor_id: 'uuid',
    body: 'bytea',
    urgent: 'boolean',
    state: 'text',
    tries: 'smallint',
    failure: 'text',
    due_at: 'timestamptz',
    expires_at: 'timestamptz',
    recorded_at: 'timestamptz',
  },
} as const satisfies {
  readonly [T in keyof Schema]?: { readonly [C in keyof Schema[T]]: CopyType };
};

/** How the engines know such a query; its one parameter is the bytes of the rows. */
export const COPY_QUERY = /^COPY .* FROM STDIN \(FORMAT binary\)$/;

/** Appends the rows, each with the values of the table's columns in the order of `COPIED`. */
export async function copyRows(
  database: Kysely<Schema>,
  table: keyof typeof COPIED,
  rows: Iterable<readonly CopyValue[]>,
): Promise<void> {
  const columns: Readonly<Record<string, CopyType>> = COPIED[table];
  const bytes = copyBytes(Object.values(columns), rows);
  if (bytes === undefined) return;
  const names = Object.keys(columns).join(', ');
  const query = `COPY ${table} (${names}) FROM STDIN (FORMAT binary)`;
  await database.executeQuery(CompiledQuery.raw(query, [bytes]));
}
