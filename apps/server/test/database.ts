/**
 * Databases that were migrated once and are copied: to migrate anew for every file of tests takes
 * longer than most of their tests.
 */
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { openEmbedded } from '../src/database/embedded.ts';
import { migrate, readMigrations } from '../src/database/migrate.ts';
import type { Schema } from '../src/database/schema.ts';

const CACHE = path.resolve(import.meta.dirname, '../../../node_modules/.cache/liyu');
/** Other migrations, another database. */
const VERSION = createHash('sha256')
  .update(JSON.stringify([...readMigrations()]))
  .digest('hex')
  .slice(0, 16);
/** Any number, the same for all who would make the template. */
const MAKING = 6_009;

/** Puts a migrated embedded database into a home that has none. */
export async function fillHome(home: string): Promise<void> {
  const template = path.join(CACHE, `migrated-${VERSION}`);
  if (!existsSync(template)) await makeTemplate(template);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  cpSync(template, path.join(home, 'database'), { recursive: true });
}

async function makeTemplate(template: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const making = mkdtempSync(path.join(CACHE, 'making-'));
  const folder = path.join(making, 'database');
  const pool = await openEmbedded(folder);
  const database = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  await migrate(database);
  await database.destroy();
  try {
    renameSync(folder, template);
  } catch (cause) {
    // Another worker was quicker.
    if (!existsSync(template)) throw cause;
  }
  rmSync(making, { recursive: true });
}

/** A database on the server. */
export interface MadeDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of its own on the server, with nothing in it. */
export function createDatabase(server: string): Promise<MadeDatabase> {
  return createFrom(server, async () => 'template1');
}

/** A database of its own on the server, migrated. */
export function createMigrated(server: string): Promise<MadeDatabase> {
  return createFrom(server, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [MAKING]);
    return getTemplate(client, server);
  });
}

async function createFrom(
  server: string,
  template: (client: pg.Client) => Promise<string>,
): Promise<MadeDatabase> {
  const name = `liyu_test_${randomBytes(6).toString('hex')}`;
  await withClient(server, async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${await template(client)}`);
  });
  const drop = (): Promise<void> =>
    withClient(server, async (client) => void (await client.query(`DROP DATABASE ${name}`)));
  return { url: urlOf(server, name), drop };
}

async function getTemplate(client: pg.Client, server: string): Promise<string> {
  const template = `liyu_migrated_${VERSION}`;
  const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
  if (found.rowCount === 1) return template;
  const making = `${template}_making`;
  await client.query(`DROP DATABASE IF EXISTS ${making}`);
  await client.query(`CREATE DATABASE ${making}`);
  const pool = new pg.Pool({ connectionString: urlOf(server, making) });
  const database = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  await migrate(database);
  await database.destroy();
  await client.query(`ALTER DATABASE ${making} RENAME TO ${template}`);
  return template;
}

function urlOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** A connection ends, and with it its lock, when the work has. */
async function withClient(server: string, work: (client: pg.Client) => Promise<void>) {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
