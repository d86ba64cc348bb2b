/** Machines as the tests know them: with their private keys, and able to sign anything. */
import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { secondsOf } from '@liyu/domain/kernel';
import type { FastifyInstance } from 'fastify';
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

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
let made = 0;

/** What a good header says. */
export function headerOf(key: TestKey) {
  return { alg: key.alg, kid: key.kid, typ: 'JWT' };
}

/** What good claims of the machine say now, another `jti` each time. */
export function claimsOf(core: Core, name: string) {
  made += 1;
  const now = secondsOf(core.clock.now());
  return { iss: name, sub: name, aud: AUDIENCE, iat: now, exp: now + 60, jti: `jti-${made}` };
}

/** A good assertion of the machine, by its first key unless said. */
export function assertionOf(core: Core, machine: TestMachine, key = machine.keys[0]): string {
  const claims = JSON.stringify(claimsOf(core, machine.name));
  return signParts(JSON.stringify(headerOf(key)), claims, key);
}

/** The form with the assertion and whatever else is given. */
export function formOf(assertion: string, more: Readonly<Record<string, string>> = {}): string {
  return new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: TYPE,
    client_assertion: assertion,
    ...more,
  }).toString();
}

/** Signs the machine in at the server and answers its token. */
export async function signInAt(
  server: FastifyInstance,
  core: Core,
  machine: TestMachine,
  key?: TestKey,
): Promise<string> {
  const response = await server.inject({
    method: 'POST',
    url: '/api/v1/token',
    payload: formOf(assertionOf(core, machine, key)),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  if (response.statusCode !== 200) throw new Error(`${machine.name}: ${response.body}`);
  return response.json().access_token;
}
