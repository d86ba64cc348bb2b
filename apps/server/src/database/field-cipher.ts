/**
 * Personal fields: encrypted with AES-256-GCM, bound to their table, column, row and key version,
 * and found by a keyed blind index (HMAC-SHA-256) whose key is another one. Neither key is in the
 * database.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Random } from '../edge/clock.ts';

/** Where a field stands; it cannot be moved elsewhere and still be read. */
export interface FieldPlace {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** Seals and opens personal fields. */
export interface FieldCipher {
  seal(text: string, place: FieldPlace): Uint8Array;
  /** Throws when the bytes were made for another place, or changed. */
  open(sealed: Uint8Array, place: FieldPlace): string;
  /** The blind index of a value in a domain, 32 bytes: the same value gives the same bytes. */
  blindIndex(domain: string, value: string): Uint8Array;
}

/** The keys, hexadecimal. */
export interface FieldKeys {
  readonly version: number;
  readonly encryption: string;
  readonly blindIndex: string;
}

const VERSION_BYTES = 2;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEYS = z.strictObject({
  version: z.number().int().min(1).max(65_535),
  encryption: z.string().regex(/^[0-9a-f]{64}$/),
  blindIndex: z.string().regex(/^[0-9a-f]{64}$/),
});

/** A cipher over the keys. Sealed bytes are: key version (2), nonce (12), tag (16), text. */
export function createFieldCipher(keys: FieldKeys, random: Random): FieldCipher {
  const encryption = Buffer.from(keys.encryption, 'hex');
  const index = Buffer.from(keys.blindIndex, 'hex');
  return {
    seal(text, place) {
      const nonce = random.bytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', encryption, nonce);
      cipher.setAAD(additional(place, keys.version));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      const version = Buffer.alloc(VERSION_BYTES);
      version.writeUInt16BE(keys.version);
      return Buffer.concat([version, nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed);
      const version = bytes.readUInt16BE(0);
      const bodyAt = VERSION_BYTES + NONCE_BYTES + TAG_BYTES;
      const nonce = bytes.subarray(VERSION_BYTES, VERSION_BYTES + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', encryption, nonce, {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(additional(place, version));
      decipher.setAuthTag(bytes.subarray(VERSION_BYTES + NONCE_BYTES, bodyAt));
      return decipher.update(bytes.subarray(bodyAt), undefined, 'utf8') + decipher.final('utf8');
    },
    blindIndex(domain, value) {
      return createHmac('sha256', index).update(`${domain}\0${value}`).digest();
    },
  };
}

function additional(place: FieldPlace, version: number): Buffer {
  return Buffer.from([place.table, place.column, place.row, String(version)].join('\0'));
}

/** There are no keys yet. */
export class NoKeys extends Error {}

/** Reads the keys of a folder; missing ones are made (0600) when that is allowed, else `NoKeys`. */
export function readFieldKeys(folder: string, random: Random, mayMake: boolean): FieldKeys {
  const file = path.join(folder, 'fields.json');
  if (existsSync(file)) return KEYS.parse(JSON.parse(readFileSync(file, 'utf8')));
  if (!mayMake) throw new NoKeys('there are no keys: run `keys init`');
  const hex = () => Buffer.from(random.bytes(32)).toString('hex');
  const keys: FieldKeys = { version: 1, encryption: hex(), blindIndex: hex() };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify(keys), { mode: 0o600, flag: 'wx' });
  return keys;
}
