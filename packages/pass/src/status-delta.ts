/**
 * A delta of a status list: what has changed since the list that a gate holds, some hundred bytes
 * instead of the whole. A CWT like the list's, with the list's moment as its base and, for each new
 * status, the indexes that have it now.
 */
import type { CborMap, CborValue } from './cbor.ts';
import type { PassCrypto, Signer } from './crypto.ts';
import { decodeRice, encodeRice } from './rice.ts';
import { sealSign1 } from './sign1.ts';
import type { PassStatus, StatusList, StatusListVerification } from './status-list.ts';
import { PASS_STATUSES, readStatus, statusListOf, writeStatus } from './status-list.ts';
import { judgeOrigin, openStatusMessage, refuseStatus, statusHeader } from './status-message.ts';
import type { TrustEntry } from './trust-list.ts';

/** An index and the status it has now. */
export type StatusChange = readonly [index: number, status: Exclude<PassStatus, 'refused'>];

/** What is to be signed. */
export interface StatusDeltaContent {
  readonly kid: Uint8Array;
  readonly address: string;
  /** The `iat` of the list that this is a delta of. */
  readonly baseIat: number;
  /** Later than `baseIat`: the list's `iat` once the delta is applied. */
  readonly iat: number;
  readonly exp: number;
  readonly ttlSeconds: number;
  /** In any order; of two for one index the later counts. None at all renews the list's moment. */
  readonly changes: Iterable<StatusChange>;
}

/** The media type of a delta, in `typ`. It is ours: the draft of the list has no deltas. */
export const STATUS_DELTA_TYPE = 'application/statuslist-delta+cwt';

const CLAIM = { sub: 2, exp: 4, iat: 6, ttl: 65534, base: -65539, changes: -65540 } as const;
/** Statuses that a delta can set: 0 valid, 1 revoked, 2 suspended. */
const SETTABLE = 3;

/** Where two lists' bits differ, and what the second says there. Throws unless both have the size. */
export function statusChanges(from: Uint8Array, to: Uint8Array, size: number): StatusChange[] {
  if (from.length !== to.length || from.length !== Math.ceil(size / 4)) {
    throw new RangeError(`${from.length} and ${to.length} bytes for ${size} passes`);
  }
  const changes: StatusChange[] = [];
  for (let byte = 0; byte < from.length; byte += 1) {
    if (from[byte] === to[byte]) continue;
    for (let index = byte * 4; index < Math.min(byte * 4 + 4, size); index += 1) {
      const status = readStatus(to, size, index);
      if (status === readStatus(from, size, index) || status === undefined) continue;
      if (status === 'refused') throw new RangeError(`index ${index}: status 3 is never written`);
      changes.push([index, status]);
    }
  }
  return changes;
}

/**
 * Signs a delta with the issuer's key whose list it is, and answers the CWT's bytes (tagged
 * COSE_Sign1). Throws a RangeError on an `iat` that is not after the base, an `exp` that is not after
 * the `iat`, and an index that does not fit 4 bytes.
 */
export async function signStatusDelta(
  content: StatusDeltaContent,
  signer: Signer,
): Promise<Uint8Array> {
  const { baseIat, iat, exp } = content;
  if (!(baseIat < iat && iat < exp)) {
    throw new RangeError(`base ${baseIat}, iat ${iat}, exp ${exp}: not in this order`);
  }
  const claims: CborMap = new Map<number, CborValue>([
    [CLAIM.sub, content.address],
    [CLAIM.exp, exp],
    [CLAIM.iat, iat],
    [CLAIM.ttl, content.ttlSeconds],
    [CLAIM.base, baseIat],
    [CLAIM.changes, encodeChanges(content.changes)],
  ]);
  const header = statusHeader(content.kid, signer.alg, STATUS_DELTA_TYPE);
  return sealSign1({ header, claims, tagged: true }, signer);
}

function encodeChanges(changes: Iterable<StatusChange>): CborMap {
  const indexes: number[][] = Array.from({ length: SETTABLE }, () => []);
  for (const [index, status] of new Map(changes)) {
    if (!Number.isInteger(index) || index < 0 || index > 0xffffffff) {
      throw new RangeError(`index ${index} does not fit 4 bytes`);
    }
    const row = indexes[PASS_STATUSES.indexOf(status)];
    if (row === undefined) throw new RangeError(`index ${index}: ${status} is never written`);
    row.push(index);
  }
  const encoded = new Map<number, CborValue>();
  for (const [status, row] of indexes.entries()) {
    if (row.length === 0) continue;
    const { parameter, count, bits } = encodeRice(Uint32Array.from(row).sort());
    encoded.set(status, [parameter, count, bits]);
  }
  return encoded;
}

