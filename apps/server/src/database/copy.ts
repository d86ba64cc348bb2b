/**
 * Rows by PostgreSQL's COPY, the same on either engine: several times as fast as INSERT. It is one
 * query of the caller's transaction: all rows or none, and a key that is taken fails it (23505).
 */
import { CompiledQuery, type Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** Bytes in hexadecimal. */
export interface HexBytes {
  readonly hex: string;
}

/** A value as COPY takes it; bytes become bytea. */
export type CopyValue = string | number | boolean | Uint8Array | HexBytes | null;

/** How the engines know such a query; its one parameter is the text of the rows. */
export const COPY_QUERY = /^COPY .* FROM STDIN$/;

/** Appends the rows, each with the values of the columns in their order. */
export async function copyRows<T extends keyof Schema & string>(
  database: Kysely<Schema>,
  table: T,
  columns: readonly (keyof Schema[T] & string)[],
  rows: Iterable<readonly CopyValue[]>,
): Promise<void> {
  // Joined once: a million texts that grow field by field are what the collector would be busy with.
  const fields: string[] = [];
  for (const row of rows) {
    let separator = '\t';
    for (let at = 0; at < row.length; at += 1) {
      if (at === row.length - 1) separator = '\n';
      fields.push(fieldOf(row[at] ?? null), separator);
    }
  }
  if (fields.length === 0) return;
  const query = `COPY ${table} (${columns.join(', ')}) FROM STDIN`;
  await database.executeQuery(CompiledQuery.raw(query, [Buffer.from(fields.join(''))]));
}

const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** The value in COPY's text format. */
function fieldOf(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') {
    if (!SPECIAL.test(value)) return value;
    return value.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character);
  }
  if (typeof value === 'object') return `\\\\x${'hex' in value ? value.hex : hexOf(value)}`;
  return String(value);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
