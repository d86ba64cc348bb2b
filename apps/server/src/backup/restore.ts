/**
 * Puts a backup into an empty database, in one transaction that is committed only when everything
 * was compared: rows, hashes, the audit log, what partners are owed. So half of it never stays.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Kysely } from 'kysely';
import {
  type LogKey,
  openRecordedLog,
  publicLogKey,
  readLogKey,
  treeHead,
  verifyLog,
} from '../audit/workflow.ts';
import type { Config } from '../config.ts';
import { createFieldCipher } from '../database/field-cipher.ts';
import { openFieldKeys } from '../database/field-keys.ts';
import { openDatabase } from '../database/open.ts';
import type { Schema } from '../database/schema.ts';
import type { Random } from '../edge/clock.ts';
import { sealOfTable } from './make.ts';
import { BadBackup, type Head, type Manifest } from './manifest.ts';
import { readBackup } from './read.ts';
import {
  type BackupTable,
  findFilled,
  findSealedName,
  findWrongTotals,
  holdAll,
  insertRows,
  loadMigrations,
  loadTables,
  loadTotals,
  readPlainly,
} from './store.ts';

/** Rows are put in so many characters at a time. */
const PAGE_LENGTH = 1 << 18;

/** What was restored, and whether the keys that open it are there. */
export interface Restored {
  readonly manifest: Manifest;
  readonly keys: 'open it' | 'are not there';
}

/**
 * Restores into the database of the config. Throws `BadBackup` when the file, the database or the
 * keys of its home do not allow it, and `HomeInUse`; nothing was changed then.
 */
export async function restoreBackup(
  file: string,
  config: Config,
  random: Random,
  onTable: (table: string) => void = () => {},
): Promise<Restored> {
  return putBack(file, config, path.join(config.home, 'keys'), random, onTable);
}

/** Restores into an embedded database that is thrown away, and answers what was compared. */
export async function verifyBackup(
  file: string,
  config: Config,
  random: Random,
  onTable: (table: string) => void = () => {},
): Promise<Restored> {
  const home = mkdtempSync(path.join(tmpdir(), 'liyu-verify-'));
  try {
    const scratch: Config = { ...config, home, databaseUrl: undefined };
    return await putBack(file, scratch, path.join(config.home, 'keys'), random, onTable);
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function putBack(
  file: string,
  target: Config,
  keyFolder: string,
  random: Random,
  onTable: (table: string) => void,
): Promise<Restored> {
  const hasKey = existsSync(path.join(keyFolder, 'audit.json'));
  const key = hasKey ? readLogKey(keyFolder, false) : undefined;
  const { database, close } = await openDatabase(target);
  try {
    return await database.transaction().execute(async (transaction) => {
      const manifest = await load(file, key, transaction, onTable);
      await compare(transaction, manifest, key);
      return { manifest, keys: await tryKeys(transaction, keyFolder, random) };
    });
  } finally {
    await close();
  }
}

async function load(
  file: string,
  key: LogKey | undefined,
  transaction: Kysely<Schema>,
  onTable: (table: string) => void,
): Promise<Manifest> {
  const tables = new Map((await loadTables(transaction)).map((table) => [table.name, table]));
  const told = new Set<string>();
  return readBackup(file, key, {
    async begin(head) {
      await judgeTarget(transaction, head, [...tables.values()]);
    },
    async rows(name, rows) {
      const table = tables.get(name);
      if (table === undefined) throw new BadBackup(`there is no table ${name} here`);
      if (!told.has(name)) onTable(name);
      told.add(name);
      for (const page of pagesOf(rows)) await insertRows(transaction, table, page).catch(refuse);
    },
    async end() {},
  });

  function refuse(cause: unknown): never {
    const { code } = cause as { code?: string };
    // Data exceptions and broken constraints: the rows are not as a database of ours has them.
    if (code !== undefined && /^2[23]/.test(code)) {
      throw new BadBackup(`rows were altered: the database refuses them (${code})`);
    }
    throw cause;
  }
}

async function judgeTarget(
  transaction: Kysely<Schema>,
  head: Head,
  tables: readonly BackupTable[],
): Promise<void> {
  const migrations = await loadMigrations(transaction);
  if (JSON.stringify(migrations) !== JSON.stringify(head.migrations)) {
    const last = (names: readonly string[]): string => names.at(-1) ?? 'none';
    throw new BadBackup(
      `it was made at migration ${last(head.migrations)}, this program is at ` +
        `${last(migrations)}: restore with the version that made it, then upgrade`,
    );
  }
  await holdAll(transaction, tables);
  const filled = await findFilled(transaction, tables);
  if (filled !== undefined) {
    throw new BadBackup(`the database is not empty: ${filled} has rows`);
  }
}

function* pagesOf(rows: readonly string[]): Generator<readonly string[]> {
  let page: string[] = [];
  let length = 0;
  for (const row of rows) {
    page.push(row);
    length += row.length;
    if (length < PAGE_LENGTH) continue;
    yield page;
    page = [];
    length = 0;
  }
  if (page.length > 0) yield page;
}

/** Computes everything again from what the database holds now. */
async function compare(
  transaction: Kysely<Schema>,
  manifest: Manifest,
  key: LogKey | undefined,
): Promise<void> {
  await readPlainly(transaction);
  for (const table of await loadTables(transaction)) {
    const stored = await sealOfTable(transaction, table);
    if (stored.sha256 !== manifest.tables[table.name]?.sha256) {
      throw new BadBackup(`${table.name} is not stored as the backup has it`);
    }
  }
  const { audit, totals } = manifest;
  const { size, root } = await treeHead(transaction);
  if (size !== audit.size || Buffer.from(root).toString('base64') !== audit.root) {
    throw new BadBackup('the root of the audit log is not that of the backup');
  }
  const logKey = key ?? publicLogKey(audit.origin, audit.publicKey);
  const { problems } = await verifyLog(openRecordedLog(transaction), logKey);
  if (problems[0] !== undefined) {
    throw new BadBackup(`the audit log does not hold: ${problems[0].where}: ${problems[0].what}`);
  }
  const wrong = await findWrongTotals(transaction);
  if (wrong[0] !== undefined) throw new BadBackup(`a statement does not add up: ${wrong[0]}`);
  if (JSON.stringify(await loadTotals(transaction)) !== JSON.stringify(totals)) {
    throw new BadBackup('what partners are owed is not what the backup says');
  }
}

/** Whether the keys of the folder open the fields. Throws `BadBackup` when there are others. */
async function tryKeys(
  transaction: Kysely<Schema>,
  folder: string,
  random: Random,
): Promise<Restored['keys']> {
  if (!existsSync(path.join(folder, 'fields.json'))) return 'are not there';
  const sealed = await findSealedName(transaction);
  if (sealed === undefined) return 'open it';
  const cipher = createFieldCipher(openFieldKeys(folder, random, false), random);
  try {
    cipher.open(sealed.name, { table: 'donor', column: 'name', row: sealed.donorId });
    return 'open it';
  } catch {
    throw new BadBackup('keys/fields.json there does not open the fields of the backup');
  }
}
