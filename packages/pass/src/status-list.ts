/**
 * The status list: which passes are revoked or suspended. A Token Status List of the IETF (OAuth
 * working group, draft-ietf-oauth-status-list, CWT form): 2 bits a pass, zlib, signed whole. Each
 * issuer's key has its own list and signs it itself; indexes count within it.
 */
import { equalBytes } from './bytes.ts';
import type { CborMap, CborValue } from './cbor.ts';
import type { PassCrypto, Signer } from './crypto.ts';
import { sealSign1 } from './sign1.ts';
import type { StatusRefusal } from './status-message.ts';
import { judgeOrigin, openStatusMessage, refuseStatus, statusHeader } from './status-message.ts';
import type { TrustEntry } from './trust-list.ts';

/** What a list says of a pass. `refused` (3) is never written, and refused when read. */
export type PassStatus = 'valid' | 'revoked' | 'suspended' | 'refused';

/** All statuses by their two bits (section 7.1 of the draft). */
export const PASS_STATUSES: readonly PassStatus[] = ['valid', 'revoked', 'suspended', 'refused'];

/** A status list that has been verified. Times in seconds since 1970-01-01T00:00Z. */
export interface StatusList {
  readonly kid: Uint8Array;
  /** Its own address, the `sub` claim. */
  readonly address: string;
  /** When it was signed: its age is counted from here. */
  readonly iat: number;
  /** The first second at which it is no longer good. */
  readonly exp: number;
  /** After how many seconds a newer one is worth asking for. */
  readonly ttlSeconds: number;
  /** How many indexes it knows. */
  readonly size: number;
  /** All statuses, 2 bits each, as `buildStatusList` lays them out. Never written to. */
  readonly bits: Uint8Array;
  /** Undefined for an index that the list does not have. */
  statusOf(index: number): PassStatus | undefined;
}

/** What is to be signed. */
export interface StatusListContent {
  readonly kid: Uint8Array;
  readonly address: string;
  readonly iat: number;
  readonly exp: number;
  readonly ttlSeconds: number;
  /** What `buildStatusList` made. */
  readonly bits: Uint8Array;
}

/** The list, or why it is refused. */
export type StatusListVerification =
  | { readonly ok: true; readonly list: StatusList }
  | StatusRefusal;

const MEDIA_TYPE = 'application/statuslist+cwt';
const CLAIM = { sub: 2, exp: 4, iat: 6, statusList: 65533, ttl: 65534 } as const;
const BITS = 2;
const PER_BYTE = 8 / BITS;

/** Bytes that hold so many statuses. */
function bytesFor(size: number): number {
  return Math.ceil(size / PER_BYTE);
}

/**
 * The bits of a list of `size` passes, all valid but those named; the first pass has the lowest
 * bits of the first byte (section 4.1 of the draft). Throws a RangeError on an index outside.
 */
export function buildStatusList(
  size: number,
  statuses: Iterable<readonly [index: number, status: Exclude<PassStatus, 'refused'>]>,
): Uint8Array {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`a list of ${size}`);
  const bits = new Uint8Array(bytesFor(size));
  for (const [index, status] of statuses) {
    if (!Number.isInteger(index) || index < 0 || index >= size) {
      throw new RangeError(`index ${index} in a list of ${size}`);
    }
    writeStatus(bits, index, status);
  }
  return bits;
}

/** Sets one status in some bits. The caller has made sure that they have the index. */
export function writeStatus(bits: Uint8Array, index: number, status: PassStatus): void {
  const at = Math.floor(index / PER_BYTE);
  const shift = (index % PER_BYTE) * BITS;
  const cleared = (bits[at] ?? 0) & ~(0b11 << shift);
  bits[at] = cleared | (PASS_STATUSES.indexOf(status) << shift);
}

/** The status at an index of some bits; undefined outside of `size`. */
export function readStatus(bits: Uint8Array, size: number, index: number): PassStatus | undefined {
  if (!Number.isInteger(index) || index < 0 || index >= size) return undefined;
  const byte = bits[Math.floor(index / PER_BYTE)] ?? 0;
  return PASS_STATUSES[(byte >> ((index % PER_BYTE) * BITS)) & 0b11];
}

/**
 * Signs a whole list with the issuer's key it belongs to and answers the CWT's bytes (tagged
 * COSE_Sign1; section 5.2 of the draft). Throws a RangeError on what has no encoding.
 */
