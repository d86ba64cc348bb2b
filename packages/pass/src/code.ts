/**
 * The code: what a phone shows and a printed card bears. `LY1:` and base45 around either a pass
 * that the phone has signed together with the moment (an untagged COSE_Sign1 whose `kcwt` header
 * holds the pass), or the bare pass of a printed card.
 */
import { decodeBase45, encodeBase45 } from './base45.ts';
import { concatBytes, readUint32, writeUint32 } from './bytes.ts';
import {
  readShortAlg,
  SIGNATURE_BYTES,
  signatureStructure,
  signStructure,
  writeShortAlg,
} from './cose.ts';
import type { Signer } from './crypto.ts';
import { diagnoseBase45, diagnoseCbor } from './diagnosis.ts';
import { fillLayout, findDeviation, layoutOf } from './layout.ts';
import type { ParsedPass } from './pass.ts';
import { EARLIEST_SECONDS, isEncodableSeconds, PHONE_PASS_BYTES, parsePass } from './pass.ts';

/** When a phone drew its code. */
export interface Moment {
  /** Seconds since 1970-01-01T00:00Z, by the phone's corrected clock. */
  readonly iat: number;
  /** 0 to 65,535, one more at every redraw. */
  readonly seq: number;
}

/** The phone's part of a shown code, as read: nothing in it is verified yet. */
export interface ParsedShowing extends Moment {
  readonly alg: number;
  /** Raw r and s. */
  readonly signature: Uint8Array;
  /** The whole code's bytes, which `showingSignatureStructure` takes. */
  readonly bytes: Uint8Array;
}

/** A well-formed code; without `showing` it is a bare pass. Nothing in it is verified yet. */
export interface ParsedCode {
  readonly pass: ParsedPass;
  readonly showing?: ParsedShowing;
}

/** What every code begins with. */
export const CODE_PREFIX = 'LY1:';
/** Longer texts are refused before they are looked at, in characters. */
export const LONGEST_CODE = 420;
/** Bytes of a shown code. */
export const SHOWN_CODE_BYTES = 235;

const SHOWN = layoutOf(
  `84 58 99 A2 01 .. 0D ..*${PHONE_PASS_BYTES} A0 4B A2 06 1A ..*4 07 42 ..*2 58 40 ..*64`,
);
const AT = {
  protected: 1,
  alg: 5,
  pass: 7,
  unprotected: 156,
  payload: 157,
  iat: 161,
  seq: 167,
  signature: 171,
} as const;
const PAYLOAD_END = AT.signature - 2;
const SECOND_BYTE = { shown: 0x58, bare: 0x47 } as const;

/**
 * The code that a phone shows now: 357 characters, QR version 11 at ECC level M. Throws a
 * RangeError on a pass without a phone's key, on a moment that has no encoding and on an
 * algorithm other than ES256.
 */
export async function showCode(pass: Uint8Array, holder: Signer, moment: Moment): Promise<string> {
  if (pass.length !== PHONE_PASS_BYTES) throw new RangeError("a pass without a phone's key");
  const parsed = parsePass(pass);
  if ('malformed' in parsed) throw new RangeError(parsed.malformed);
  const { iat, seq } = moment;
  if (!isEncodableSeconds(iat)) throw new RangeError(`iat ${iat} is out of range`);
  if (!Number.isInteger(seq) || seq < 0 || seq > 0xffff) {
    throw new RangeError(`seq ${seq} does not fit 2 bytes`);
  }
  const iatBytes = new Uint8Array(4);
  writeUint32(iatBytes, 0, iat);
  const bytes = fillLayout(
    SHOWN,
    concatBytes(
      Uint8Array.of(writeShortAlg(holder.alg)),
      pass,
      iatBytes,
      Uint8Array.of(seq >> 8, seq & 0xff),
      new Uint8Array(SIGNATURE_BYTES),
    ),
  );
  bytes.set(await signStructure(holder, showingSignatureStructure(bytes)), AT.signature);
  return CODE_PREFIX + encodeBase45(bytes);
}

/** The code of a printed card: the bare pass. Throws a RangeError unless its kind is printed. */
export function printCode(pass: Uint8Array): string {
  const parsed = parsePass(pass);
  if ('malformed' in parsed) throw new RangeError(parsed.malformed);
  if (parsed.claims.scope.kind !== 'printed' || parsed.claims.holderKey !== undefined) {
    throw new RangeError('only a printed pass without a holder key is printed');
  }
  return CODE_PREFIX + encodeBase45(pass);
}

/** What the phone's signature of a shown code covers (RFC 9052 section 4.4). */
export function showingSignatureStructure(code: Uint8Array): Uint8Array {
  return signatureStructure(
    code.subarray(AT.protected, AT.unprotected),
    code.subarray(AT.payload, PAYLOAD_END),
  );
}

/**
 * Reads the text of a code: prefix and length, base45, format. It takes exactly one text per
 * meaning and promises the format only: no signature is verified. Never throws.
 */
export function parseCode(text: string): ParsedCode | { malformed: string } {
  if (!text.startsWith(CODE_PREFIX)) return { malformed: `the code does not begin with LY1:` };
  if (text.length > LONGEST_CODE) return { malformed: `${text.length} characters are too many` };
  const bytes = decodeBase45(text, CODE_PREFIX.length);
  if (bytes === undefined) return { malformed: diagnoseBase45(text, CODE_PREFIX.length) };
  const code = parseBytes(bytes);
  return 'malformed' in code ? { malformed: diagnoseCbor(bytes) ?? code.malformed } : code;
}

function parseBytes(bytes: Uint8Array): ParsedCode | { malformed: string } {
  if (bytes[1] === SECOND_BYTE.shown) return parseShown(bytes);
  if (bytes[1] !== SECOND_BYTE.bare) return { malformed: 'neither a shown code nor a pass' };
  const pass = parsePass(bytes);
  return 'malformed' in pass ? pass : { pass };
}

function parseShown(bytes: Uint8Array): ParsedCode | { malformed: string } {
  if (bytes.length !== SHOWN_CODE_BYTES) {
    return { malformed: `a shown code of ${bytes.length} bytes` };
  }
  const deviation = findDeviation(bytes, 0, SHOWN);
  if (deviation >= 0) return { malformed: `the code leaves the format at its byte ${deviation}` };
  const alg = readShortAlg(bytes[AT.alg] ?? 0);
  if (alg === undefined) return { malformed: "unknown algorithm in the phone's header" };
  const iat = readUint32(bytes, AT.iat);
  if (iat < EARLIEST_SECONDS) return { malformed: 'iat is not in its shortest form' };
  const pass = parsePass(bytes.subarray(AT.pass, AT.unprotected));
  if ('malformed' in pass) return pass;
  const seq = ((bytes[AT.seq] ?? 0) << 8) | (bytes[AT.seq + 1] ?? 0);
  return { pass, showing: { alg, iat, seq, signature: bytes.subarray(AT.signature), bytes } };
}
