/** The reason codes that every programme has texts for, and what their texts may name. */
import { DECISION_CODES } from '@liyu/domain/benefit';

/** Every code that a person may read: the rules', the code's and the device's. */
export const REASON_CODES: readonly string[] = [
  ...DECISION_CODES,
  'malformed',
  'stale',
  'ahead',
  'key_unknown',
  'alg_mismatch',
  'issuer_signature',
  'holder_signature_missing',
  'holder_signature',
  'kind_not_accepted',
  'zone_not_covered',
  'pass_expired',
  'pass_not_yet',
  'revoked',
  'suspended',
  'replayed',
  'passback',
  'list_too_old',
  'cannot_record',
];

/**
 * What may stand in braces in a code's text: what every answer with that code fills in. Another
 * name would leave a hole in the sentence; a way on is never filled.
 */
export const PLACEHOLDERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['card_ended', ['validThrough']],
  ['pass_expired', ['validThrough']],
  ['stale', ['seconds']],
  ['ahead', ['seconds']],
]);
