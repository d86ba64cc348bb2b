/**
 * The cryptography that this package is given and never chooses: `@liyu/pass/node` has it from
 * node:crypto, `@liyu/pass/web` from WebCrypto. Another algorithm (SM2) comes in here.
 */
import type { PublicPoint } from './p256.ts';

/** ECDSA with SHA-256 on P-256 (RFC 9053 section 2.1): the one algorithm taken so far. */
export const ES256 = -7;
/**
 * Reserved for an issuer that signs SM2 with SM3 (GB/T 32918, GB/T 35276; COSE's private range). A
 * trust list may have such a key; a version that does not know the algorithm reads the list and
 * refuses that key's passes only. The phone's key stays ES256.
 */
export const SM2 = -65537;

/** The algorithms of COSE that this version signs and verifies; all others are refused. */
export const SUPPORTED_ALGORITHMS: readonly number[] = [ES256];

/** What an implementation of `PassCrypto` made of a public key: opaque to everybody else. */
export type VerifyKey = object;

/** Signs with one private key. */
export interface Signer {
  /** COSE's number of the algorithm; `ES256` is the one taken. */
  readonly alg: number;
  /** The signature as RFC 9053 section 2.1 has it: r and s, 32 bytes each. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/**
 * Verifying and compressing. Every function may answer at once or with a promise; callers await
 * only what is a promise, so that a scan in Node costs no turn of the event loop.
 */
export interface PassCrypto {
  /** Throws (or rejects) for an algorithm it does not know and for what is no point of the curve. */
  importKey(alg: number, point: PublicPoint): VerifyKey | Promise<VerifyKey>;
  /** Whether the raw r and s are this key's signature; false, never an error, for a bad one. */
  verify(key: VerifyKey, message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>;
  /** zlib (RFC 1950). Throws (or rejects) on bad input and on more than `atMostBytes`. */
  inflate(bytes: Uint8Array, atMostBytes: number): Uint8Array | Promise<Uint8Array>;
  /** zlib (RFC 1950) at its highest level. */
  deflate(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** Whether this version knows the algorithm. */
export function isSupported(alg: number): boolean {
  return SUPPORTED_ALGORITHMS.includes(alg);
}
