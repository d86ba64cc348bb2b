/** SQL of turning the key: the rows of every encrypted column, by the version that sealed them. */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { SealedTable } from '../database/sealed-columns.ts';

/** A table of the list of encrypted columns, with its name. */
export interface NamedTable extends SealedTable {
  readonly table: string;
}

/** Fields of a table that a version has sealed. */
export interface SealedCount {
  readonly table: string;
  readonly column: string;
  readonly version: number;
  readonly fields: number;
}

/** A row with its encrypted columns; `key` in the order of the table's. */
export interface SealedRow {
  readonly key: readonly string[];
  readonly row: string;
  readonly sealed: ReadonlyMap<string, Uint8Array>;
}

/** How many fields each version has sealed, of every column. */
export async function countByVersion(
  database: Kysely<Schema>,
  tables: readonly NamedTable[],
): Promise<SealedCount[]> {
  const counts: SealedCount[] = [];
  for (const { table, columns } of tables) {
    for (const column of columns) {
      const field = sql.ref(column);
      const { rows } = await sql<{ version: number; fields: number }>`
        select get_byte(${field}, 0) * 256 + get_byte(${field}, 1) as version,
          count(*) as fields
        from ${sql.table(table)} where ${field} is not null group by 1 order by 1
      `.execute(database);
      counts.push(...rows.map((row) => ({ table, column, ...row })));
    }
  }
  return counts;
}

/**
 * Takes up to `limit` rows behind the key that another version than `version` has sealed, in the
 * order of the key, and holds them until the transaction ends. Rows that somebody else holds are
 * left out: who waits for nobody stands in nobody's way.
 */
export async function takeSealedBy(
  database: Kysely<Schema>,
  { table, key, row, columns }: NamedTable,
  version: number,
  after: readonly string[] | undefined,
  limit: number,
): Promise<SealedRow[]> {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(version);
  const refs = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)));
  const old = columns.map((column) => sql`substring(${sql.ref(column)} from 1 for 2) <> ${head}`);
  const behind = after === undefined ? sql`true` : sql`(${refs(key)}) > (${sql.join([...after])})`;
  const { rows } = await sql<Record<string, string | Uint8Array | null>>`
    select ${refs([...new Set([...key, ...columns])])} from ${sql.table(table)}
    where ${behind} and (${sql.join(old, sql` or `)})
    order by ${refs(key)} limit ${limit} for no key update skip locked
  `.execute(database);
  return rows.map((found) => ({
    key: key.map((name) => String(found[name])),
    row: String(found[row]),
    sealed: new Map(
      columns.flatMap((column) => {
        const bytes = found[column];
        return bytes instanceof Uint8Array ? [[column, bytes] as const] : [];
      }),
    ),
  }));
}

/** Puts newly sealed fields in the place of old ones that are still there; answers whether so. */
export async function replaceSealed(
  database: Kysely<Schema>,
  { table, key }: NamedTable,
  row: SealedRow,
  fresh: ReadonlyMap<string, Uint8Array>,
): Promise<boolean> {
  const all = (parts: readonly RawBuilder<unknown>[]) => sql.join([...parts], sql` and `);
  const names = [...fresh.keys()];
  const { rows } = await sql`
    update ${sql.table(table)}
    set ${sql.join(names.map((name) => sql`${sql.ref(name)} = ${fresh.get(name)}`))}
    where ${all(key.map((name, at) => sql`${sql.ref(name)} = ${row.key[at]}`))}
      and ${all(names.map((name) => sql`${sql.ref(name)} = ${row.sealed.get(name)}`))}
    returning 1
  `.execute(database);
  return rows.length > 0;
}

/** Waits until everybody who is changing the tables has ended; nobody new begins before we end. */
export async function holdTables(
  database: Kysely<Schema>,
  tables: readonly NamedTable[],
): Promise<void> {
  const names = sql.join(tables.map(({ table }) => sql.table(table)));
  await sql`lock table ${names} in share mode`.execute(database);
}
