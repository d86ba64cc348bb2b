/** Signs the head of the tree when it has grown: size, root, moment, number. */
import path from 'node:path';
import type { Core } from '../core.ts';
import { type LogSigner, readLogKey } from './log-key.ts';
import { type Checkpoint, openCheckpoint, signCheckpoint } from './note.ts';
import { BEFORE_ALL_LEAVES, sequenceLeaves } from './sequence.ts';
import {
  findLastCheckpoint,
  insertCheckpoint,
  loadEntries,
  type StoredCheckpoint,
} from './store.ts';
import {
  EMPTY_FRONTIER,
  type Frontier,
  growFrontier,
  HASH_BYTES,
  isSameHash,
  rootOfFrontier,
} from './tree.ts';

const BATCH = 10_000;
/** The timer looks back so far: no transaction of ours lasts as long. */
const LOOK_BACK_MS = 2 * 86_400_000;

/** The key of the log; in development it is made when first needed, else `NoKeys` is thrown. */
export function logKeyOf(core: Core): LogSigner {
  const { home, mode } = core.config;
  return readLogKey(path.join(home, 'keys'), mode === 'development');
}

/**
 * Appends a checkpoint over all entries, or answers `undefined` when the tree has not grown since
 * the last one. Throws when the last one does not hold: then `audit verify` says what is wrong.
 */
export async function appendCheckpoint(core: Core): Promise<Checkpoint | undefined> {
  const signer = logKeyOf(core);
  for (;;) {
    const last = await findLastCheckpoint(core.database);
    const before = last === undefined ? EMPTY_FRONTIER : frontierOf(signer, last);
    const frontier = await loadFrontier(core, before);
    if (frontier.size === before.size) return undefined;
    const checkpoint: Checkpoint = {
      number: (last?.number ?? 0) + 1,
      size: frontier.size,
      root: rootOfFrontier(frontier),
      madeAt: core.clock.now(),
    };
    const isOurs = await insertCheckpoint(core.database, {
      ...checkpoint,
      note: signCheckpoint(signer, checkpoint),
      frontier: Buffer.concat(frontier.hashes),
    });
    if (isOurs) return checkpoint;
  }
}

/** The stored frontier, once it is known to have the signed root: the next one builds on it. */
function frontierOf(signer: LogSigner, stored: StoredCheckpoint): Frontier {
  const said = openCheckpoint(signer, stored.note);
  const frontier = { size: stored.size, hashes: splitHashes(stored.frontier) };
  const holds =
    !('wrong' in said) &&
    said.number === stored.number &&
    said.size === stored.size &&
    isSameHash(said.root, rootOfFrontier(frontier));
  if (!holds) throw new Error(`checkpoint ${stored.number} does not hold: run \`audit verify\``);
  return frontier;
}

/** Hashes that stand one after another. */
export function splitHashes(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / HASH_BYTES);
  return Array.from({ length: count }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

async function loadFrontier(core: Core, before: Frontier): Promise<Frontier> {
  let frontier = before;
  for (;;) {
    const entries = await loadEntries(core.database, frontier.size, BATCH);
    for (const { treeIndex, leafHash } of entries) {
      if (treeIndex !== frontier.size) {
        throw new Error(`index ${frontier.size} of the tree is missing: run \`audit verify\``);
      }
      frontier = growFrontier(frontier, leafHash);
    }
    if (entries.length < BATCH) return frontier;
  }
}

/**
 * For a timer: each call gives new leaves their places and signs the head if the tree has grown.
 * The first call looks at all leaves, later ones at those of the last two days. A call while one
 * is under way does nothing.
 */
export function createLogTurn(core: Core): () => Promise<void> {
  let isUnderWay = false;
  let hasSeenAll = false;
  return async () => {
    if (isUnderWay) return;
    isUnderWay = true;
    try {
      await sequenceLeaves(core, hasSeenAll ? recentLeaves(core) : BEFORE_ALL_LEAVES);
      hasSeenAll = true;
      await appendCheckpoint(core);
    } finally {
      isUnderWay = false;
    }
  };
}

/** The lowest UUIDv7 (RFC 9562) of the time since which leaves are looked at. */
function recentLeaves(core: Core): string {
  const since = Math.max(Date.parse(core.clock.now()) - LOOK_BACK_MS, 0);
  const time = since.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}
