/**
 * The pass of Liyu: a code that proves itself offline. Two signatures, the blood centre's under
 * the pass and the phone's under the moment; public keys and lists to check them with.
 *
 * Pure: no clock, no randomness, no network. Cryptography comes from `@liyu/pass/node` or
 * `@liyu/pass/web`.
 */
export { fromBase64Url, fromHex, toBase64Url, toHex } from './bytes.ts';
export type { Moment, ParsedCode, ParsedShowing } from './code.ts';
export { CODE_PREFIX, LONGEST_CODE, parseCode, printCode, showCode } from './code.ts';
export type { PassCrypto, Signer, VerifyKey } from './crypto.ts';
export { ES256, SM2 } from './crypto.ts';
export type { VerificationMark } from './judge.ts';
export type { PublicPoint } from './p256.ts';
export { decompressY } from './p256.ts';
export type { ParsedPass, PassClaims } from './pass.ts';
export { parsePass, signPass } from './pass.ts';
export type { Refusal, RefusalCode } from './refusal.ts';
export { REFUSAL_ORDER } from './refusal.ts';
export type { PassKind, PassScope, PassTier, Zone } from './scope.ts';
export { PASS_KINDS, ZONES } from './scope.ts';
export type { Passage, Showing, ShowingMemory, ShowingMemoryOptions } from './showing-memory.ts';
export { createShowingMemory, PASSBACK_SECONDS, SHOWING_KEEP_SECONDS } from './showing-memory.ts';
export type { StatusChange, StatusDeltaContent } from './status-delta.ts';
export {
  STATUS_DELTA_TYPE,
  signStatusDelta,
  statusChanges,
  verifyStatusDelta,
} from './status-delta.ts';
export type {
  PassStatus,
  StatusList,
  StatusListContent,
  StatusListVerification,
} from './status-list.ts';
export {
  buildStatusList,
  PASS_STATUSES,
  readStatus,
  signStatusList,
  statusAge,
  statusLookup,
  verifyStatusList,
} from './status-list.ts';
export type { StatusRefusal } from './status-message.ts';
export type {
  TrustEntry,
  TrustEntryJson,
  TrustList,
  TrustListAt,
  TrustListJson,
  TrustListVerification,
} from './trust-list.ts';
export {
  findTrustEntry,
  keyEnd,
  PASS_REACH_SECONDS,
  passBegin,
  signTrustList,
  TRUST_LIST_LIFE_SECONDS,
  trustListAsJson,
  verifyTrustList,
} from './trust-list.ts';
export type {
  Acceptance,
  Verification,
  Verifier,
  VerifierOptions,
} from './verify.ts';
export { CACHE_SIZE, createVerifier } from './verify.ts';
export type { ShowingWindow, VerifyAt } from './verify-at.ts';
export { GATE_WINDOW, STAFFED_WINDOW, UNSYNCED_WINDOW } from './verify-at.ts';
