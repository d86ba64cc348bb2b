/**
 * The server's real SQL on an embedded PostgreSQL in memory: one engine a process, because starting
 * one takes seconds. Between seeds its tables are emptied. Copies of all tables stand for backups,
 * and for a population that many seeds begin with. The connection can be made to break at the n-th
 * query, in the middle of a transaction too.
 */
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import { COPY_QUERY } from '../../../apps/server/src/database/copy.ts';
import { migrate } from '../../../apps/server/src/database/migrate.ts';
import { PARSERS } from '../../../apps/server/src/database/parsers.ts';
import type { Schema } from '../../../apps/server/src/database/schema.ts';

/** Rows as plain SQL gives them. */
export type Rows = readonly Record<string, unknown>[];

/** The engine and what the world does with it. */
export interface CityDatabase {
  /** The database as one start of the server opens it. */
  connect(): Kysely<Schema>;
  /** Plain SQL, past everything of the product: for checkers. */
  read(sql: string): Promise<Rows>;
  run(sql: string): Promise<void>;
  /** Copies all tables under a name, over what had the name before. */
  keep(name: string): Promise<void>;
  /** All tables as they were when the name was kept. */
  bringBack(name: string): Promise<void>;
  /** No row is left. */
  empty(): Promise<void>;
  /** The connection breaks at the n-th query from now (1 is the next), once. */
  breakAfter(queries: number): void;
  /** A break that did not come is called off; answers whether it was still to come. */
  spare(): boolean;
  close(): Promise<void>;
}

/** What `pg` says of a server that goes down (PostgreSQL, appendix A). */
const GONE = { code: '57P01' };

/** Opens an engine with the newest schema. */
export async function openCityDatabase(): Promise<CityDatabase> {
  const engine = await PGlite.create({ parsers: PARSERS });
  let left = Number.POSITIVE_INFINITY;
  const pool = poolOf(engine, () => {
    left -= 1;
    if (left > 0) return false;
    left = Number.POSITIVE_INFINITY;
    return true;
  });
  const connect = () => new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  await migrate(connect());
  const tables = await tablesOf(engine);
  const names = tables.map(({ name }) => name).join(', ');
  const run = async (statements: readonly string[]): Promise<void> => {
    await engine.exec(statements.join(';\n'));
  };
  return {
    connect,
    read: async (sql) => (await engine.query<Record<string, unknown>>(sql)).rows,
    run: (sql) => run([sql]),
    keep: (name) =>
      run([
        `DROP SCHEMA IF EXISTS kept_${name} CASCADE`,
        `CREATE SCHEMA kept_${name}`,
        ...tables.map((table) => `CREATE TABLE kept_${name}.${table.name} AS TABLE ${table.name}`),
      ]),
    bringBack: (name) =>
      run([
        // Rows come back in the order of names, whatever refers to whatever.
        'SET session_replication_role = replica',
        `TRUNCATE ${names}`,
        ...tables.map(
          (table) =>
            `INSERT INTO ${table.name} (${table.columns}) SELECT ${table.columns} FROM kept_${name}.${table.name}`,
        ),
        'SET session_replication_role = DEFAULT',
      ]),
    empty: () => run([`TRUNCATE ${names}`]),
    breakAfter(queries) {
      left = queries;
    },
    spare() {
      const waited = left !== Number.POSITIVE_INFINITY;
      left = Number.POSITIVE_INFINITY;
      return waited;
    },
    close: () => engine.close(),
  };
}

interface TableShape {
  readonly name: string;
  readonly columns: string;
}

/** The schema's tables with the columns that are written. */
async function tablesOf(engine: PGlite): Promise<TableShape[]> {
  const { rows } = await engine.query<TableShape>(
    `SELECT table_name AS name, string_agg(column_name, ', ' ORDER BY ordinal_position) AS columns
       FROM information_schema.columns
       JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
        AND table_name NOT LIKE 'kysely%'
      GROUP BY table_name ORDER BY table_name`,
  );
  return rows;
}

/** The engine as a pool of one connection, as the server's embedded one is. */
function poolOf(engine: PGlite, breaksNow: () => boolean): PostgresPool {
  let before: Promise<void> = Promise.resolve();
  return {
    async connect() {
      const mine = before;
      let done = (): void => {};
      before = new Promise((resolve) => {
        done = resolve;
      });
      await mine;
      let broken = false;
      const query = async (sql: string, parameters: readonly unknown[] = []) => {
        if (!broken && breaksNow()) {
          broken = true;
          // What was not committed is gone with the connection.
          await engine.exec('ROLLBACK').catch(() => undefined);
        }
        if (broken) throw Object.assign(new Error('the database has gone down'), GONE);
        return ask(engine, sql, parameters);
      };
      return { query: query as PostgresPoolClient['query'], release: done };
    },
    end: () => engine.close(),
    options: {},
  };
}

async function ask(engine: PGlite, sql: string, parameters: readonly unknown[]) {
  const command = sql.trimStart().slice(0, 6).toUpperCase();
  if (COPY_QUERY.test(sql)) {
    const [rows] = parameters as [Uint8Array<ArrayBuffer>];
    const read = sql.replace('STDIN', "'/dev/blob'");
    const { affectedRows = 0 } = await engine.query(read, [], { blob: new Blob([rows]) });
    return { command, rowCount: affectedRows, rows: [] };
  }
  const result = await engine.query(sql, [...parameters]);
  const rowCount = result.rows.length > 0 ? result.rows.length : (result.affectedRows ?? 0);
  return { command, rowCount, rows: result.rows };
}
