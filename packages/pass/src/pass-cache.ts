/**
 * The verified passes, so that a gate pays for a pass once and for a showing each time. Keyed by
 * the pass's exact bytes; bounded; the least recently used goes first.
 */
import { toLatin1 } from './bytes.ts';
import type { VerifyKey } from './crypto.ts';
import type { PublicPoint } from './p256.ts';
import type { PassClaims } from './pass.ts';

/** A pass whose issuer's signature held. */
export interface VerifiedPass {
  readonly claims: PassClaims;
  /** The issuer's key under which it held: another key with the same id must not inherit it. */
  readonly issuerKey: PublicPoint;
  /** The phone's key, imported; undefined for a printed card. */
  readonly holderKey: VerifyKey | undefined;
}

/** A bounded map from a pass's bytes to what was verified. */
export interface PassCache {
  readonly size: number;
  find(pass: Uint8Array): VerifiedPass | undefined;
  keep(pass: Uint8Array, verified: VerifiedPass): void;
}

/** A cache of at most `capacity` passes. Throws a RangeError unless that is a natural number. */
export function createPassCache(capacity: number): PassCache {
  if (!Number.isInteger(capacity) || capacity < 0) throw new RangeError('capacity is no count');
  const passes = new Map<string, VerifiedPass>();
  return {
    get size() {
      return passes.size;
    },
    find(pass) {
      const key = toLatin1(pass);
      const verified = passes.get(key);
      if (verified === undefined) return undefined;
      passes.delete(key);
      passes.set(key, verified);
      return verified;
    },
    keep(pass, verified) {
      if (capacity === 0) return;
      passes.set(toLatin1(pass), verified);
      if (passes.size <= capacity) return;
      const oldest = passes.keys().next();
      if (oldest.done !== true) passes.delete(oldest.value);
    },
  };
}
