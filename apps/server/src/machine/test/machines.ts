/** Machines as the tests know them: with their private keys, and able to sign anything. */
import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import type { Core } from '../../core.ts';
import { parseKeys } from '../key.ts';
import type { MachineRole } from '../machine.ts';
import { registerMachine } from '../workflow.ts';

export const ORIGIN = 'https://liyu.example';
export const AUDIENCE = `${ORIGIN}/api/v1/token`;

/** A key with its registered name. */
export interface TestKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
}

/** A machine and its keys. */
export interface TestMachine {
  readonly name: string;
  readonly keys: readonly [TestKey, ...TestKey[]];
}

/** Makes a key of the algorithm. */
export function makeKey(alg: string, kid: string): TestKey {
  if (alg === 'EdDSA') return { kid, alg, privateKey: generateKeyPairSync('ed25519').privateKey };
  if (alg === 'ES256') {
    return { kid, alg, privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey };
  }
  return { kid, alg, privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey };
}

/** The public key as a file for `machine add` holds it. */
export function jwkOf({ kid, alg, privateKey }: TestKey): Record<string, unknown> {
  return { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, alg };
}

/** Registers the machine with a key of each algorithm, named `<name>-<n>`. */
export async function makeMachine(
  core: Core,
  name: string,
  algorithms: readonly [string, ...string[]],
  role: MachineRole = 'blood_bank',
  partner: string | null = null,
): Promise<TestMachine> {
  const [first, ...more] = algorithms;
  const rest = more.map((alg, at) => makeKey(alg, `${name}-${at + 2}`));
  const keys = [makeKey(first, `${name}-1`), ...rest] as const;
  const text = JSON.stringify({ keys: keys.map(jwkOf) });
  await registerMachine(core, { name, role, partner, keys: await parseKeys(text) }, 'owner');
  return { name, keys: [keys[0], ...rest] };
}

/** Base64url. */
export function encode(part: string | Uint8Array): string {
  return Buffer.from(part).toString('base64url');
}

/** The signature of the text by the algorithm, whatever it is called elsewhere. */
export function signText(text: string, alg: string, key: KeyObject): Uint8Array {
  const bytes = Buffer.from(text);
  if (alg === 'EdDSA') return sign(null, bytes, key);
  if (alg === 'ES256') return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
  if (alg === 'RS256') return sign('sha256', bytes, key);
  return sign('sha256', bytes, { key, padding: 6, saltLength: 32 });
}

/** An assertion of the two texts, signed by the key. */
export function signParts(header: string, claims: string, key: TestKey): string {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${encode(signText(text, key.alg, key.privateKey))}`;
}

/** An assertion of the two texts under HMAC-SHA-256. */
export function hmacParts(header: string, claims: string, secret: string | Uint8Array): string {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
