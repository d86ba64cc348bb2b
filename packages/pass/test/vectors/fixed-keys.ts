/**
 * Keys and signatures that come out the same on every machine: private keys derived from their
 * names, and ECDSA with the nonce of RFC 6979. For test vectors only.
 */
import { createECDH, createHash, createHmac } from 'node:crypto';
import type { PublicPoint, Signer } from '../../src/index.ts';

/** A key for test vectors. Its private half is published: never trust it. */
export interface FixedKey {
  readonly d: Uint8Array;
  readonly point: PublicPoint;
  readonly signer: Signer;
}

/** The order of P-256's group. */
export const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const numberOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const bytesOf = (number: bigint) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
const modulo = (number: bigint) => ((number % N) + N) % N;

function inverse(number: bigint): bigint {
  let [rest, next, factor, nextFactor] = [N, number, 0n, 1n];
  while (next > 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return modulo(factor);
}

/** The point that the generator has after so many additions. */
function multiply(scalar: Uint8Array): { x: Uint8Array; yIsOdd: boolean } {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(scalar);
  const raw = curve.getPublicKey();
  return { x: Uint8Array.from(raw.subarray(1, 33)), yIsOdd: ((raw[64] ?? 0) & 1) === 1 };
}

/** The nonces of RFC 6979 section 3.2 for SHA-256; the first that serves is taken. */
function* nonces(d: Uint8Array, hash: Uint8Array): Generator<bigint> {
  const seed = Buffer.concat([d, bytesOf(modulo(numberOf(hash)))]);
  let key = Buffer.alloc(32, 0);
  let value = Buffer.alloc(32, 1);
  const turn = (...parts: Uint8Array[]) => {
    key = createHmac('sha256', key)
      .update(Buffer.concat([value, ...parts]))
      .digest();
    value = createHmac('sha256', key).update(value).digest();
  };
  turn(Uint8Array.of(0), seed);
  turn(Uint8Array.of(1), seed);
  for (;;) {
    value = createHmac('sha256', key).update(value).digest();
    const nonce = numberOf(value);
    if (nonce > 0n && nonce < N) yield nonce;
    turn(Uint8Array.of(0));
  }
}

/** ES256 over a message, the same signature every time: r and s. */
export function signFixed(d: Uint8Array, message: Uint8Array): Uint8Array {
  const hash = createHash('sha256').update(message).digest();
  for (const nonce of nonces(d, hash)) {
    const r = modulo(numberOf(multiply(bytesOf(nonce)).x));
    const s = modulo(inverse(nonce) * (numberOf(hash) + r * numberOf(d)));
    if (r > 0n && s > 0n) return Uint8Array.from(Buffer.concat([bytesOf(r), bytesOf(s)]));
  }
  throw new Error('no nonce served');
}

/** The key of a name: its private half is the SHA-256 of the name, modulo the group's order. */
export function fixedKey(name: string): FixedKey {
  const hash = createHash('sha256').update(`Liyu test key, never to be trusted: ${name}`).digest();
  const d = bytesOf(modulo(numberOf(hash)));
  return {
    d: Uint8Array.from(d),
    point: multiply(d),
    signer: { alg: -7, sign: (message) => signFixed(d, message) },
  };
}
