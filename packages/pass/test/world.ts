/**
 * The little world of the tests: an issuer, a printer, a phone, a trust list and a gate at noon.
 * Whatever a test does not say is in order, so that what it says is what decides.
 */

import { decodeBase45, encodeBase45 } from '../src/base45.ts';
import type { GeneratedKey } from '../src/crypto-node.ts';
import { generateKey, nodeCrypto } from '../src/crypto-node.ts';
import type {
  PassClaims,
  PassScope,
  Signer,
  TrustEntry,
  TrustList,
  Verification,
  VerifyAt,
} from '../src/index.ts';
import {
  CODE_PREFIX,
  createVerifier,
  GATE_WINDOW,
  printCode,
  showCode,
  signPass,
} from '../src/index.ts';

export const DAY = 86_400;
/** 2026-06-01T00:00+08:00, the anchor. */
export const ANCHOR = 1_780_243_200;
/** Noon of the fourth day of a pass's life. */
export const NOW = ANCHOR + 3 * DAY + DAY / 2;

export const ISSUER: GeneratedKey = generateKey();
export const PRINTER: GeneratedKey = generateKey();
export const PHONE: GeneratedKey = generateKey();
export const STRANGER: GeneratedKey = generateKey();
export const ROOT: GeneratedKey = generateKey();

export const PHONE_ENTRY: TrustEntry = {
  kid: Uint8Array.of(0x0a, 1),
  alg: -7,
  key: ISSUER.point,
  use: 'phone',
  notBefore: ANCHOR - 100 * DAY,
  notAfter: ANCHOR + 100 * DAY,
  lifeSeconds: 7 * DAY,
  anchor: ANCHOR,
  statusAddress: 'https://example.org/status-lists/0a01',
  listSize: 1000,
};
export const PRINTED_ENTRY: TrustEntry = {
  ...PHONE_ENTRY,
  kid: Uint8Array.of(0x0a, 2),
  key: PRINTER.point,
  use: 'printed',
  lifeSeconds: 90 * DAY,
  statusAddress: 'https://example.org/status-lists/0a02',
};
export const TRUST_LIST: TrustList = {
  version: 7,
  iat: NOW - DAY,
  exp: NOW + 20 * DAY,
  entries: [PHONE_ENTRY, PRINTED_ENTRY],
};

export const SCOPE: PassScope = {
  kind: 'phone',
  tier: 3,
  honour: true,
  zones: ['metro', 'bus'],
  statusIndex: 77,
};
export const CLAIMS: PassClaims = {
  kid: PHONE_ENTRY.kid,
  exp: ANCHOR + 7 * DAY,
  cti: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  holderKey: PHONE.point,
  scope: SCOPE,
};
export const PRINTED_CLAIMS: PassClaims = {
  kid: PRINTED_ENTRY.kid,
  exp: ANCHOR + 90 * DAY,
  cti: Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1),
  scope: { ...SCOPE, kind: 'printed', zones: ['metro', 'clinic'] },
};

/** A gate in order, with changes. */
export function gate(changes: Partial<VerifyAt> = {}): VerifyAt {
  return {
    now: NOW,
    zone: 'metro',
    window: GATE_WINDOW,
    acceptPrinted: false,
    trustList: TRUST_LIST,
    statusOf: () => 'valid',
    statusAgeSeconds: 600,
    maxStatusAgeSeconds: DAY,
    ...changes,
  };
}

/** A signed pass, with changes to its claims. */
export function makePass(changes: Partial<PassClaims> = {}, by: Signer = ISSUER.signer) {
  return signPass({ ...CLAIMS, ...changes }, by);
}

/** A shown code in order, with changes. */
export async function makeCode(
  changes: {
    claims?: Partial<PassClaims>;
    pass?: Uint8Array;
    iat?: number;
    seq?: number;
    by?: Signer;
  } = {},
): Promise<string> {
  const pass = changes.pass ?? (await makePass(changes.claims));
  const moment = { iat: changes.iat ?? NOW, seq: changes.seq ?? 1 };
  return showCode(pass, changes.by ?? PHONE.signer, moment);
}

/** A printed card's code in order, with changes. */
export async function makePrinted(changes: Partial<PassClaims> = {}): Promise<string> {
  return printCode(await signPass({ ...PRINTED_CLAIMS, ...changes }, PRINTER.signer));
}

/** The bytes of a code in order. */
export function bytesOf(code: string): Uint8Array {
  const bytes = decodeBase45(code, CODE_PREFIX.length);
  if (bytes === undefined) throw new Error('not a code');
  return bytes;
}

/** The text of a code with these bytes, well-formed or not. */
export function textOf(bytes: Uint8Array): string {
  return CODE_PREFIX + encodeBase45(bytes);
}

/** A code as a fresh verifier answers it. */
export function verifyOnce(code: string, changes: Partial<VerifyAt> = {}): Promise<Verification> {
  return createVerifier({ crypto: nodeCrypto }).verify(code, gate(changes));
}

/** 'taken', or the refusal's code. */
export function answerOf(verification: Verification): string {
  return verification.ok ? 'taken' : verification.code;
}

/** The order of P-256's group, for the second signature (r, n - s). */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The other signature that verifies wherever this one does. */
export function twinOf(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`);
  const twin = Uint8Array.from(signature);
  twin.set(Buffer.from((N - s).toString(16).padStart(64, '0'), 'hex'), 32);
  return twin;
}

/** A copy with one byte (or a few from there on) put in. */
export function withBytes(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(values, at);
  return copy;
}
