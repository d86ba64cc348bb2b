/**
 * The pass: what the blood centre signs. An untagged COSE_Sign1 (RFC 9052 section 4.2) around a CWT
 * (RFC 8392) of 149 bytes with a phone's key in it (RFC 8747), or 104 bytes for a printed card.
 */
import { concatBytes, readUint32, writeUint32 } from './bytes.ts';
import {
  readShortAlg,
  SIGNATURE_BYTES,
  signatureStructure,
  signStructure,
  writeShortAlg,
} from './cose.ts';
import type { Signer } from './crypto.ts';
import { fillLayout, findDeviation, layoutOf } from './layout.ts';
import type { PublicPoint } from './p256.ts';
import type { PassScope } from './scope.ts';
import { decodeScope, encodeScope } from './scope.ts';

/** What a pass says. All times are seconds since 1970-01-01T00:00Z. */
export interface PassClaims {
  /** Which issuer's key signed: 2 bytes, looked up in the trust list. */
  readonly kid: Uint8Array;
  /** The first second at which the pass is no longer good (RFC 8392 section 3.1.4). */
  readonly exp: number;
  /** This pass's pseudonym: 8 random bytes. */
  readonly cti: Uint8Array;
  /** The phone's key (RFC 8747); a printed card has none. */
  readonly holderKey?: PublicPoint;
  readonly scope: PassScope;
}

/** A pass as read: nothing in it is verified yet. */
export interface ParsedPass {
  /** The exact bytes, from the array's head to the signature's end. */
  readonly bytes: Uint8Array;
  /** The algorithm that the header names; never chosen by it. */
  readonly alg: number;
  readonly claims: PassClaims;
}

/** Bytes of a pass with a phone's key. */
export const PHONE_PASS_BYTES = 149;
/** Bytes of a printed card's pass. */
export const PRINTED_PASS_BYTES = 104;
/** Times from here on have 4 bytes in their shortest form: 1970-01-01T18:12:16Z. */
export const EARLIEST_SECONDS = 0x10000;
/** The last second that 4 bytes hold: 2106-02-07T06:28:15Z. */
export const LATEST_SECONDS = 0xffffffff;

const HEAD = '84 47 A2 01 .. 04 42 ..*2 A0';
const EXP_AND_CTI = '04 1A ..*4 07 48 ..*8';
const CNF = '08 A1 01 A4 01 02 20 01 21 58 20 ..*32 22 ..';
const SCOPE = '09 47 ..*7';
const SIGNATURE = '58 40 ..*64';
const PHONE = layoutOf(`${HEAD} 58 47 A4 ${EXP_AND_CTI} ${CNF} ${SCOPE} ${SIGNATURE}`);
const PRINTED = layoutOf(`${HEAD} 58 1A A3 ${EXP_AND_CTI} ${SCOPE} ${SIGNATURE}`);

/** Offsets within a pass; the tail is counted from the end of its claims. */
const AT = { protected: 1, alg: 4, kid: 7, unprotected: 9, payload: 10, exp: 15, cti: 21 } as const;
const PHONE_AT = { x: 40, ySign: 73, scope: 76 } as const;
const PRINTED_AT = { scope: 31 } as const;
const SIGNATURE_HEAD_BYTES = 2;
const CBOR_FALSE = 0xf4;
const CBOR_TRUE = 0xf5;

/** Whether a number of seconds can stand in a pass or a code. */
export function isEncodableSeconds(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= EARLIEST_SECONDS && seconds <= LATEST_SECONDS;
}

function requireBytes(name: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) {
    throw new RangeError(`${name} has ${bytes.length} bytes, not ${length}`);
  }
}

