/**
 * The trust list: which keys sign passes, for what and until when. An offline root signs it as an
 * untagged COSE_Sign1 (RFC 9052 section 4.2) over a CWT (RFC 8392) with private claims.
 */
import { toBase64Url, toHex } from './bytes.ts';
import type { CborMap } from './cbor.ts';
import type { PassCrypto, Signer } from './crypto.ts';
import { ES256 } from './crypto.ts';
import type { PublicPoint } from './p256.ts';
import { decompressY } from './p256.ts';
import type { PassKind } from './scope.ts';
import { openSign1, sealSign1 } from './sign1.ts';
import { readTrustEntries, requireTrustEntry, trustEntryAsMap } from './trust-entry.ts';

/** One key of the list. Times in seconds since 1970-01-01T00:00Z. */
export interface TrustEntry {
  /** 2 bytes. */
  readonly kid: Uint8Array;
  /** COSE's number of the algorithm that passes of this key must name. */
  readonly alg: number;
  readonly key: PublicPoint;
  /** Which kind of passes the key signs. */
  readonly use: PassKind;
  /** The key counts from here on, included. */
  readonly notBefore: number;
  /** The key counts until here, included: see `keyEnd`. */
  readonly notAfter: number;
  /** The longest life of a pass: 7 days for phones, 90 for printed cards. */
  readonly lifeSeconds: number;
  /** A midnight of the city, from which the lives are counted. */
  readonly anchor: number;
  /** Where the status list is: a URI in ASCII, also the list's `sub`. */
  readonly statusAddress: string;
  /** Indexes in that status list. */
  readonly listSize: number;
}

/** A trust list that has been verified (or is about to be signed). */
export interface TrustList {
  /** Only goes up. */
  readonly version: number;
  /** When it was signed. */
  readonly iat: number;
  /** The first second at which it is no longer good; at most 30 days after `iat`. */
  readonly exp: number;
  readonly entries: readonly TrustEntry[];
}

/** What a gate knows when it reads a trust list. */
export interface TrustListAt {
  /** Seconds. */
  readonly now: number;
  /** The highest version seen so far; a lower one is refused, the same one is taken. */
  readonly lowestVersion: number;
  readonly crypto: PassCrypto;
}

/** The list, or why it is refused. */
export type TrustListVerification =
  | { readonly ok: true; readonly list: TrustList }
  | {
      readonly ok: false;
      readonly code: 'malformed' | 'bad_signature' | 'lower_version' | 'expired';
      readonly detail: string;
    };

/** A trust list lives 30 days at most. */
export const TRUST_LIST_LIFE_SECONDS = 30 * 86_400;
/** Passes come in batches that reach 35 days ahead at most. */
export const PASS_REACH_SECONDS = 35 * 86_400;

const CLAIM = { exp: 4, iat: 6, version: -65537, entries: -65538 } as const;

/** The `notAfter` of a key that signs for the last time at `lastSignedAt`: plus life and reach. */
export function keyEnd(lastSignedAt: number, lifeSeconds: number): number {
  return lastSignedAt + lifeSeconds + PASS_REACH_SECONDS;
}

/**
 * When a pass begins: at the last anchor + k x life before its `exp`, in seconds. So a pass that
 * ends at such a boundary has a whole life, and one that a card's end cuts short begins where the
 * pass before it ended.
 */
export function passBegin(entry: Pick<TrustEntry, 'anchor' | 'lifeSeconds'>, exp: number): number {
  const lives = Math.ceil((exp - entry.anchor) / entry.lifeSeconds) - 1;
  return entry.anchor + lives * entry.lifeSeconds;
}

/** The entry of a key id, or undefined. */
export function findTrustEntry(list: TrustList, kid: Uint8Array): TrustEntry | undefined {
  for (const entry of list.entries) {
    if (entry.kid[0] === kid[0] && entry.kid[1] === kid[1] && kid.length === 2) return entry;
  }
  return undefined;
}

/**
 * Signs a trust list with the root's key and answers its bytes. Throws a RangeError on a life over
 * 30 days, a key id that stands twice, and fields without an encoding.
 */
