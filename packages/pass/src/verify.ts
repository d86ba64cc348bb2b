/**
 * The verifier: text in, decision out. The order of its steps is the order of the refusals, and
 * what costs most comes last. Time, lists, memory and cryptography are arguments.
 */
import { toHex } from './bytes.ts';
import type { ParsedCode } from './code.ts';
import { parseCode, showingSignatureStructure } from './code.ts';
import type { PassCrypto, VerifyKey } from './crypto.ts';
import { ES256, isSupported } from './crypto.ts';
import { equalPoints } from './p256.ts';
import type { ParsedPass, PassClaims } from './pass.ts';
import { passSignature, passSignatureStructure } from './pass.ts';
import type { VerifiedPass } from './pass-cache.ts';
import { createPassCache } from './pass-cache.ts';
import type { Reason, Refusal } from './refusal.ts';
import { reason, reasonOfTime } from './refusal.ts';
import type { Zone } from './scope.ts';
import type { Passage, ShowingMemory } from './showing-memory.ts';
import type { PassStatus } from './status-list.ts';
import type { TrustEntry, TrustList } from './trust-list.ts';
import { findTrustEntry, passBegin } from './trust-list.ts';

/** How far a phone's clock may be off, both ends included. */
export interface ShowingWindow {
  readonly behindSeconds: number;
  readonly aheadSeconds: number;
  /** Put on whatever is taken through this window. */
  readonly mark?: 'unsynced';
}

/** A gate: a screenshot lives 45 s at most. */
export const GATE_WINDOW: ShowingWindow = { behindSeconds: 30, aheadSeconds: 15 };
/** A staffed lane or desk, where somebody sees the person. */
export const STAFFED_WINDOW: ShowingWindow = { behindSeconds: 180, aheadSeconds: 180 };
/** A gate without time sync for over 24 h. */
export const UNSYNCED_WINDOW: ShowingWindow = {
  behindSeconds: 120,
  aheadSeconds: 120,
  mark: 'unsynced',
};

/** What the verifier must know of here and now. Times and ages in seconds. */
export interface VerifyAt {
  readonly now: number;
  readonly zone: Zone;
  readonly window: ShowingWindow;
  /** True at staffed lanes, desks and sites only. */
  readonly acceptPrinted: boolean;
  /** A list that `verifyTrustList` has taken; its expiry is judged again here. */
  readonly trustList: TrustList;
  /** The bits of the status lists: see `statusLookup`. Undefined: no list knows this index. */
  readonly statusOf: (kid: Uint8Array, index: number) => PassStatus | undefined;
  /** Age of the oldest list that `statusOf` reads. */
  readonly statusAgeSeconds: number;
  /** The offline window, included. */
  readonly maxStatusAgeSeconds: number;
  /** At exits only: an exit with an open entry is refused neither by `exp` nor by status. */
  readonly openEntry?: (cti: Uint8Array) => boolean;
  /** Which way and where; needed for passback and for marking an exit without an entry. */
  readonly passage?: Passage;
  /** Replay and passback; without it the caller judges them by (cti, iat, seq) itself. */
  readonly memory?: ShowingMemory;
}

/** What is remarkable about a pass that was taken. */
export type VerificationMark =
  | 'unsynced'
  | 'exit_without_entry'
  | 'exit_after_expiry'
  | 'exit_despite_status';

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
  /** Never rejects on a bad code; only a fault of the cryptography itself rejects. */
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

type KeyOfEntry = (entry: TrustEntry) => Promise<VerifyKey | undefined>;

function skewOf(code: ParsedCode, now: number): number | null {
  return code.showing === undefined ? null : code.showing.iat - now;
}

/** Step 3. */
function judgeMoment(skewSeconds: number | null, window: ShowingWindow): Reason | undefined {
  if (skewSeconds === null) return undefined;
  if (skewSeconds < -window.behindSeconds) {
    return reasonOfTime('stale', -skewSeconds, `phone is ${-skewSeconds} s slow`);
  }
  if (skewSeconds > window.aheadSeconds) {
    return reasonOfTime('ahead', skewSeconds, `phone is ${skewSeconds} s fast`);
  }
  return undefined;
}

