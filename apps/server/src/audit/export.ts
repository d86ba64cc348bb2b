/**
 * Writes the audit log as plain files, for somebody who trusts neither this program nor this
 * database: `audit-verify/verify.sh` checks them with openssl and sha256sum.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Core } from '../core.ts';
import { logKeyOf } from './checkpoint.ts';
import { openRecordedLog } from './recorded-store.ts';
import { findLastCheckpoint } from './store.ts';

/** What was written. */
export interface LogExport {
  readonly folder: string;
  readonly leaves: number;
  readonly checkpoints: number;
}

const PAGE = 1_000;
const FLUSH_CHARACTERS = 1 << 20;

/**
 * Writes into the folder: `leaves.txt` (one body a line, in the order of the tree, or which
 * deletion took it), `hashes.txt` (their hashes, hexadecimal), `checkpoints/N.txt` (the notes) and `public-key.pem`. The leaves
 * are those under the last checkpoint. Throws when one of them is missing.
 */
export async function exportLog(core: Core, folder: string): Promise<LogExport> {
  const log = openRecordedLog(core.database);
  const key = logKeyOf(core);
  const last = await findLastCheckpoint(core.database);
  mkdirSync(path.join(folder, 'checkpoints'), { recursive: true });
  writeFileSync(path.join(folder, 'public-key.pem'), key.publicPem);
  const size = last?.size ?? 0;
  const bodies = await openLines(path.join(folder, 'leaves.txt'));
  const hashes = await openLines(path.join(folder, 'hashes.txt'));
  for (let index = 0; index < size; ) {
    const entries = await log.entriesFrom(index, Math.min(PAGE, size - index));
    const leaves = await log.leavesById(entries.map(({ leafId }) => leafId));
    const lineOf = new Map(
      leaves.map(({ leafId, body, deletionId }) => [leafId, body ?? `deleted ${deletionId}`]),
    );
    if (entries.length === 0) throw missing(index);
    for (const { treeIndex, leafId, leafHash } of entries) {
      const line = lineOf.get(leafId);
      if (treeIndex !== index || line === undefined) throw missing(index);
      await bodies.write(line);
      await hashes.write(Buffer.from(leafHash).toString('hex'));
      index += 1;
    }
  }
  await bodies.end();
  await hashes.end();
  let after = 0;
  while (after < (last?.number ?? 0)) {
    const page = await log.checkpointsAfter(after, PAGE);
    if (page.length === 0) break;
    for (const { number, note } of page) {
      writeFileSync(
        path.join(folder, 'checkpoints', `${String(number).padStart(8, '0')}.txt`),
        note,
      );
    }
    after = page.at(-1)?.number ?? after;
  }
  return { folder, leaves: size, checkpoints: last?.number ?? 0 };
}

function missing(index: number): Error {
  return new Error(`index ${index} or its leaf is missing: run \`audit verify\``);
}

interface Lines {
  write(line: string): Promise<void>;
  end(): Promise<void>;
}

/** A file that is written line by line; rejects when the file cannot be written. */
async function openLines(file: string): Promise<Lines> {
  const opened = await open(file, 'w');
  let pending = '';
  const flush = async (): Promise<void> => {
    await opened.appendFile(pending);
    pending = '';
  };
  return {
    async write(line) {
      pending += `${line}\n`;
      if (pending.length >= FLUSH_CHARACTERS) await flush();
    },
    async end() {
      await flush();
      await opened.close();
    },
  };
}
