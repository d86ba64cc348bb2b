/**
 * Writes a backup: every table in one snapshot, row by row, while everything runs. The file
 * appears whole under its name, for its owner only. No key is in it.
 */
import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { secondsOf } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import { appendCheckpoint, logKeyOf, sequenceLeaves, treeHead } from '../audit/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import {
  BadBackup,
  FORMAT,
  HEAD_NAME,
  type Head,
  MANIFEST_NAME,
  type Manifest,
  SIGNATURE_NAME,
  signedText,
} from './manifest.ts';
import {
  type BackupTable,
  holdMoment,
  loadMigrations,
  loadTables,
  loadTotals,
  readPlainly,
  readRows,
} from './store.ts';
import { type ArchiveWriter, writeArchive } from './tar.ts';

const PAGE = 500;
/** An entry is closed when it has so many characters. */
const ENTRY_LENGTH = 1 << 20;

/** Writes the backup and answers what it says of itself. Throws `BadBackup` when the file exists. */
export async function makeBackup(
  core: Core,
  out: string,
  onTable: (table: string, rows: number) => void = () => {},
): Promise<Manifest> {
  if (existsSync(out)) throw new BadBackup(`${out} exists: a backup overwrites nothing`);
  // So that the root stands over everything that was recorded until now, and is signed.
  await sequenceLeaves(core);
  await appendCheckpoint(core);
  const part = path.join(path.dirname(out), `.${path.basename(out)}.part`);
  rmSync(part, { force: true });
  const file = await open(part, 'wx', 0o600);
  try {
    const writer = writeArchive(file, secondsOf(core.clock.now()));
    const manifest = await core.database
      .transaction()
      .execute((transaction) => writeAll(core, transaction, writer, onTable));
    await writer.finish();
    renameSync(part, out);
    return manifest;
  } finally {
    await file.close();
    rmSync(part, { force: true });
  }
}

async function writeAll(
  core: Core,
  transaction: Kysely<Schema>,
  writer: ArchiveWriter,
  onTable: (table: string, rows: number) => void,
): Promise<Manifest> {
  await holdMoment(transaction);
  await readPlainly(transaction);
  const signer = logKeyOf(core);
  const head: Head = {
    format: 'liyu-backup',
    version: FORMAT,
    programme: core.programme.id,
    madeAt: core.clock.now(),
    migrations: await loadMigrations(transaction),
  };
  await writer.add(HEAD_NAME, textOf(head));
  const tables: Record<string, { rows: number; sha256: string }> = {};
  for (const table of await loadTables(transaction)) {
    const written = await writeTable(transaction, table, writer);
    tables[table.name] = written;
    onTable(table.name, written.rows);
  }
  const { size, root } = await treeHead(transaction);
  const manifest: Manifest = {
    ...head,
    tables,
    audit: {
      origin: signer.origin,
      publicKey: signer.publicPem,
      size,
      root: Buffer.from(root).toString('base64'),
    },
    totals: await loadTotals(transaction),
  };
  const text = textOf(manifest);
  await writer.add(MANIFEST_NAME, text);
  const signature = signer.sign(signedText(Buffer.from(text)));
  await writer.add(SIGNATURE_NAME, `${Buffer.from(signature).toString('base64')}\n`);
  return manifest;
}

async function writeTable(
  transaction: Kysely<Schema>,
  table: BackupTable,
  writer: ArchiveWriter,
): Promise<{ rows: number; sha256: string }> {
  const hash = createHash('sha256');
  let rows = 0;
  let part = 0;
  let text = '';
  const flush = async (): Promise<void> => {
    part += 1;
    await writer.add(`tables/${table.name}/${String(part).padStart(6, '0')}.jsonl`, text);
    text = '';
  };
  for await (const page of readRows(transaction, table, PAGE)) {
    rows += page.length;
    text += page.map((row) => `${row}\n`).join('');
    hash.update(page.map((row) => `${row}\n`).join(''));
    if (text.length > ENTRY_LENGTH) await flush();
  }
  if (text !== '') await flush();
  return { rows, sha256: hash.digest('hex') };
}

function textOf(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** The rows of a table and the SHA-256 over them, as a backup says them; after `readPlainly`. */
export async function sealOfTable(
  transaction: Kysely<Schema>,
  table: BackupTable,
): Promise<{ rows: number; sha256: string }> {
  return writeTable(transaction, table, { add: async () => {}, finish: async () => {} });
}