/**
 * Verifies a delta against the list that the gate holds and answers the list as it is now: format,
 * that it is this entry's, its signature, that its base is the list held, its expiry, its indexes.
 * The list held stays as it is; its bits are copied once, and not at all where nothing has changed.
 * Never throws on bad bytes. After `other_base` a gate asks for the whole list.
 */
export async function verifyStatusDelta(
  bytes: Uint8Array,
  entry: TrustEntry,
  list: StatusList,
  at: { readonly now: number; readonly crypto: PassCrypto },
): Promise<StatusListVerification> {
  const opened = openStatusMessage(bytes, entry, STATUS_DELTA_TYPE);
  if (!opened.ok) return opened;
  const claims = readClaims(opened.message.claims);
  if ('malformed' in claims) return refuseStatus('malformed', claims.malformed);
  const foreign = await judgeOrigin(opened.message, claims.sub, entry, at.crypto);
  if (foreign !== undefined) return foreign;
  const isOfEntry = list.address === entry.statusAddress && list.size === entry.listSize;
  if (!isOfEntry || claims.base !== list.iat) {
    const held = isOfEntry ? `of ${list.iat}` : `${list.address} of ${list.size}`;
    return refuseStatus('other_base', `a delta of the list of ${claims.base}, held: ${held}`);
  }
  if (at.now >= claims.exp) return refuseStatus('expired', `ended ${at.now - claims.exp} s ago`);
  const rows = decodeChanges(claims.changes, list.size);
  if ('malformed' in rows) return refuseStatus('malformed', rows.malformed);
  return { ok: true, list: statusListOf(entry, claims, applyRows(list.bits, rows)) };
}

interface Claims {
  readonly sub: string;
  readonly exp: number;
  readonly iat: number;
  readonly ttl: number;
  readonly base: number;
  readonly changes: CborMap;
}

function readClaims(claims: CborMap): Claims | { malformed: string } {
  const sub = claims.get(CLAIM.sub);
  const exp = claims.get(CLAIM.exp);
  const iat = claims.get(CLAIM.iat);
  const ttl = claims.get(CLAIM.ttl);
  const base = claims.get(CLAIM.base);
  const changes = claims.get(CLAIM.changes);
  if (claims.size !== 6 || typeof sub !== 'string' || !(changes instanceof Map)) {
    return { malformed: 'claims are missing or unknown' };
  }
  if (typeof exp !== 'number' || typeof iat !== 'number' || typeof ttl !== 'number') {
    return { malformed: 'exp, iat or ttl is no number' };
  }
  if (typeof base !== 'number' || !(base < iat && iat < exp)) {
    return { malformed: 'base, iat and exp are not in this order' };
  }
  return { sub, exp, iat, ttl, base, changes };
}

interface Row {
  readonly status: PassStatus;
  readonly indexes: Uint32Array;
}

function decodeChanges(changes: CborMap, size: number): readonly Row[] | { malformed: string } {
  const rows: Row[] = [];
  for (const [number, code] of changes) {
    const status = typeof number === 'number' && number < SETTABLE && PASS_STATUSES[number];
    if (!status) return { malformed: `a delta sets no status ${number}` };
    if (!Array.isArray(code) || code.length !== 3) return { malformed: 'no array of three' };
    const [parameter, count, bits] = code;
    if (typeof parameter !== 'number' || typeof count !== 'number') {
      return { malformed: 'parameter and count are no numbers' };
    }
    if (!(bits instanceof Uint8Array)) return { malformed: 'the indexes are no byte string' };
    const indexes = decodeRice({ parameter, count, bits }, size);
    if ('malformed' in indexes) return indexes;
    rows.push({ status, indexes });
  }
  const twice = findTwice(rows);
  return twice === undefined ? rows : { malformed: `index ${twice} has two statuses` };
}

/** An index that stands in two rows, if there is one: each row rises, so they are walked together. */
function findTwice(rows: readonly Row[]): number | undefined {
  for (const [first, { indexes: left }] of rows.entries()) {
    for (const { indexes: right } of rows.slice(first + 1)) {
      let at = 0;
      for (const index of left) {
        while (at < right.length && (right[at] ?? 0) < index) at += 1;
        if (right[at] === index) return index;
      }
    }
  }
  return undefined;
}

function applyRows(bits: Uint8Array, rows: readonly Row[]): Uint8Array {
  if (rows.length === 0) return bits;
  const changed = Uint8Array.from(bits);
  for (const { status, indexes } of rows) {
    for (const index of indexes) writeStatus(changed, index, status);
  }
  return changed;
}
