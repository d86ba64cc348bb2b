/** Brings a database to the newest schema: migrations only go forward, in the order of names. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Schema } from './schema.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../migrations');

/** The statements of a migration: each ends with a semicolon and the next begins its line. */
export function statementsOf(text: string): string[] {
  return text
    .split(/;\n(?=\S)/)
    .map((statement) => statement.trim().replace(/;$/, ''))
    .filter((statement) => statement !== '');
}

/** All migrations by name, with their statements. */
export function readMigrations(): ReadonlyMap<string, string[]> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.sql'));
  return new Map(
    names.sort().map((name) => {
      const text = readFileSync(path.join(FOLDER, name), 'utf8');
      return [name.replace(/\.sql$/, ''), statementsOf(text)];
    }),
  );
}

/** Applies what is missing, one statement a call; throws when a statement fails. */
export async function migrate(database: Kysely<Schema>): Promise<void> {
  const migrations: Record<string, Migration> = {};
  for (const [name, statements] of readMigrations()) {
    migrations[name] = {
      async up(transaction) {
        for (const statement of statements) await sql.raw(statement).execute(transaction);
      },
    };
  }
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: async () => migrations },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
