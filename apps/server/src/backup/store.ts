/** SQL of backups: every table by the catalogue, so that a new one is never forgotten. */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Total } from './manifest.ts';

/** A table as a backup reads it. */
export interface BackupTable {
  readonly name: string;
  /** What is stored; generated columns make themselves. */
  readonly columns: readonly string[];
  /** The primary key. */
  readonly key: readonly { readonly name: string; readonly isText: boolean }[];
}

/** All tables of ours that a backup holds, by name: the ledger's own name is not to be restored. */
export async function loadTables(database: Kysely<Schema>): Promise<BackupTable[]> {
  const { rows } = await sql<{
    name: string;
    columns: string[];
    key: { name: string; isText: boolean }[] | null;
  }>`
    select c.relname as name,
      (select jsonb_agg(a.attname order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          and a.attgenerated = '') as columns,
      (select jsonb_agg(jsonb_build_object('name', a.attname, 'isText', a.attcollation <> 0)
          order by array_position(i.indkey::int2[], a.attnum))
        from pg_index i join pg_attribute a
          on a.attrelid = c.oid and a.attnum = any (i.indkey::int2[])
        where i.indrelid = c.oid and i.indisprimary) as key
    from pg_class c
    where c.relkind in ('r', 'p') and not c.relispartition
      and c.relnamespace = 'public'::regnamespace and c.relname not like 'kysely%'
      and c.relname <> 'ledger_epoch'
    order by c.relname collate "C"
  `.execute(database);
  return rows.map(({ name, columns, key }) => {
    if (key === null) throw new Error(`invariant broken: ${name} has a primary key`);
    return { name, columns, key };
  });
}

/** The migrations that the database has, in order. */
export async function loadMigrations(database: Kysely<Schema>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration order by name collate "C"
  `.execute(database);
  return rows.map(({ name }) => name);
}

/** Everything that the transaction reads is of this moment; it comes first in the transaction. */
export async function holdMoment(transaction: Kysely<Schema>): Promise<void> {
  await sql`set transaction isolation level repeatable read, read only`.execute(transaction);
}

/** Makes every row read the same on any engine, until the transaction ends. */
export async function readPlainly(transaction: Kysely<Schema>): Promise<void> {
  await sql`set local timezone = 'UTC'`.execute(transaction);
  await sql`set local bytea_output = 'hex'`.execute(transaction);
}

/**
 * The rows of a table as JSON, a text each, in the order of the primary key. Within a transaction
 * after `readPlainly`; `page` rows are held at a time.
 */
export async function* readRows(
  transaction: Kysely<Schema>,
  { name, key }: BackupTable,
  page: number,
): AsyncGenerator<readonly string[]> {
  const order = key.map((column) =>
    column.isText ? sql`${sql.ref(column.name)} collate "C"` : sql`${sql.ref(column.name)}`,
  );
  await sql`
    declare backup_rows no scroll cursor for
    select to_jsonb(one)::text as row from ${sql.table(name)} as one order by ${sql.join(order)}
  `.execute(transaction);
  for (;;) {
    const { rows } = await sql<{ row: string }>`
      fetch ${sql.lit(page)} from backup_rows
    `.execute(transaction);
    if (rows.length === 0) break;
    yield rows.map(({ row }) => row);
  }
  await sql`close backup_rows`.execute(transaction);
}

/** Puts rows back that `readRows` gave. */
export async function insertRows(
  transaction: Kysely<Schema>,
  { name, columns }: BackupTable,
  rows: readonly string[],
): Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  await sql`
    insert into ${sql.table(name)} (${names})
    select ${names} from jsonb_populate_recordset(null::${sql.table(name)}, ${`[${rows.join(',')}]`}::jsonb)
  `.execute(transaction);
}

/** The first table that holds a row, or `undefined`. */
export async function findFilled(
  database: Kysely<Schema>,
  tables: readonly BackupTable[],
): Promise<string | undefined> {
  for (const { name } of tables) {
    const { rows } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(database);
    if (rows.length > 0) return name;
  }
  return undefined;
}

/** Keeps everybody else away from the tables until the transaction ends. */
export async function holdAll(
  transaction: Kysely<Schema>,
  tables: readonly BackupTable[],
): Promise<void> {
  const names = sql.join(tables.map(({ name }) => sql.table(name)));
  await sql`lock table ${names} in access exclusive mode`.execute(transaction);
}

/** What partners are owed, added up by the database: of closed months, and of what is open. */
export async function loadTotals(database: Kysely<Schema>): Promise<Total[]> {
  const owed: RawBuilder<number> = sql`coalesce(sum(case
    when p.credit = 'partner:' || p.partner_id then p.amount_fen else -p.amount_fen end), 0)::bigint`;
  const { rows } = await sql<Total>`
    select s.partner_id as partner, s.month, true as closed, count(p.posting_id) as postings,
      ${owed} as "totalFen"
    from settlement s
    left join settlement_posting sp on sp.partner_id = s.partner_id and sp.month = s.month
    left join posting p on p.posting_id = sp.posting_id
    group by 1, 2
    union all
    select p.partner_id, p.month, false, count(*), ${owed}
    from posting p
    left join settlement_posting sp
      on sp.partner_id = p.partner_id and sp.posting_id = p.posting_id
    where sp.posting_id is null group by 1, 2
    order by 1, 2, 3
  `.execute(database);
  return rows.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

const nameOf = ({ partner, month, closed }: Total): string => `${partner} ${month} ${closed}`;

/** Closed months whose total is not what their postings add up to. */
export async function findWrongTotals(database: Kysely<Schema>): Promise<string[]> {
  const closed = await database
    .selectFrom('settlement')
    .select(['partner_id', 'month', 'total_fen'])
    .execute();
  const said = new Map(closed.map((one) => [`${one.partner_id} ${one.month}`, one.total_fen]));
  return (await loadTotals(database))
    .filter((one) => one.closed && said.get(`${one.partner} ${one.month}`) !== one.totalFen)
    .map(({ partner, month }) => `${partner} ${month}`);
}

/** One name that is encrypted, to see whether keys open it. */
export async function findSealedName(
  database: Kysely<Schema>,
): Promise<{ donorId: string; name: Uint8Array } | undefined> {
  const row = await database.selectFrom('donor').select(['donor_id', 'name']).limit(1).execute();
  return row[0] && { donorId: row[0].donor_id, name: row[0].name };
}
