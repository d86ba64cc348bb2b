/**
 * The pass's scope (claim 9 of RFC 8693 and 9200): what it is good for, in 7 bytes of our own.
 * Every byte sequence that is read has one meaning, and every meaning one byte sequence.
 */
import { readUint32, writeUint32 } from './bytes.ts';

/** Where a pass is good. */
export type Zone = 'metro' | 'bus' | 'clinic' | 'site';
/** Shown by a phone that signs each showing, or printed for people without one. */
export type PassKind = 'phone' | 'printed';
/** From 1 (first donation) to 5 (gold). */
export type PassTier = 1 | 2 | 3 | 4 | 5;

/** What a pass is good for. */
export interface PassScope {
  readonly kind: PassKind;
  readonly tier: PassTier;
  /** Whether an honour card stands behind it. */
  readonly honour: boolean;
  /** In the order of `ZONES` when read. */
  readonly zones: readonly Zone[];
  /** Index within the status list of the key that signed: 0 to 2^32 - 1. */
  readonly statusIndex: number;
}

/** All zones, by their bit from the lowest. */
export const ZONES: readonly Zone[] = ['metro', 'bus', 'clinic', 'site'];
/** Both kinds, by their number. */
export const PASS_KINDS: readonly PassKind[] = ['phone', 'printed'];
/** Bytes of an encoded scope. */
export const SCOPE_BYTES = 7;

const PROFILE = 1;
const TIERS: readonly PassTier[] = [1, 2, 3, 4, 5];

/** The 7 bytes of a scope. Throws a RangeError on a tier, zone or index that has none. */
export function encodeScope(scope: PassScope): Uint8Array {
  const { kind, tier, honour, zones, statusIndex } = scope;
  if (!TIERS.includes(tier)) throw new RangeError(`tier ${tier} is none of 1 to 5`);
  if (!Number.isInteger(statusIndex) || statusIndex < 0 || statusIndex > 0xffffffff) {
    throw new RangeError(`status index ${statusIndex} does not fit 4 bytes`);
  }
  const kindNumber = PASS_KINDS.indexOf(kind);
  if (kindNumber < 0) throw new RangeError(`unknown kind ${kind}`);
  let zoneBits = 0;
  for (const zone of zones) {
    const bit = ZONES.indexOf(zone);
    if (bit < 0) throw new RangeError(`unknown zone ${zone}`);
    zoneBits |= 1 << bit;
  }
  const bytes = new Uint8Array(SCOPE_BYTES);
  bytes[0] = (PROFILE << 4) | kindNumber;
  bytes[1] = (tier << 4) | (honour ? 1 : 0);
  bytes[2] = zoneBits;
  writeUint32(bytes, 3, statusIndex);
  return bytes;
}

/** The scope at an offset, or why it is none. The caller has made sure of 7 bytes. */
export function decodeScope(bytes: Uint8Array, at: number): PassScope | { malformed: string } {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  const zoneBits = bytes[at + 2] ?? 0;
  if (first >> 4 !== PROFILE) return { malformed: `unknown scope profile ${first >> 4}` };
  const kind = PASS_KINDS[first & 0x0f];
  if (kind === undefined) return { malformed: `unknown kind ${first & 0x0f}` };
  const tier = TIERS[(second >> 4) - 1];
  if (tier === undefined) return { malformed: `unknown tier ${second >> 4}` };
  if ((second & 0x0e) !== 0) return { malformed: 'unknown bits beside the honour card' };
  if (zoneBits >> ZONES.length !== 0) return { malformed: 'unknown zone bits' };
  return {
    kind,
    tier,
    honour: (second & 1) === 1,
    zones: ZONES.filter((_, bit) => (zoneBits & (1 << bit)) !== 0),
    statusIndex: readUint32(bytes, at + 3),
  };
}