function requireClaims(claims: PassClaims): void {
  requireBytes('kid', claims.kid, 2);
  requireBytes('cti', claims.cti, 8);
  if (!isEncodableSeconds(claims.exp)) throw new RangeError(`exp ${claims.exp} is out of range`);
  const wantsKey = claims.scope.kind === 'phone';
  if (wantsKey !== (claims.holderKey !== undefined)) {
    throw new RangeError(
      `a ${claims.scope.kind} pass ${wantsKey ? 'needs a' : 'has no'} holder key`,
    );
  }
  if (claims.holderKey !== undefined) requireBytes('x', claims.holderKey.x, 32);
}

/**
 * Signs a pass and answers its bytes: 149 for a phone, 104 printed. Throws a RangeError on claims
 * that have no encoding and on an algorithm other than ES256.
 */
export async function signPass(claims: PassClaims, signer: Signer): Promise<Uint8Array> {
  requireClaims(claims);
  const { holderKey } = claims;
  const exp = new Uint8Array(4);
  writeUint32(exp, 0, claims.exp);
  const ySign = Uint8Array.of(holderKey?.yIsOdd === true ? CBOR_TRUE : CBOR_FALSE);
  const layout = holderKey === undefined ? PRINTED : PHONE;
  const bytes = fillLayout(
    layout,
    concatBytes(
      Uint8Array.of(writeShortAlg(signer.alg)),
      claims.kid,
      exp,
      claims.cti,
      ...(holderKey === undefined ? [] : [holderKey.x, ySign]),
      encodeScope(claims.scope),
      new Uint8Array(SIGNATURE_BYTES),
    ),
  );
  const signature = await signStructure(signer, passSignatureStructure(bytes));
  bytes.set(signature, bytes.length - SIGNATURE_BYTES);
  return bytes;
}

/** What the issuer's signature of a pass covers (RFC 9052 section 4.4). */
export function passSignatureStructure(pass: Uint8Array): Uint8Array {
  const end = pass.length - SIGNATURE_BYTES - SIGNATURE_HEAD_BYTES;
  return signatureStructure(
    pass.subarray(AT.protected, AT.unprotected),
    pass.subarray(AT.payload, end),
  );
}

/** The issuer's signature: the last 64 bytes. */
export function passSignature(pass: Uint8Array): Uint8Array {
  return pass.subarray(pass.length - SIGNATURE_BYTES);
}

/**
 * Reads a pass of exactly these bytes. It promises the format only: no signature is verified.
 * Never throws; says at which byte the format is left.
 */
export function parsePass(bytes: Uint8Array): ParsedPass | { malformed: string } {
  const hasKey = bytes.length === PHONE_PASS_BYTES;
  if (!hasKey && bytes.length !== PRINTED_PASS_BYTES) {
    return { malformed: `a pass of ${bytes.length} bytes` };
  }
  const deviation = findDeviation(bytes, 0, hasKey ? PHONE : PRINTED);
  if (deviation >= 0) return { malformed: `the pass leaves the format at its byte ${deviation}` };
  const alg = readShortAlg(bytes[AT.alg] ?? 0);
  if (alg === undefined) return { malformed: "unknown algorithm in the pass's header" };
  const exp = readUint32(bytes, AT.exp);
  if (exp < EARLIEST_SECONDS) return { malformed: 'exp is not in its shortest form' };
  const ySign = bytes[PHONE_AT.ySign];
  if (hasKey && ySign !== CBOR_FALSE && ySign !== CBOR_TRUE) {
    return { malformed: 'the sign of y is neither true nor false' };
  }
  const scope = decodeScope(bytes, hasKey ? PHONE_AT.scope : PRINTED_AT.scope);
  if ('malformed' in scope) return scope;
  const kid = bytes.subarray(AT.kid, AT.kid + 2);
  const cti = bytes.subarray(AT.cti, AT.cti + 8);
  if (!hasKey) return { bytes, alg, claims: { kid, exp, cti, scope } };
  const holderKey = {
    x: bytes.subarray(PHONE_AT.x, PHONE_AT.x + 32),
    yIsOdd: ySign === CBOR_TRUE,
  };
  return { bytes, alg, claims: { kid, exp, cti, holderKey, scope } };
}
