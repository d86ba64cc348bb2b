/**
 * Who this gate is: its own private key, which never leaves the device, and what it was told when
 * it was enrolled. `identity.json` in the gate's home, 0600.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ConfigError } from './config.ts';

const COORDINATE = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const PUBLIC_JWK = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: COORDINATE,
  y: COORDINATE,
});
const IDENTITY = z.object({
  server: z.url(),
  /** The gate's id at the server, and under which name it signs in. */
  gateId: z.string().min(1),
  clientId: z.string().min(1),
  venue: z.string().min(1),
  tokenUrl: z.url(),
  /** The root that signs the trust list, pinned at enrolment. */
  rootKey: PUBLIC_JWK,
  key: PUBLIC_JWK.extend({ d: COORDINATE, kid: z.string().min(1) }),
});

/** What stands in `identity.json`. */
export type Identity = z.output<typeof IDENTITY>;

const fileOf = (home: string): string => path.join(home, 'identity.json');
const revocationOf = (home: string): string => path.join(home, 'revoked.json');

/** The gate's identity. Throws `ConfigError` when it was not enrolled. */
export function readIdentity(home: string): Identity {
  const file = fileOf(home);
  if (!existsSync(file)) {
    throw new ConfigError(`${file}: not enrolled yet; run enrol · 尚未登记，请先运行 enrol`);
  }
  const parsed = IDENTITY.safeParse(findJson(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new ConfigError(`${file}: is damaged; run enrol · 已损坏，请重新登记`);
  return parsed.data;
}

function findJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Keeps it, whole or not at all; what was noted of a revocation belongs to the one before. */
export function writeIdentity(home: string, identity: Identity): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeWhole(fileOf(home), JSON.stringify(identity));
  rmSync(revocationOf(home), { force: true });
}

/** Whether the server has said that this device is revoked. */
export function isRevoked(home: string): boolean {
  return existsSync(revocationOf(home));
}

/** Notes that the server has said so: it holds until the device is enrolled again. */
export function noteRevocation(home: string, at: string): void {
  writeWhole(revocationOf(home), JSON.stringify({ at }));
}

/** A secret file, on the disk before it has its name. */
export function writeWhole(file: string, text: string): void {
  const descriptor = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(descriptor, `${text}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${file}.new`, file);
}
