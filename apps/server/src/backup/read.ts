/** Reads a backup entry by entry and holds it against what it says of itself. */
import { createHash, type Hash } from 'node:crypto';
import type { z } from 'zod';
import { type LogKey, publicLogKey } from '../audit/workflow.ts';
import {
  BadBackup,
  FORMAT,
  HEAD,
  HEAD_NAME,
  type Head,
  MANIFEST,
  MANIFEST_NAME,
  type Manifest,
  SIGNATURE_NAME,
  signedText,
} from './manifest.ts';
import { BadArchive, type Entry, readArchive } from './tar.ts';

/** What is done with a backup while it is read; nothing is sure before `end`. */
export interface BackupReader {
  begin(head: Head): Promise<void>;
  rows(table: string, rows: readonly string[]): Promise<void>;
  /** Everything is as the manifest says, and it is signed by its key. */
  end(manifest: Manifest): Promise<void>;
}

interface Seen {
  rows: number;
  parts: number;
  readonly hash: Hash;
}

const ROWS_NAME = /^tables\/([a-z_0-9]+)\/(\d{6})\.jsonl$/;

/**
 * Reads the whole file. `key` is the key that must have signed it; without one, the key that it
 * names itself. Throws `BadBackup` that says what is wrong, and where.
 */
export async function readBackup(
  file: string,
  key: LogKey | undefined,
  reader: BackupReader,
): Promise<Manifest> {
  const entries = readArchive(file);
  try {
    return await readEntries(entries, key, reader);
  } catch (cause) {
    if (cause instanceof BadArchive) throw new BadBackup(`${file}: ${cause.message}`);
    throw cause;
  } finally {
    await entries.return(undefined);
  }
}

async function readEntries(
  entries: AsyncGenerator<Entry>,
  key: LogKey | undefined,
  reader: BackupReader,
): Promise<Manifest> {
  const head = await readHead(entries);
  await reader.begin(head);
  const seen = new Map<string, Seen>();
  let entry = await entries.next();
  for (; !entry.done && entry.value.name !== MANIFEST_NAME; entry = await entries.next()) {
    const { table, rows } = countRows(entry.value, seen);
    await reader.rows(table, rows);
  }
  if (entry.done) throw new BadBackup('the backup has no manifest');
  const last = entry.value;
  const signature = await entries.next();
  if (signature.done || signature.value.name !== SIGNATURE_NAME) {
    throw new BadBackup('the manifest has no signature');
  }
  const manifest = parse(MANIFEST, last);
  judgeSignature(manifest, last.content, signature.value.content, key);
  judgeTables(manifest, seen);
  if (JSON.stringify(head) !== JSON.stringify(HEAD.strip().parse(manifest))) {
    throw new BadBackup(`${HEAD_NAME} and ${MANIFEST_NAME} do not agree`);
  }
  await reader.end(manifest);
  return manifest;
}

async function readHead(entries: AsyncGenerator<Entry>): Promise<Head> {
  const first = await entries.next();
  if (first.done || first.value.name !== HEAD_NAME) throw new BadBackup('it is no backup of ours');
  const head = parse(HEAD, first.value);
  if (head.version !== FORMAT) {
    throw new BadBackup(`its format is ${head.version}; this program reads ${FORMAT}`);
  }
  return head;
}

function parse<T>(shape: z.ZodType<T>, { name, content }: Entry): T {
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch {
    throw new BadBackup(`${name} is not JSON: it was altered`);
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BadBackup(`${name}: ${parsed.error.issues.map(({ path }) => path.join('.')).join()}`);
}

function countRows({ name, content }: Entry, seen: Map<string, Seen>) {
  const [, table = '', part] = ROWS_NAME.exec(name) ?? [];
  const before = seen.get(table) ?? { rows: 0, parts: 0, hash: createHash('sha256') };
  if (table === '' || Number(part) !== before.parts + 1) {
    throw new BadBackup(`${name} does not belong here`);
  }
  const lines = content.toString('utf8').split('\n');
  if (lines.pop() !== '') throw new BadBackup(`${name} does not end with a whole row`);
  before.hash.update(content);
  before.rows += lines.length;
  before.parts += 1;
  seen.set(table, before);
  return { table, rows: lines };
}

function judgeSignature(
  { audit }: Manifest,
  content: Buffer,
  signature: Buffer,
  key: LogKey | undefined,
): void {
  if (key !== undefined && key.publicPem !== audit.publicKey) {
    throw new BadBackup(
      `it is of another log (${audit.origin}) than the keys here (${key.origin})`,
    );
  }
  const signer = key ?? publicLogKey(audit.origin, audit.publicKey);
  if (!signer.verify(signedText(content), Buffer.from(signature.toString(), 'base64'))) {
    throw new BadBackup('the signature under the manifest does not hold: it was altered');
  }
}

function judgeTables({ tables }: Manifest, seen: ReadonlyMap<string, Seen>): void {
  for (const name of seen.keys()) {
    if (!(name in tables)) throw new BadBackup(`the manifest does not know the table ${name}`);
  }
  for (const [name, said] of Object.entries(tables)) {
    const rows = seen.get(name)?.rows ?? 0;
    if (rows !== said.rows) {
      throw new BadBackup(`${name} has ${rows} rows; the manifest says ${said.rows}`);
    }
    const sha256 = (seen.get(name)?.hash ?? createHash('sha256')).digest('hex');
    if (sha256 !== said.sha256) {
      throw new BadBackup(`the rows of ${name} are not those of the manifest: they were altered`);
    }
  }
}
