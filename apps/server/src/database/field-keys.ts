/**
 * The keys of personal fields, in the home's `keys/fields.json` (0600): versions of the encryption
 * key, of which the newest seals and all open, and the key of the blind index. The file is replaced
 * whole, and read again when it has changed.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Random } from '../edge/clock.ts';

/** One version of the encryption key, hexadecimal. */
export interface EncryptionKey {
  readonly version: number;
  readonly key: string;
  /** Made, and not yet sealed with: every process is to have it first. */
  readonly opensOnly?: true | undefined;
}

/** All keys; the versions go up. */
export interface FieldKeys {
  readonly encryption: readonly EncryptionKey[];
  readonly blindIndex: string;
}

/** Where a cipher has its keys from. */
export interface FieldKeySource {
  /** The keys as they were read last. */
  current(): FieldKeys;
  /** The keys as they are now. */
  refresh(): FieldKeys;
}

/** There are no keys yet. */
export class NoKeys extends Error {}

const KEY = z.string().regex(/^[0-9a-f]{64}$/);
const VERSION = z.number().int().min(1).max(65_535);
const FILE = z.strictObject({
  encryption: z
    .array(z.strictObject({ version: VERSION, key: KEY, opensOnly: z.literal(true).optional() }))
    .min(1)
    .refine(
      (keys) => keys.every((one, at) => one.version > (keys[at - 1]?.version ?? 0)),
      'the versions go up',
    )
    .refine((keys) => keys.some((one) => !one.opensOnly), 'one version seals'),
  blindIndex: KEY,
});
/** As the file was before there were versions. */
const FILE_OF_ONE = z
  .strictObject({ version: VERSION, encryption: KEY, blindIndex: KEY })
  .transform(({ version, encryption, blindIndex }) => ({
    encryption: [{ version, key: encryption }],
    blindIndex,
  }));
const ANY_FILE = z.union([FILE, FILE_OF_ONE]);

const fileIn = (folder: string): string => path.join(folder, 'fields.json');

/** The keys of a folder; missing ones are made (0600) when that is allowed, else `NoKeys`. */
export function openFieldKeys(folder: string, random: Random, mayMake: boolean): FieldKeySource {
  const file = fileIn(folder);
  if (!existsSync(file)) {
    if (!mayMake) throw new NoKeys('there are no keys: run `keys init`');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    makeOnce(file, {
      encryption: [{ version: 1, key: newKey(random) }],
      blindIndex: newKey(random),
    });
  }
  let seen = stampOf(file);
  let keys = readKeys(file);
  return {
    current: () => keys,
    refresh() {
      const stamp = stampOf(file);
      if (stamp !== seen) {
        keys = readKeys(file);
        seen = stamp;
      }
      return keys;
    },
  };
}

/** A key of 32 bytes, hexadecimal. */
export function newKey(random: Random): string {
  return Buffer.from(random.bytes(32)).toString('hex');
}

/** The version that seals: the newest that does not only open. */
export function sealingKey(keys: FieldKeys): EncryptionKey {
  const key = keys.encryption.findLast((one) => !one.opensOnly);
  if (key === undefined) throw new Error('invariant broken: one version seals');
  return key;
}

/** Puts the keys in the place of the folder's; a process that reads meanwhile sees either whole. */
export function replaceFieldKeys(folder: string, keys: FieldKeys): void {
  const aside = `${fileIn(folder)}.new`;
  rmSync(aside, { force: true });
  writeNew(aside, FILE.parse(keys));
  renameSync(aside, fileIn(folder));
}

/** Keeps a version that is no longer used in a file of its own, and answers the file. */
export function keepRetiredKey(folder: string, key: EncryptionKey): string {
  const file = path.join(folder, `fields-retired-${key.version}.json`);
  if (!existsSync(file)) writeNew(file, { version: key.version, key: key.key });
  return file;
}

function readKeys(file: string): FieldKeys {
  const parsed = ANY_FILE.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error('keys/fields.json does not hold field keys: restore it from its copy');
}

/** Changes whenever the file is replaced. */
function stampOf(file: string): string {
  const { ino, mtimeNs, size } = statSync(file, { bigint: true });
  return `${ino} ${mtimeNs} ${size}`;
}

/** Of several processes that make keys at once, one makes them. */
function makeOnce(file: string, keys: FieldKeys): void {
  const aside = `${file}.${process.pid}`;
  writeNew(aside, keys);
  try {
    linkSync(aside, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  } finally {
    rmSync(aside);
  }
}

function writeNew(file: string, content: unknown): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
