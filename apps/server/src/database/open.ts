/** Opens the database: PostgreSQL by `DATABASE_URL`, else the embedded one in the home folder. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import type { Config } from '../config.ts';
import { openEmbedded } from './embedded.ts';
import { type Lock, takeLock } from './lock.ts';
import { migrate } from './migrate.ts';
import type { Schema } from './schema.ts';
import { noDatabase, openServer } from './server.ts';

/** An open database and how it is closed. */
export interface OpenDatabase {
  readonly database: Kysely<Schema>;
  close(): Promise<void>;
}

/**
 * Opens and migrates. The embedded database takes the home's lock first and throws `HomeInUse`
 * when another process has it.
 */
export async function openDatabase(config: Config): Promise<OpenDatabase> {
  let lock: Lock | undefined;
  if (config.databaseUrl === undefined) {
    mkdirSync(config.home, { recursive: true, mode: 0o700 });
    lock = takeLock(path.join(config.home, 'lock'));
  }
  try {
    const pool =
      config.databaseUrl === undefined
        ? await openEmbedded(path.join(config.home, 'database'))
        : openServer(config.databaseUrl);
    const database = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
    await migrate(database);
    return {
      database,
      async close() {
        await database.destroy();
        lock?.release();
      },
    };
  } catch (cause) {
    lock?.release();
    throw (config.databaseUrl && noDatabase(config.databaseUrl, cause)) || cause;
  }
}