/** Step 4. */
function findKey(pass: ParsedPass, at: VerifyAt): TrustEntry | Reason {
  const kid = toHex(pass.claims.kid);
  const { now, trustList } = at;
  if (now >= trustList.exp) {
    const by = now - trustList.exp;
    return reasonOfTime('key_unknown', by, `the trust list ended ${by} s ago`);
  }
  const entry = findTrustEntry(trustList, pass.claims.kid);
  if (entry === undefined) {
    return reason('key_unknown', `key ${kid} is not in trust list ${trustList.version}`);
  }
  if (now < entry.notBefore) {
    const by = entry.notBefore - now;
    return reasonOfTime('key_unknown', by, `key ${kid} counts in ${by} s`);
  }
  if (now > entry.notAfter) {
    const by = now - entry.notAfter;
    return reasonOfTime('key_unknown', by, `key ${kid} ended ${by} s ago`);
  }
  return entry;
}

/** Step 4: the trust list says the algorithm, the header must agree; the phone's fits its key. */
function judgeAlgs(code: ParsedCode, entry: TrustEntry): Reason | undefined {
  if (code.pass.alg !== entry.alg) {
    return reason('alg_mismatch', `the pass says ${code.pass.alg}, its key is for ${entry.alg}`);
  }
  if (!isSupported(entry.alg)) {
    return reason('alg_mismatch', `algorithm ${entry.alg} is not supported here`);
  }
  if (code.showing !== undefined && code.showing.alg !== ES256) {
    return reason('alg_mismatch', `the phone says ${code.showing.alg}, its key is for ${ES256}`);
  }
  return undefined;
}

/** Step 6, without what an exit with an open entry is spared. */
function judgeExpiry(pass: PassClaims, now: number): Reason | undefined {
  if (now < pass.exp) return undefined;
  const by = now - pass.exp;
  return reasonOfTime('pass_expired', by, `the pass ended ${by} s ago`);
}

/** Step 6. */
function judgeUse(pass: PassClaims, entry: TrustEntry, at: VerifyAt): Reason | undefined {
  const begin = passBegin(entry, pass.exp);
  if (at.now < begin) {
    const by = begin - at.now;
    return reasonOfTime('pass_not_yet', by, `the pass begins in ${by} s`);
  }
  const { kind, zones } = pass.scope;
  if ((kind === 'phone') !== (pass.holderKey !== undefined)) {
    const has = pass.holderKey === undefined ? 'no' : 'a';
    return reason('kind_not_accepted', `a ${kind} pass with ${has} holder key`);
  }
  if (kind !== entry.use) {
    return reason('kind_not_accepted', `a ${kind} pass of a key for ${entry.use} passes`);
  }
  if (kind === 'printed' && !at.acceptPrinted) {
    return reason('kind_not_accepted', 'printed cards are taken by staff only');
  }
  if (!zones.includes(at.zone)) {
    const good = zones.length === 0 ? 'nowhere' : `for ${zones.join(', ')}`;
    return reason('zone_not_covered', `good ${good}, not for ${at.zone}`);
  }
  return undefined;
}

/** Step 7. */
function judgeStatus(pass: PassClaims, at: VerifyAt): Reason | undefined {
  const late = at.statusAgeSeconds - at.maxStatusAgeSeconds;
  if (late > 0) {
    const detail = `the status list is ${at.statusAgeSeconds} s old, ${late} s too much`;
    return reasonOfTime('list_too_old', late, detail);
  }
  const { statusIndex } = pass.scope;
  const status = at.statusOf(pass.kid, statusIndex);
  switch (status) {
    case 'valid':
      return undefined;
    case 'suspended':
      return reason('suspended', `index ${statusIndex} is suspended`);
    case 'revoked':
      return reason('revoked', `index ${statusIndex} is revoked`);
    case 'refused':
      return reason('revoked', `index ${statusIndex} has status 3, which is always refused`);
    default:
      return reason('list_too_old', `no status list knows index ${statusIndex} of this key`);
  }
}