export async function signTrustList(list: TrustList, root: Signer): Promise<Uint8Array> {
  const fault = findFault(list);
  if (fault !== undefined) throw new RangeError(fault);
  for (const entry of list.entries) requireTrustEntry(entry);
  const claims: CborMap = new Map<number, CborMap | number | CborMap[]>([
    [CLAIM.exp, list.exp],
    [CLAIM.iat, list.iat],
    [CLAIM.version, list.version],
    [CLAIM.entries, list.entries.map(trustEntryAsMap)],
  ]);
  return sealSign1({ header: new Map([[1, root.alg]]), claims, tagged: false }, root);
}

/**
 * Verifies a trust list against the root's key: format, signature, version, expiry, in this order.
 * Never throws on bad bytes.
 */
export async function verifyTrustList(
  bytes: Uint8Array,
  root: PublicPoint,
  at: TrustListAt,
): Promise<TrustListVerification> {
  const opened = openSign1(bytes, false);
  if ('malformed' in opened) return refused('malformed', opened.malformed);
  if (opened.header.size !== 1 || opened.header.get(1) !== ES256) {
    return refused('malformed', 'the header names another algorithm, or more');
  }
  const list = readClaims(opened.claims);
  if ('malformed' in list) return refused('malformed', list.malformed);
  const key = await at.crypto.importKey(ES256, root);
  if (!(await at.crypto.verify(key, opened.signed, opened.signature))) {
    return refused('bad_signature', "the signature is not the root's");
  }
  if (list.version < at.lowestVersion) {
    return refused('lower_version', `version ${list.version} after ${at.lowestVersion}`);
  }
  if (at.now >= list.exp) return refused('expired', `ended ${at.now - list.exp} s ago`);
  return { ok: true, list };
}

function refused(
  code: 'malformed' | 'bad_signature' | 'lower_version' | 'expired',
  detail: string,
): TrustListVerification {
  return { ok: false, code, detail };
}

function readClaims(claims: CborMap): TrustList | { malformed: string } {
  const exp = claims.get(CLAIM.exp);
  const iat = claims.get(CLAIM.iat);
  const version = claims.get(CLAIM.version);
  const entries = readTrustEntries(claims.get(CLAIM.entries));
  if (claims.size !== 4) return { malformed: 'claims are missing or unknown' };
  if (typeof exp !== 'number' || typeof iat !== 'number' || typeof version !== 'number') {
    return { malformed: 'exp, iat or version is no number' };
  }
  if ('malformed' in entries) return entries;
  const list = { version, iat, exp, entries: entries.entries };
  const fault = findFault(list);
  return fault === undefined ? list : { malformed: fault };
}

/** What is wrong with a list as a whole, or undefined. */
function findFault(list: TrustList): string | undefined {
  const whole = [list.version, list.iat, list.exp].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!whole) return 'version, iat and exp are natural numbers';
  if (list.exp <= list.iat) return 'the list ends before it begins';
  if (list.exp - list.iat > TRUST_LIST_LIFE_SECONDS) return 'the list lives over 30 days';
  const kids = new Set(list.entries.map((entry) => toHex(entry.kid)));
  return kids.size === list.entries.length ? undefined : 'a key id stands twice';
}

/** The trust list as JSON for people and tools; the COSE form is the one that counts. */
export interface TrustListJson {
  readonly version: number;
  readonly iat: number;
  readonly exp: number;
  readonly entries: readonly TrustEntryJson[];
}

/** One key of the JSON form; the key as JWK (RFC 7517), the key id in hexadecimal. */
export interface TrustEntryJson {
  readonly kid: string;
  readonly alg: number;
  readonly key: { kty: 'EC'; crv: 'P-256'; x: string; y: string };
  readonly use: PassKind;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly lifeSeconds: number;
  readonly anchor: number;
  readonly statusAddress: string;
  readonly listSize: number;
}

/** The list in JSON. Throws a RangeError if a key is no point of P-256. */
export function trustListAsJson(list: TrustList): TrustListJson {
  const entries = list.entries.map((entry): TrustEntryJson => {
    const y = decompressY(entry.key);
    if (y === undefined) throw new RangeError(`key ${toHex(entry.kid)} is no point of P-256`);
    const key = {
      kty: 'EC',
      crv: 'P-256',
      x: toBase64Url(entry.key.x),
      y: toBase64Url(y),
    } as const;
    return { ...entry, kid: toHex(entry.kid), key };
  });
  return { version: list.version, iat: list.iat, exp: list.exp, entries };
}
