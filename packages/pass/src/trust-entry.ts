/**
 * One entry of the trust list as a CBOR map with integer keys, written and read strictly: all ten
 * fields, no other.
 */
import { fromAscii } from './bytes.ts';
import type { CborMap, CborValue } from './cbor.ts';
import { SM2 } from './crypto.ts';
import type { PublicPoint } from './p256.ts';
import { PASS_KINDS } from './scope.ts';
import type { TrustEntry } from './trust-list.ts';

const FIELD = {
  kid: 1,
  alg: 2,
  key: 3,
  use: 4,
  notBefore: 5,
  notAfter: 6,
  life: 7,
  anchor: 8,
  statusAddress: 9,
  listSize: 10,
} as const;
const FIELDS = Object.keys(FIELD).length;
/** COSE_Key (RFC 9053 section 7.1.1): kty EC2, crv P-256, x, the sign of y. */
const COSE_KEY = { kty: 1, crv: -1, x: -2, y: -3 } as const;
const EC2 = 2;
const P256 = 1;
/** COSE's private range: the curve of SM2 has no number of its own. */
const SM2_CURVE = -65537;

/** An index has 4 bytes in the scope. */
const LARGEST_LIST = 0x1_0000_0000;

/** The entry as a map: 1 key id, 2 alg, 3 COSE_Key, 4 use (the scope's kind number), 5 to 10. */
export function trustEntryAsMap(entry: TrustEntry): CborMap {
  return new Map<number, CborValue>([
    [FIELD.kid, entry.kid],
    [FIELD.alg, entry.alg],
    [FIELD.key, coseKey(entry.key, curveOf(entry.alg))],
    [FIELD.use, PASS_KINDS.indexOf(entry.use)],
    [FIELD.notBefore, entry.notBefore],
    [FIELD.notAfter, entry.notAfter],
    [FIELD.life, entry.lifeSeconds],
    [FIELD.anchor, entry.anchor],
    [FIELD.statusAddress, entry.statusAddress],
    [FIELD.listSize, entry.listSize],
  ]);
}

function curveOf(alg: number): number {
  return alg === SM2 ? SM2_CURVE : P256;
}

function coseKey(point: PublicPoint, curve: number): CborMap {
  return new Map<number, CborValue>([
    [COSE_KEY.kty, EC2],
    [COSE_KEY.crv, curve],
    [COSE_KEY.x, point.x],
    [COSE_KEY.y, point.yIsOdd],
  ]);
}

/** Throws a RangeError on an entry that its own reader would refuse. */
export function requireTrustEntry(entry: TrustEntry): void {
  fromAscii(entry.statusAddress);
  const read = readTrustEntry(trustEntryAsMap(entry));
  if ('malformed' in read) throw new RangeError(read.malformed);
}

/** The entries of the list's claim, or why they are none. */
export function readTrustEntries(
  claim: CborValue | undefined,
): { entries: TrustEntry[] } | { malformed: string } {
  if (!Array.isArray(claim)) return { malformed: 'the entries are no array' };
  const entries: TrustEntry[] = [];
  for (const value of claim) {
    const entry = readTrustEntry(value);
    if ('malformed' in entry) return { malformed: `entry ${entries.length}: ${entry.malformed}` };
    entries.push(entry);
  }
  return { entries };
}

function isCount(value: CborValue | undefined, atLeast: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= atLeast;
}

function readTrustEntry(map: CborValue | undefined): TrustEntry | { malformed: string } {
  if (!(map instanceof Map) || map.size !== FIELDS) return { malformed: 'no map of ten fields' };
  const kid = map.get(FIELD.kid);
  const alg = map.get(FIELD.alg);
  const curve = typeof alg === 'number' ? curveOf(alg) : P256;
  const key = readCoseKey(map.get(FIELD.key), curve);
  const useNumber = map.get(FIELD.use);
  const use = typeof useNumber === 'number' ? PASS_KINDS[useNumber] : undefined;
  const notBefore = map.get(FIELD.notBefore);
  const notAfter = map.get(FIELD.notAfter);
  const lifeSeconds = map.get(FIELD.life);
  const anchor = map.get(FIELD.anchor);
  const statusAddress = map.get(FIELD.statusAddress);
  const listSize = map.get(FIELD.listSize);
  if (!(kid instanceof Uint8Array) || kid.length !== 2) return { malformed: 'key id: 2 bytes' };
  if (typeof alg !== 'number' || !Number.isInteger(alg)) return { malformed: 'alg: a number' };
  if (key === undefined) return { malformed: 'key: a COSE_Key on its curve, x and the sign of y' };
  if (use === undefined) return { malformed: 'use: 0 phone or 1 printed' };
  if (!isCount(notBefore, 0) || !isCount(notAfter, notBefore)) {
    return { malformed: 'not before, not after: seconds, in this order' };
  }
  if (!isCount(lifeSeconds, 1) || !isCount(anchor, 0)) {
    return { malformed: 'life, anchor: seconds' };
  }
  if (typeof statusAddress !== 'string' || statusAddress === '') {
    return { malformed: 'status address: a text' };
  }
  if (!isCount(listSize, 1) || listSize > LARGEST_LIST) return { malformed: 'list size: a count' };
  return {
    kid,
    alg,
    key,
    use,
    notBefore,
    notAfter,
    lifeSeconds,
    anchor,
    statusAddress,
    listSize,
  };
}

function readCoseKey(map: CborValue | undefined, curve: number): PublicPoint | undefined {
  if (!(map instanceof Map) || map.size !== 4) return undefined;
  const x = map.get(COSE_KEY.x);
  const yIsOdd = map.get(COSE_KEY.y);
  if (map.get(COSE_KEY.kty) !== EC2 || map.get(COSE_KEY.crv) !== curve) return undefined;
  if (!(x instanceof Uint8Array) || x.length !== 32 || typeof yIsOdd !== 'boolean')
    return undefined;
  return { x, yIsOdd };
}
