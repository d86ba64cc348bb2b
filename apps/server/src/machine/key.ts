/** The public keys of machines: JWK (RFC 7517) of the kinds that we take, and nothing private. */
import { calculateJwkThumbprint, importJWK } from 'jose';
import { z } from 'zod';
import { parseStrictJson } from './strict-json.ts';

/** Base64url of exactly so many bytes. */
const bytes = (...lengths: number[]) =>
  z.base64url().refine((text) => lengths.includes(Buffer.from(text, 'base64url').length));
const BASE = {
  kid: z.string().regex(/^[\w.-]{1,64}$/),
  use: z.literal('sig').optional(),
};
const EC = z.object({
  ...BASE,
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: bytes(32),
  y: bytes(32),
  alg: z.literal('ES256').default('ES256'),
});
const EDWARDS = z.object({
  ...BASE,
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: bytes(32),
  alg: z.literal('EdDSA').default('EdDSA'),
});
const RSA = z.object({
  ...BASE,
  kty: z.literal('RSA'),
  e: z.literal('AQAB'),
  n: bytes(256, 384, 512),
  alg: z.enum(['PS256', 'RS256']),
});
const KEY = z
  .looseObject({ d: z.undefined().optional() })
  .pipe(z.discriminatedUnion('kty', [EC, EDWARDS, RSA]))
  .transform(({ use: _use, ...key }) => key);
const KEYS = z.union([
  KEY.transform((key) => [key]),
  z.object({ keys: z.array(KEY).min(1).max(8) }).transform(({ keys }) => keys),
]);

/** A public key with its name and the one algorithm (RFC 7518) for which it is registered. */
export type MachineKey = z.output<typeof KEY>;

/** The file holds no public keys that a machine may have; the message says what is wrong. */
export class BadKeyFile extends Error {}

/**
 * Reads the text of a key file: one JWK or a set of up to 8, each with its `kid`, an RSA key (2048,
 * 3072 or 4096 bits) with its `alg` too. Throws `BadKeyFile`, also for a private key.
 */
export async function parseKeys(text: string): Promise<MachineKey[]> {
  const json = parseStrictJson(text);
  if (json === undefined) throw new BadKeyFile('is no JSON');
  const parsed = KEYS.safeParse(json);
  if (!parsed.success) {
    throw new BadKeyFile(
      'holds no public keys: P-256, Ed25519, or RSA from 2048 bits with alg PS256 or RS256; ' +
        'each a JWK with a kid, and no private part',
    );
  }
  const kids = new Set(parsed.data.map(({ kid }) => kid));
  if (kids.size < parsed.data.length) throw new BadKeyFile('names two keys by the same kid');
  for (const key of parsed.data) {
    await importJWK(key).catch(() => {
      throw new BadKeyFile(`holds no real key under the kid ${key.kid}`);
    });
  }
  return parsed.data;
}

/** The key's thumbprint (RFC 7638): the same key has the same one under every kid. */
export function keyIdOf(key: MachineKey): Promise<string> {
  return calculateJwkThumbprint(key);
}
