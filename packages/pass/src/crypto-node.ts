/**
 * The cryptography of Node: node:crypto with imported keys, which is nearly twice as fast there as
 * WebCrypto, and zlib. Exported as `@liyu/pass/node`.
 */
import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { concatBytes, fromBase64Url, fromHex } from './bytes.ts';
import type { PassCrypto, Signer, VerifyKey } from './crypto.ts';
import { ES256 } from './crypto.ts';
import type { PublicPoint } from './p256.ts';

/** A key of P-256 as JWK (RFC 7517, RFC 7518 section 6.2); `d` in private ones only. */
export interface EcJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly d?: string;
}

/** A generated key. The private JWK is a secret: keep it encrypted. */
export interface GeneratedKey {
  readonly privateJwk: EcJwk;
  readonly point: PublicPoint;
  readonly signer: Signer;
}

/** SubjectPublicKeyInfo of a compressed P-256 point up to its first byte (RFC 5480 section 2). */
const SPKI_HEAD = fromHex('3039301306072a8648ce3d020106082a8648ce3d030107032200');
const ENCODING = 'ieee-p1363';

interface ImportedKey extends VerifyKey {
  readonly key: KeyObject;
  readonly dsaEncoding: typeof ENCODING;
}

function isImported(key: VerifyKey): key is ImportedKey {
  return 'key' in key && 'dsaEncoding' in key;
}

/** node:crypto and zlib, synchronous throughout. */
export const nodeCrypto: PassCrypto = {
  importKey(alg, point): ImportedKey {
    if (alg !== ES256) throw new RangeError(`algorithm ${alg} is not supported`);
    if (point.x.length !== 32) throw new RangeError('x has 32 bytes');
    const der = concatBytes(SPKI_HEAD, Uint8Array.of(point.yIsOdd ? 3 : 2), point.x);
    const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
    return { key, dsaEncoding: ENCODING };
  },
  verify(key, message, signature) {
    if (!isImported(key)) throw new TypeError('a key of another implementation');
    return signature.length === 64 && verify('sha256', message, key, signature);
  },
  inflate: (bytes, atMostBytes) => inflateSync(bytes, { maxOutputLength: atMostBytes }),
  deflate: (bytes) => deflateSync(bytes, { level: 9 }),
};

/** The public point of a JWK. Throws a RangeError unless it is one of P-256. */
export function pointFromJwk(jwk: EcJwk): PublicPoint {
  const x = fromBase64Url(jwk.x);
  const y = fromBase64Url(jwk.y);
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || x.length !== 32 || y.length !== 32) {
    throw new RangeError('not a public key on P-256');
  }
  return { x, yIsOdd: ((y[31] ?? 0) & 1) === 1 };
}

/** Signs ES256 with a private JWK. Throws if node:crypto cannot read it. */
export function signerFromJwk(jwk: EcJwk): Signer {
  const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  return {
    alg: ES256,
    sign: (message) => sign('sha256', message, { key, dsaEncoding: ENCODING }),
  };
}

/** A new key pair on P-256 from the system's randomness. */
export function generateKey(): GeneratedKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y, d } = privateKey.export({ format: 'jwk' });
  if (x === undefined || y === undefined || d === undefined) throw new Error('no EC key exported');
  const privateJwk: EcJwk = { kty: 'EC', crv: 'P-256', x, y, d };
  return { privateJwk, point: pointFromJwk(privateJwk), signer: signerFromJwk(privateJwk) };
}
