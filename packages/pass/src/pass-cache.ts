/**
 * The verified passes, so that a gate pays for a pass once and for a showing each time. Found by
 * pseudonym and taken only if the pass's bytes are exactly those that were verified; bounded; the
 * least recently used goes first.
 */
import type { VerifyKey } from './crypto.ts';
import type { PublicPoint } from './p256.ts';
import type { ParsedPass, PassClaims } from './pass.ts';

/** A pass whose issuer's signature held. */
export interface VerifiedPass {
  readonly claims: PassClaims;
  /** The issuer's key under which it held: another key with the same id must not inherit it. */
  readonly issuerKey: PublicPoint;
  /** The phone's key, imported; undefined for a printed card. */
  readonly holderKey: VerifyKey | undefined;
}

/** A bounded memory of passes. Two passes of one pseudonym take each other's place. */
export interface PassCache {
  readonly size: number;
  /** What was verified of exactly these bytes, which thereby were used last. */
  find(pass: ParsedPass): VerifiedPass | undefined;
  keep(pass: ParsedPass, verified: VerifiedPass): void;
}

/**
 * Lean, because there are 100,000: the bytes as a flat string of one byte a character, a fifth of what
 * an array and its buffer take; and no claims, which the same bytes bring along when they come again.
 */
interface Kept {
  readonly bytes: string;
  readonly issuerKey: PublicPoint;
  readonly holderKey: VerifyKey | undefined;
}

/** One flat string: built up piece by piece it would be kept in pieces. */
function toFlatText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function holdsBytes(text: string, bytes: Uint8Array): boolean {
  if (text.length !== bytes.length) return false;
  for (let at = 0; at < bytes.length; at += 1) {
    if (text.charCodeAt(at) !== bytes[at]) return false;
  }
  return true;
}

/** A cache of at most `capacity` passes. Throws a RangeError unless that is a natural number. */
export function createPassCache(capacity: number): PassCache {
  if (!Number.isInteger(capacity) || capacity < 0) throw new RangeError('capacity is no count');
  const passes = new Map<string, Kept>();
  return {
    get size() {
      return passes.size;
    },
    find({ bytes, claims }) {
      const key = toFlatText(claims.cti);
      const kept = passes.get(key);
      if (kept === undefined || !holdsBytes(kept.bytes, bytes)) return undefined;
      passes.delete(key);
      passes.set(key, kept);
      const { issuerKey, holderKey } = kept;
      return { claims, issuerKey, holderKey };
    },
    keep({ bytes, claims }, { issuerKey, holderKey }) {
      if (capacity === 0) return;
      const key = toFlatText(claims.cti);
      passes.delete(key);
      passes.set(key, { bytes: toFlatText(bytes), issuerKey, holderKey });
      if (passes.size <= capacity) return;
      const oldest = passes.keys().next();
      if (oldest.done !== true) passes.delete(oldest.value);
    },
  };
}
