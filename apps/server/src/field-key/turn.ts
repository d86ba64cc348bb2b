/**
 * Turns the key of the personal fields while everything runs: a newer version seals from now on,
 * every field is opened and sealed with it, and then the old version can be retired. It may be
 * killed at any point; called again, it goes on.
 */
import path from 'node:path';
import type { Core } from '../core.ts';
import { versionOf } from '../database/field-cipher.ts';
import {
  type FieldKeys,
  keepRetiredKey,
  newKey,
  openFieldKeys,
  replaceFieldKeys,
  sealingKey,
} from '../database/field-keys.ts';
import { takeLock } from '../database/lock.ts';
import { type FieldPlace, SEALED_COLUMNS } from '../database/sealed-columns.ts';
import {
  countByVersion,
  holdTables,
  type NamedTable,
  replaceSealed,
  type SealedCount,
  type SealedRow,
  takeSealedBy,
} from './store.ts';

const TABLES: readonly NamedTable[] = Object.entries(SEALED_COLUMNS).map(([table, one]) => ({
  table,
  ...one,
}));
const BATCH = 200;
const ROUND_PAUSE_MS = 500;
/** How many rounds may bring nothing before those who hold the last rows are waited for no more. */
const MOST_IDLE_ROUNDS = 60;
/** A server of this home looks at the file every second. */
const SERVERS_KNOW_AFTER_MS = 2_000;

/** How the key is turned. */
export interface TurnOptions {
  /** Only make the new version, so that it can be taken to other machines before it seals. */
  readonly prepareOnly: boolean;
  pause(milliseconds: number): Promise<void>;
  onProgress?(resealed: number, about: number): void;
}

/** What was done; fields of `left` are held by somebody, or were sealed by a process without the key. */
export interface Turned {
  readonly version: number;
  readonly made: boolean;
  readonly seals: boolean;
  readonly resealed: number;
  readonly left: readonly SealedCount[];
}

/** The version cannot be retired, for a reason that the message says. */
export class NotToRetire extends Error {}

/**
 * Makes a new version, or goes on with one that was begun, and seals every field with it. Throws
 * `HomeInUse` while somebody else turns the key.
 */
export async function turnFieldKey(core: Core, options: TurnOptions): Promise<Turned> {
  return alone(core, async () => {
    const counts = await countFields(core);
    const { keys, made } = nextKeys(core, counts, options.prepareOnly);
    if (made) replaceFieldKeys(folderOf(core), keys);
    core.cipher.refresh();
    const newest = keys.encryption.at(-1)?.version ?? 0;
    const version = sealingKey(keys).version;
    if (options.prepareOnly) {
      return { version: newest, made, seals: version === newest, resealed: 0, left: [] };
    }
    if (made) await options.pause(SERVERS_KNOW_AFTER_MS);
    const about = sum(counts.filter((one) => one.version !== version));
    const resealed = await resealAll(core, version, options, about);
    const left = (await countFields(core)).filter((one) => one.version !== version);
    return { version, made, seals: true, resealed, left };
  });
}

/** Fields of every column by the version that sealed them. */
export function countFields(core: Core): Promise<SealedCount[]> {
  return countByVersion(core.database, TABLES);
}

/**
 * Takes the version out of the keys, into a file of its own that is answered: backups that it has
 * sealed need it. Throws `NotToRetire` while a field is sealed with it, counting those too whose
 * transaction is still open now.
 */
export async function retireFieldKey(core: Core, version: number): Promise<{ file: string }> {
  return alone(core, async () => {
    const keys = readKeys(core);
    const key = keys.encryption.find((one) => one.version === version);
    if (key === undefined) throw new NotToRetire(`there is no version ${version}`);
    if (version >= sealingKey(keys).version) {
      throw new NotToRetire(`version ${version} seals: turn the key first`);
    }
    return core.database.transaction().execute(async (transaction) => {
      await holdTables(transaction, TABLES);
      const counts = await countByVersion(transaction, TABLES);
      const fields = sum(counts.filter((one) => one.version === version));
      if (fields > 0) {
        throw new NotToRetire(
          `version ${version} still seals ${fields} fields: turn the key again`,
        );
      }
      const file = keepRetiredKey(folderOf(core), key);
      const encryption = keys.encryption.filter((one) => one !== key);
      replaceFieldKeys(folderOf(core), { ...keys, encryption });
      core.cipher.refresh();
      return { file };
    });
  });
}

