/**
 * The verifier's single judgements, each a pure function, in the order of its steps. The
 * cryptography between them is in verify.ts.
 */
import { toHex } from './bytes.ts';
import type { ParsedCode } from './code.ts';
import { ES256, isSupported } from './crypto.ts';
import type { ParsedPass, PassClaims } from './pass.ts';
import type { VerifiedPass } from './pass-cache.ts';
import type { Reason } from './refusal.ts';
import { reason, reasonOfTime } from './refusal.ts';
import type { TrustEntry } from './trust-list.ts';
import { findTrustEntry, passBegin } from './trust-list.ts';
import type { ShowingWindow, VerifyAt } from './verify-at.ts';

/** What is remarkable about a pass that was taken. */
export type VerificationMark =
  | 'unsynced'
  | 'exit_without_entry'
  | 'exit_after_expiry'
  | 'exit_despite_status';

/** The phone's clock less the verifier's, in seconds; null for a bare pass. */
export function skewOf(code: ParsedCode, now: number): number | null {
  return code.showing === undefined ? null : code.showing.iat - now;
}

/** Step 3: is the moment within the window, both ends included? */
export function judgeMoment(skewSeconds: number | null, window: ShowingWindow): Reason | undefined {
  if (skewSeconds === null) return undefined;
  if (skewSeconds < -window.behindSeconds) {
    return reasonOfTime('stale', -skewSeconds, `phone is ${-skewSeconds} s slow`);
  }
  if (skewSeconds > window.aheadSeconds) {
    return reasonOfTime('ahead', skewSeconds, `phone is ${skewSeconds} s fast`);
  }
  return undefined;
}

/** Step 4: the trust list's entry of the key, or why it does not count. */
export function findKey(pass: ParsedPass, at: VerifyAt): TrustEntry | Reason {
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
export function judgeAlgs(code: ParsedCode, entry: TrustEntry): Reason | undefined {
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
  if (!Number.isFinite(at.statusAgeSeconds)) {
    return reason('list_too_old', 'there is no status list');
  }
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

/** What steps 6 to 9 judge. */
export interface Facts {
  readonly code: ParsedCode;
  readonly verified: VerifiedPass;
  readonly entry: TrustEntry;
  readonly skewSeconds: number | null;
  readonly at: VerifyAt;
}

/** Who is asked about open entries stands at an exit, unless he says that this is the way in. */
function isExit(at: VerifyAt): boolean {
  if (at.passage !== undefined) return at.passage.direction === 'out';
  return at.openEntry !== undefined;
}

/** Whether the pass went in and not out since; undefined where nobody knows of entries. */
function hasOpenEntry(pass: PassClaims, at: VerifyAt): boolean | undefined {
  return at.openEntry === undefined ? at.memory?.hasOpenEntry(pass.cti) : at.openEntry(pass.cti);
}

/** Steps 6 and 7: the signed pass against here and now; notes what an exit is spared. */
export function judgePass(facts: Facts, marks: VerificationMark[]): Reason | undefined {
  const { code, verified, entry, at } = facts;
  const pass = verified.claims;
  if (pass.holderKey !== undefined && code.showing === undefined) {
    return reason('holder_signature_missing', "a phone's pass without the phone's signature");
  }
  const isOnTheWayOut = isExit(at) && hasOpenEntry(pass, at) === true;
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
export function judgeRepetition(facts: Facts, marks: VerificationMark[]): Reason | undefined {
  const { verified, code, at } = facts;
  const { cti } = verified.claims;
  const { memory, passage, now } = at;
  const hasEntry = hasOpenEntry(verified.claims, at);
  const found = memory?.judge({
    cti,
    now,
    ...(code.showing === undefined ? {} : { moment: code.showing }),
    ...(passage === undefined ? {} : { passage }),
  });
  if (found === undefined && isExit(at) && hasEntry === false) marks.push('exit_without_entry');
  return found;
}
