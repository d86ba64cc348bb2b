/**
 * Why a code is not taken. The order is the order of verification: of several reasons the first one
 * here is answered. The texts for people are the caller's; `detail` is for logs and staff.
 */
import type { PassClaims } from './pass.ts';

/** Why a code was refused. */
export type RefusalCode =
  | 'malformed'
  | 'stale'
  | 'ahead'
  | 'key_unknown'
  | 'alg_mismatch'
  | 'issuer_signature'
  | 'holder_signature_missing'
  | 'pass_expired'
  | 'pass_not_yet'
  | 'kind_not_accepted'
  | 'zone_not_covered'
  | 'list_too_old'
  | 'revoked'
  | 'suspended'
  | 'holder_signature'
  | 'replayed'
  | 'passback';

/** All refusal codes in their order of precedence. */
export const REFUSAL_ORDER: readonly RefusalCode[] = [
  'malformed',
  'stale',
  'ahead',
  'key_unknown',
  'alg_mismatch',
  'issuer_signature',
  'holder_signature_missing',
  'pass_expired',
  'pass_not_yet',
  'kind_not_accepted',
  'zone_not_covered',
  'list_too_old',
  'revoked',
  'suspended',
  'holder_signature',
  'replayed',
  'passback',
];

/** A refusal: which and how much. */
export interface Refusal {
  readonly ok: false;
  readonly code: RefusalCode;
  /** The phone's clock less the verifier's, in seconds; null where the code tells no moment. */
  readonly skewSeconds: number | null;
  /** The seconds by which the rule was missed, where it is one of time; else null. */
  readonly bySeconds: number | null;
  /** How much, in English: "phone is 73 s slow". */
  readonly detail: string;
  /** The pass, once the blood centre's signature held. */
  readonly pass?: PassClaims;
  /** What the code claims while nobody has shown it true: for logs, never for decisions. */
  readonly unverified?: PassClaims;
}

/** A reason without its surroundings. */
export interface Reason {
  readonly code: RefusalCode;
  readonly detail: string;
  readonly bySeconds: number | null;
}

/** A reason that is no matter of time. */
export function reason(code: RefusalCode, detail: string): Reason {
  return { code, detail, bySeconds: null };
}

/** A reason of time, with the seconds by which it was missed. */
export function reasonOfTime(code: RefusalCode, bySeconds: number, detail: string): Reason {
  return { code, detail, bySeconds };
}