/** The keys with a newer version, unless one was prepared or its fields are not all sealed yet. */
function nextKeys(
  core: Core,
  counts: readonly SealedCount[],
  prepareOnly: boolean,
): { keys: FieldKeys; made: boolean } {
  const keys = readKeys(core);
  const newest = keys.encryption.at(-1);
  if (newest === undefined) throw new Error('invariant broken: there is a key');
  if (newest.opensOnly) {
    if (prepareOnly) return { keys, made: false };
    const { version, key } = newest;
    const encryption = [...keys.encryption.slice(0, -1), { version, key }];
    return { keys: { ...keys, encryption }, made: true };
  }
  const isUnfinished = counts.some((one) => one.version < newest.version);
  if (isUnfinished && !prepareOnly) return { keys, made: false };
  const fresh = { version: newest.version + 1, key: newKey(core.random) };
  const added = prepareOnly ? { ...fresh, opensOnly: true as const } : fresh;
  return { keys: { ...keys, encryption: [...keys.encryption, added] }, made: true };
}

/** Goes over all tables until nothing is left, or what is left stays held by others. */
async function resealAll(
  core: Core,
  version: number,
  options: TurnOptions,
  about: number,
): Promise<number> {
  let resealed = 0;
  let idleRounds = 0;
  for (;;) {
    let fields = 0;
    for (const table of TABLES) {
      fields += await resealTable(core, table, version, (done) =>
        options.onProgress?.(resealed + fields + done, about),
      );
    }
    resealed += fields;
    const left = (await countFields(core)).some((one) => one.version !== version);
    idleRounds = fields === 0 ? idleRounds + 1 : 0;
    if (!left || idleRounds === MOST_IDLE_ROUNDS) return resealed;
    await options.pause(ROUND_PAUSE_MS);
  }
}

async function resealTable(
  core: Core,
  table: NamedTable,
  version: number,
  onProgress: (fields: number) => void,
): Promise<number> {
  let fields = 0;
  let after: readonly string[] | undefined;
  for (;;) {
    const taken = await core.database.transaction().execute(async (transaction) => {
      const rows = await takeSealedBy(transaction, table, version, after, BATCH);
      for (const row of rows) {
        const fresh = sealAgain(core, table, row, version);
        if (await replaceSealed(transaction, table, row, fresh)) fields += fresh.size;
      }
      return rows;
    });
    onProgress(fields);
    if (taken.length < BATCH) return fields;
    after = taken.at(-1)?.key;
  }
}

function sealAgain(
  core: Core,
  { table }: NamedTable,
  { row, sealed }: SealedRow,
  version: number,
): Map<string, Uint8Array> {
  const old = [...sealed].filter(([, bytes]) => versionOf(bytes) !== version);
  return new Map(
    old.map(([column, bytes]) => {
      const place = { table, column, row } as FieldPlace;
      return [column, core.cipher.seal(core.cipher.open(bytes, place), place)];
    }),
  );
}

/** One turn of the key a home at a time. */
async function alone<T>(core: Core, work: () => Promise<T>): Promise<T> {
  const lock = takeLock(path.join(core.config.home, 'turning-keys.lock'));
  try {
    return await work();
  } finally {
    lock.release();
  }
}

const folderOf = (core: Core): string => path.join(core.config.home, 'keys');

function readKeys(core: Core): FieldKeys {
  return openFieldKeys(folderOf(core), core.random, false).current();
}

function sum(counts: readonly SealedCount[]): number {
  return counts.reduce((total, { fields }) => total + fields, 0);
}
