/**
 * The verifier: text in, decision out. The order of its steps is the order of the refusals, and
 * what costs most comes last. Time, lists, memory and cryptography are arguments.
 */
import { toHex } from './bytes.ts';
import { parseCode, showingSignatureStructure } from './code.ts';
import type { PassCrypto, VerifyKey } from './crypto.ts';
import { ES256 } from './crypto.ts';
import type { Facts, VerificationMark } from './judge.ts';
import { findKey, judgeAlgs, judgeMoment, judgePass, judgeRepetition, skewOf } from './judge.ts';
import type { PublicPoint } from './p256.ts';
import { equalPoints } from './p256.ts';
import type { ParsedPass, PassClaims } from './pass.ts';
import { passSignature, passSignatureStructure } from './pass.ts';
import type { VerifiedPass } from './pass-cache.ts';
import { createPassCache } from './pass-cache.ts';
import type { Reason, Refusal } from './refusal.ts';
import { reason } from './refusal.ts';
import type { TrustEntry } from './trust-list.ts';
import type { VerifyAt } from './verify-at.ts';

/** A pass that was taken. */
export interface Acceptance {
  readonly ok: true;
  readonly pass: PassClaims;
  /** When the phone drew the code; a printed card has neither `iat` nor `seq`. */
  readonly iat?: number;
  readonly seq?: number;
  /** The phone's clock less the verifier's, in seconds; null for a printed card. */
  readonly skewSeconds: number | null;
  readonly marks: readonly VerificationMark[];
}

/** The answer to a code. */
export type Verification = Acceptance | Refusal;

/** Verifies codes and remembers the passes it has verified. */
export interface Verifier {
  /** Passes in the cache. */
  readonly cachedPasses: number;
  /**
   * Never rejects on a bad code; only a fault of the cryptography itself rejects, and a `now` that
   * is not in whole seconds, with a RangeError.
   */
  verify(text: string, at: VerifyAt): Promise<Verification>;
}

/** What a verifier is made of. */
export interface VerifierOptions {
  readonly crypto: PassCrypto;
  /** Verified passes that are kept: 100,000. */
  readonly cacheSize?: number;
}

/** The cache's size, unless said otherwise. */
export const CACHE_SIZE = 100_000;

/** A verifier with its own cache. Throws a RangeError on a cache size that is no count. */
export function createVerifier(options: VerifierOptions): Verifier {
  const { crypto } = options;
  const cache = createPassCache(options.cacheSize ?? CACHE_SIZE);
  const issuerKeys = new WeakMap<TrustEntry, VerifyKey>();

  /** Imported once per trust list, not per scan. */
  async function keyOfEntry(entry: TrustEntry): Promise<VerifyKey | undefined> {
    const known = issuerKeys.get(entry);
    if (known !== undefined) return known;
    const key = await importOrNothing(crypto, entry.alg, entry.key);
    if (key !== undefined) issuerKeys.set(entry, key);
    return key;
  }

  /** Step 5. The cache is filled only after success. */
  async function verifyIssuer(pass: ParsedPass, entry: TrustEntry): Promise<VerifiedPass | Reason> {
    const issuerKey = await keyOfEntry(entry);
    if (issuerKey === undefined) {
      return reason('issuer_signature', "the issuer's key is no point of the curve");
    }
    const structure = passSignatureStructure(pass.bytes);
    const answer = crypto.verify(issuerKey, structure, passSignature(pass.bytes));
    if (!(typeof answer === 'boolean' ? answer : await answer)) {
      return reason('issuer_signature', `not signed by key ${toHex(entry.kid)}`);
    }
    const { claims } = pass;
    const holderKey = claims.holderKey && (await importOrNothing(crypto, ES256, claims.holderKey));
    const verified = { claims, issuerKey: entry.key, holderKey };
    if (claims.holderKey === undefined || holderKey !== undefined) cache.keep(pass, verified);
    return verified;
  }

  async function verify(text: string, at: VerifyAt): Promise<Verification> {
    if (!Number.isSafeInteger(at.now)) throw new RangeError(`now is ${at.now}, no whole seconds`);
    const code = parseCode(text);
    if ('malformed' in code) return refuse(reason('malformed', code.malformed), null, {});
    const skewSeconds = skewOf(code, at.now);
    const unverified = code.pass.claims;
    const early = judgeMoment(skewSeconds, at.window);
    if (early !== undefined) return refuse(early, skewSeconds, { unverified });
    const entry = findKey(code.pass, at);
    if ('code' in entry) return refuse(entry, skewSeconds, { unverified });
    const mismatch = judgeAlgs(code, entry);
    if (mismatch !== undefined) return refuse(mismatch, skewSeconds, { unverified });
    const cached = cache.find(code.pass);
    const isHit = cached !== undefined && equalPoints(cached.issuerKey, entry.key);
    const verified = isHit ? cached : await verifyIssuer(code.pass, entry);
    if ('code' in verified) return refuse(verified, skewSeconds, { unverified });
    return decide({ code, verified, entry, skewSeconds, at });
  }

  /** Step 8; a printed card has no holder's signature to hold. */
  function holdsHolder({ code, verified }: Facts): boolean | Promise<boolean> {
    const { showing } = code;
    if (showing === undefined) return true;
    if (verified.holderKey === undefined) return false;
    const structure = showingSignatureStructure(showing.bytes);
    return crypto.verify(verified.holderKey, structure, showing.signature);
  }

  /** Steps 6 to 8, for a pass that the blood centre has signed; waits only where there is a wait. */
  function decide(facts: Facts): Verification | Promise<Verification> {
    const marks: VerificationMark[] = [];
    const refusal = judgePass(facts, marks);
    if (refusal !== undefined) return refuseSigned(refusal, facts);
    const held = holdsHolder(facts);
    if (typeof held === 'boolean') return conclude(facts, marks, held);
    return held.then((later) => conclude(facts, marks, later));
  }

  return {
    get cachedPasses() {
      return cache.size;
    },
    verify,
  };
}

/** Step 9, and the answer. */
function conclude(facts: Facts, marks: VerificationMark[], isHeld: boolean): Verification {
  if (!isHeld) {
    return refuseSigned(reason('holder_signature', "not signed by the pass's own phone"), facts);
  }
  const repeated = judgeRepetition(facts, marks);
  if (repeated !== undefined) return refuseSigned(repeated, facts);
  const { code, verified, skewSeconds, at } = facts;
  if (at.window.mark !== undefined) marks.push(at.window.mark);
  const pass = verified.claims;
  if (code.showing === undefined) return { ok: true, pass, skewSeconds, marks };
  const { iat, seq } = code.showing;
  return { ok: true, pass, iat, seq, skewSeconds, marks };
}

function refuseSigned(why: Reason, { skewSeconds, verified }: Facts): Refusal {
  return refuse(why, skewSeconds, { pass: verified.claims });
}

function refuse(
  why: Reason,
  skewSeconds: number | null,
  claims: { pass?: PassClaims; unverified?: PassClaims },
): Refusal {
  return { ok: false, ...why, skewSeconds, ...claims };
}

/** The imported key, or undefined where there is no such key to import. */
async function importOrNothing(
  crypto: PassCrypto,
  alg: number,
  point: PublicPoint,
): Promise<VerifyKey | undefined> {
  try {
    return await crypto.importKey(alg, point);
  } catch {
    return undefined;
  }
}