/** A verifier with its own cache. Throws a RangeError on a cache size that is no count. */
export function createVerifier(options: VerifierOptions): Verifier {
  const { crypto } = options;
  const cache = createPassCache(options.cacheSize ?? CACHE_SIZE);
  const issuerKeys = new WeakMap<TrustEntry, VerifyKey>();

  const keyOfEntry: KeyOfEntry = async (entry) => {
    const known = issuerKeys.get(entry);
    if (known !== undefined) return known;
    const key = await importOrNothing(crypto, entry.alg, entry.key);
    if (key !== undefined) issuerKeys.set(entry, key);
    return key;
  };

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
    if (claims.holderKey === undefined || holderKey !== undefined) cache.keep(pass.bytes, verified);
    return verified;
  }

  async function verify(text: string, at: VerifyAt): Promise<Verification> {
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
    const cached = cache.find(code.pass.bytes);
    const isHit = cached !== undefined && equalPoints(cached.issuerKey, entry.key);
    const verified = isHit ? cached : await verifyIssuer(code.pass, entry);
    if ('code' in verified) return refuse(verified, skewSeconds, { unverified });
    return decide({ code, verified, entry, skewSeconds, at });
  }

  /** Steps 6 to 9, for a pass that the blood centre has signed. */
  async function decide(facts: Facts): Promise<Verification> {
    const { code, verified, skewSeconds, at } = facts;
    const pass = verified.claims;
    const marks: VerificationMark[] = [];
    const refusal = judgePass(facts, marks);
    if (refusal !== undefined) return refuse(refusal, skewSeconds, { pass });
    const { showing } = code;
    if (showing !== undefined) {
      const { holderKey } = verified;
      const structure = showingSignatureStructure(showing.bytes);
      const answer = holderKey && crypto.verify(holderKey, structure, showing.signature);
      if (!(typeof answer === 'object' ? await answer : answer)) {
        const detail = "not signed by the pass's own phone";
        return refuse(reason('holder_signature', detail), skewSeconds, { pass });
      }
    }
    const repeated = judgeRepetition(facts, marks);
    if (repeated !== undefined) return refuse(repeated, skewSeconds, { pass });
    if (at.window.mark !== undefined) marks.push(at.window.mark);
    if (showing === undefined) return { ok: true, pass, skewSeconds, marks };
    return { ok: true, pass, iat: showing.iat, seq: showing.seq, skewSeconds, marks };
  }

  return {
    get cachedPasses() {
      return cache.size;
    },
    verify,
  };
}

interface Facts {
  readonly code: ParsedCode;
  readonly verified: VerifiedPass;
  readonly entry: TrustEntry;
  readonly skewSeconds: number | null;
  readonly at: VerifyAt;
}

/** Steps 6 and 7. */
function judgePass(facts: Facts, marks: VerificationMark[]): Reason | undefined {
  const { code, verified, entry, at } = facts;
  const pass = verified.claims;
  if (pass.holderKey !== undefined && code.showing === undefined) {
    return reason('holder_signature_missing', "a phone's pass without the phone's signature");
  }
  const isOnTheWayOut = at.openEntry?.(pass.cti) === true;
  const expired = judgeExpiry(pass, at.now);
  if (expired !== undefined) {
    if (!isOnTheWayOut) return expired;
    marks.push('exit_after_expiry');
  }
  const unusable = judgeUse(pass, entry, at);
  if (unusable !== undefined) return unusable;
  const status = judgeStatus(pass, at);
  if (status === undefined) return undefined;
  if (!isOnTheWayOut) return status;
  marks.push('exit_despite_status');
  return undefined;
}

/** Step 9. An exit without an entry opens and is marked. */
function judgeRepetition(facts: Facts, marks: VerificationMark[]): Reason | undefined {
  const { verified, code, at } = facts;
  const { cti } = verified.claims;
  const { memory, openEntry, passage, now } = at;
  const isExit = passage?.direction === 'out';
  const hasEntry = openEntry === undefined ? memory?.hasOpenEntry(cti) : openEntry(cti);
  const found = memory?.judge({
    cti,
    now,
    ...(code.showing === undefined ? {} : { moment: code.showing }),
    ...(passage === undefined ? {} : { passage }),
  });
  if (found === undefined && isExit && hasEntry === false) marks.push('exit_without_entry');
  return found;
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
  point: PassClaims['holderKey'] & object,
): Promise<VerifyKey | undefined> {
  try {
    return await crypto.importKey(alg, point);
  } catch {
    return undefined;
  }
}
