/**
 * As much of a standing as a decision needs: all of it where the donations are known, or what a
 * pass proves at a gate, which knows no donation.
 */
import type { Counts } from '../donation/index.ts';
import type { CivilDate } from '../kernel/index.ts';
import type { AnnualEntitlement, HonourEntitlement } from './entitlement.ts';

/** A card with its last valid day; when it began is not needed. */
export type ProvenCard =
  | Omit<AnnualEntitlement, 'validFrom'>
  | Omit<HonourEntitlement, 'validFrom'>;

/** What benefits are decided on. Every `Standing` is one. */
export interface ProvenStanding {
  readonly on: CivilDate;
  readonly card: ProvenCard | null;
  /** `null` where only a pass speaks. */
  readonly counts: { readonly city: Counts } | null;
}

/**
 * What a pass proves on the day: an honour card, or an annual one that is good through the pass's
 * last day at least. It names no donation.
 */
export function standingOfPass(
  pass: { readonly honour: boolean; readonly lastDay: CivilDate },
  on: CivilDate,
): ProvenStanding {
  const grounds = { evidence: [], because: [] };
  const card: ProvenCard = pass.honour
    ? { kind: 'honour', validThrough: null, ...grounds }
    : { kind: 'annual', validThrough: pass.lastDay, ...grounds };
  return { on, card, counts: null };
}
