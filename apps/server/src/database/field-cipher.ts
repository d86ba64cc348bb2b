/**
 * Personal fields: encrypted with AES-256-GCM, bound to their table, column, row and key version,
 * and found by a keyed blind index (HMAC-SHA-256) whose key is another one. Neither key is in the
 * database.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { Random } from '../edge/clock.ts';
import { type FieldKeySource, sealingKey } from './field-keys.ts';
import { createKeyedHash } from './keyed-hash.ts';
import type { FieldPlace } from './sealed-columns.ts';

/** Seals and opens personal fields. */
export interface FieldCipher {
  /** Seals with the newest version of the key. */
  seal(text: string, place: FieldPlace): Uint8Array;
  /** Throws when the bytes were made for another place, or changed, or their key is not there. */
  open(sealed: Uint8Array, place: FieldPlace): string;
  /** The blind index of a value in a domain, 32 bytes: the same value gives the same bytes. */
  blindIndex(domain: string, value: string): Uint8Array;
  /** The same in hexadecimal: for work on many values, where every buffer costs. */
  blindIndexHex(domain: string, value: string): string;
  /** The version that seals. */
  sealingVersion(): number;
  /** Reads the keys again if they have changed. Whoever seals does this now and then. */
  refresh(): void;
}

/** The field was sealed with a version of the key that is not among the keys. */
export class UnknownKeyVersion extends Error {}

const VERSION_BYTES = 2;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The version of the key with which the bytes were sealed. */
export function versionOf(sealed: Uint8Array): number {
  return Buffer.from(sealed).readUInt16BE(0);
}

/** A cipher over the keys. Sealed bytes are: key version (2), nonce (12), tag (16), text. */
export function createFieldCipher(source: FieldKeySource, random: Random): FieldCipher {
  const keyOf = memorise(source);
  const { blindIndex } = source.current();
  let index = { key: blindIndex, hashOf: createKeyedHash(blindIndex) };
  const blindIndexHex = (domain: string, value: string): string => {
    const key = source.current().blindIndex;
    if (key !== index.key) index = { key, hashOf: createKeyedHash(key) };
    return index.hashOf(`${domain}\0${value}`);
  };
  return {
    seal(text, place) {
      const { version, key } = sealingKey(source.current());
      const nonce = random.bytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyOf(key), nonce);
      cipher.setAAD(additional(place, version));
      const body = cipher.update(text, 'utf8');
      // In this mode the end makes the tag and no more text.
      cipher.final();
      const head = Buffer.alloc(VERSION_BYTES);
      head.writeUInt16BE(version);
      return Buffer.concat([head, nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed);
      const version = versionOf(bytes);
      const bodyAt = VERSION_BYTES + NONCE_BYTES + TAG_BYTES;
      const nonce = bytes.subarray(VERSION_BYTES, VERSION_BYTES + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', keyOf(versionKey(source, version)), nonce, {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(additional(place, version));
      decipher.setAuthTag(bytes.subarray(VERSION_BYTES + NONCE_BYTES, bodyAt));
      return decipher.update(bytes.subarray(bodyAt), undefined, 'utf8') + decipher.final('utf8');
    },
    blindIndex: (domain, value) => Buffer.from(blindIndexHex(domain, value), 'hex'),
    blindIndexHex,
    sealingVersion: () => sealingKey(source.current()).version,
    refresh: () => void source.refresh(),
  };
}

/** Another process may have turned the key since the keys were read, so they are read again. */
function versionKey(source: FieldKeySource, version: number): string {
  const find = (keys = source.current()) => keys.encryption.find((one) => one.version === version);
  const found = find() ?? find(source.refresh());
  if (found !== undefined) return found.key;
  throw new UnknownKeyVersion(
    `a field is sealed with key version ${version}, which is not in keys/fields.json`,
  );
}

/** Keys as the cipher takes them, by their hexadecimal form. */
function memorise(source: FieldKeySource): (key: string) => KeyObject {
  let known = new Map<string, KeyObject>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    // A key that was retired is forgotten with the first new one.
    const kept = new Set(source.current().encryption.map((one) => one.key));
    known = new Map([...known].filter(([one]) => kept.has(one)));
    const made = createSecretKey(Buffer.from(key, 'hex'));
    known.set(key, made);
    return made;
  };
}

function additional(place: FieldPlace, version: number): Buffer {
  return Buffer.from(`${place.table}\0${place.column}\0${place.row}\0${version}`);
}