export async function signStatusList(
  content: StatusListContent,
  signer: Signer,
  crypto: Pick<PassCrypto, 'deflate'>,
): Promise<Uint8Array> {
  const lst = await crypto.deflate(content.bits);
  const header = statusHeader(content.kid, signer.alg, MEDIA_TYPE);
  const claims: CborMap = new Map<number, CborValue>([
    [CLAIM.sub, content.address],
    [CLAIM.exp, content.exp],
    [CLAIM.iat, content.iat],
    [CLAIM.ttl, content.ttlSeconds],
    [
      CLAIM.statusList,
      new Map<string, CborValue>([
        ['bits', BITS],
        ['lst', lst],
      ]),
    ],
  ]);
  return sealSign1({ header, claims, tagged: true }, signer);
}

/**
 * Verifies the list of one entry of the trust list: format, that it is this entry's list, its
 * signature, its expiry, its size. Never throws on bad bytes; unpacks no more than the size that
 * the trust list allows.
 */
export async function verifyStatusList(
  bytes: Uint8Array,
  entry: TrustEntry,
  at: { readonly now: number; readonly crypto: PassCrypto },
): Promise<StatusListVerification> {
  const { crypto, now } = at;
  const opened = openStatusMessage(bytes, entry, MEDIA_TYPE);
  if (!opened.ok) return opened;
  const claims = readClaims(opened.message.claims);
  if ('malformed' in claims) return refuseStatus('malformed', claims.malformed);
  const foreign = await judgeOrigin(opened.message, claims.sub, entry, crypto);
  if (foreign !== undefined) return foreign;
  if (now >= claims.exp) return refuseStatus('expired', `ended ${now - claims.exp} s ago`);
  const bits = await unpack(claims.lst, entry.listSize, crypto);
  if ('malformed' in bits) return refuseStatus('malformed', bits.malformed);
  return { ok: true, list: statusListOf(entry, claims, bits) };
}

/** When a list was signed, until when it is good, when to ask again. */
export interface StatusTimes {
  readonly iat: number;
  readonly exp: number;
  readonly ttl: number;
}

interface Claims extends StatusTimes {
  readonly sub: string;
  readonly lst: Uint8Array;
}

/** The list of an entry with these times and bits. */
export function statusListOf(entry: TrustEntry, times: StatusTimes, bits: Uint8Array): StatusList {
  return {
    kid: entry.kid,
    address: entry.statusAddress,
    iat: times.iat,
    exp: times.exp,
    ttlSeconds: times.ttl,
    size: entry.listSize,
    bits,
    statusOf: (index) => readStatus(bits, entry.listSize, index),
  };
}

function readClaims(claims: CborMap): Claims | { malformed: string } {
  const sub = claims.get(CLAIM.sub);
  const exp = claims.get(CLAIM.exp);
  const iat = claims.get(CLAIM.iat);
  const ttl = claims.get(CLAIM.ttl);
  const list = claims.get(CLAIM.statusList);
  if (claims.size !== 5 || typeof sub !== 'string' || !(list instanceof Map)) {
    return { malformed: 'claims are missing or unknown' };
  }
  if (typeof exp !== 'number' || typeof iat !== 'number' || typeof ttl !== 'number') {
    return { malformed: 'exp, iat or ttl is no number' };
  }
  const lst = list.get('lst');
  if (list.size !== 2 || list.get('bits') !== BITS || !(lst instanceof Uint8Array)) {
    return { malformed: 'status_list is not of 2 bits a pass' };
  }
  return { sub, exp, iat, ttl, lst };
}

async function unpack(
  lst: Uint8Array,
  size: number,
  crypto: PassCrypto,
): Promise<Uint8Array | { malformed: string }> {
  const wanted = bytesFor(size);
  let bits: Uint8Array;
  try {
    bits = await crypto.inflate(lst, wanted);
  } catch {
    return { malformed: `not zlib, or more than ${wanted} bytes` };
  }
  if (bits.length !== wanted) return { malformed: `${bits.length} bytes for ${size} passes` };
  return bits;
}

/** `statusOf` over the lists of several keys, as the verifier wants it. */
export function statusLookup(
  lists: readonly StatusList[],
): (kid: Uint8Array, index: number) => PassStatus | undefined {
  return (kid, index) => lists.find((list) => equalBytes(list.kid, kid))?.statusOf(index);
}

/** Seconds since the oldest of the lists was signed; infinite without any list. */
export function statusAge(lists: readonly StatusList[], now: number): number {
  if (lists.length === 0) return Number.POSITIVE_INFINITY;
  return Math.max(...lists.map((list) => now - list.iat));
}
