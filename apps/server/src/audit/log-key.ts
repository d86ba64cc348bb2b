/**
 * The key that signs the audit log's checkpoints: P-256, its own, in the home (0600). Whoever
 * verifies needs the public half and the log's origin only.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { NoKeys } from '../database/field-keys.ts';

/** What verifies checkpoints. */
export interface LogKey {
  /** The log's name, also the key's: C2SP tlog-checkpoint. */
  readonly origin: string;
  /** First four bytes of the SHA-256 of the SubjectPublicKeyInfo: C2SP signed-note, type 0x02. */
  readonly keyId: Buffer;
  /** SubjectPublicKeyInfo as PEM, for openssl. */
  readonly publicPem: string;
  verify(text: string, signature: Uint8Array): boolean;
}

/** What signs them. */
export interface LogSigner extends LogKey {
  /** ECDSA over SHA-256, DER. */
  sign(text: string): Uint8Array;
}

const KEY_FILE = z.strictObject({
  origin: z.string().regex(/^[^\s+]+$/),
  key: z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string(),
    y: z.string(),
    d: z.string(),
  }),
});

function fileIn(folder: string): string {
  return path.join(folder, 'audit.json');
}

/** Makes the key of a folder, once; answers whether there was none. For `keys init`. */
export function makeLogKey(folder: string): boolean {
  if (existsSync(fileIn(folder))) return false;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const fingerprint = fingerprintOf(createPublicKey(privateKey)).toString('hex').slice(0, 16);
  const content = {
    origin: `liyu-audit/${fingerprint}`,
    key: privateKey.export({ format: 'jwk' }),
  };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(fileIn(folder), `${JSON.stringify(content, null, 2)}\n`, {
      mode: 0o600,
      flag: 'wx',
    });
  } catch (cause) {
    // Another process was faster: its key counts.
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
  return true;
}

/** The key of a folder; a missing one is made when that is allowed, else `NoKeys` is thrown. */
export function readLogKey(folder: string, mayMake: boolean): LogSigner {
  if (!existsSync(fileIn(folder))) {
    if (!mayMake) throw new NoKeys('there is no key of the audit log: run `keys init`');
    makeLogKey(folder);
  }
  const { origin, key } = KEY_FILE.parse(JSON.parse(readFileSync(fileIn(folder), 'utf8')));
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  return {
    ...logKeyOf(origin, createPublicKey(privateKey)),
    sign: (text) => sign('sha256', Buffer.from(text), privateKey),
  };
}

/** The public half of a key, by the log's name and its PEM. Throws when that is none. */
export function publicLogKey(origin: string, publicPem: string): LogKey {
  return logKeyOf(origin, createPublicKey(publicPem));
}

function logKeyOf(origin: string, publicKey: KeyObject): LogKey {
  return {
    origin,
    keyId: fingerprintOf(publicKey).subarray(0, 4),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    verify: (text, signature) => verify('sha256', Buffer.from(text), publicKey, signature),
  };
}

function fingerprintOf(publicKey: KeyObject): Buffer {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}
