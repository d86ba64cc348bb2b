/** Asks the server who stands there: yes or no, the reason, the masked name. Nothing is recorded. */
import type { Bilingual } from '../shared/language.ts';
import { Fault, sendJson } from './http.ts';
import type { Shown } from './shown.ts';

/** People wait: after this long the lane goes on alone. */
const WITHIN_MS = 2500;

/** The server's answer. */
export interface LookUp {
  readonly open: boolean;
  readonly code: string;
  readonly message: Bilingual;
  readonly wayOn: Bilingual;
  /** Masked. */
  readonly name: string | null;
  readonly card: {
    readonly kind: 'annual' | 'honour';
    readonly validThrough: string | null;
    readonly state: 'valid' | 'ended';
  } | null;
}

/** Nobody was reached; the clerk has to sign in again; or the lane asks too much. */
export type NoLookUp = 'unreachable' | 'signed_out' | 'too_many_look_ups';

/** Looks up what was shown. Never rejects. */
export async function lookUp(
  venue: string,
  direction: 'in' | 'out',
  shown: Shown,
): Promise<LookUp | NoLookUp> {
  try {
    return await sendJson<LookUp>('/lane-look-ups', { venue, direction, ...shown }, WITHIN_MS);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    if (cause.status === 401 || cause.status === 403) return 'signed_out';
    return cause.status === 429 ? 'too_many_look_ups' : 'unreachable';
  }
}
