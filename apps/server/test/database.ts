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
/** On the server of `npm run test:postgres`, which makes it before the tests begin. */
const MIGRATED = 'liyu_migrated';

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
  return createFrom(server, 'template1');
}

/** A database of its own on the server, migrated. */
export function createMigrated(server: string): Promise<MadeDatabase> {
  return createFrom(server, MIGRATED);
}

/** Makes what `createMigrated` copies, once a server. */
export async function makeMigrated(server: string): Promise<void> {
  await ask(server, `CREATE DATABASE ${MIGRATED}`);
  const pool = new pg.Pool({ connectionString: urlOf(server, MIGRATED) });
  const database = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  await migrate(database);
  await database.destroy();
}

async function createFrom(server: string, template: string): Promise<MadeDatabase> {
  const name = `liyu_test_${randomBytes(6).toString('hex')}`;
  await ask(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return { url: urlOf(server, name), drop: () => ask(server, `DROP DATABASE ${name}`) };
}

async function ask(server: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(text);
  await client.end();
}

function urlOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
