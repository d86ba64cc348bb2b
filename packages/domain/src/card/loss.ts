/** Whether a change of records takes something from a donor: a second person looks at that. */
import type { TierId } from '../programme/index.ts';
import { tierNumber } from './passes.ts';

/** What a donor has on a day; days sort as text, `null` is for life. */
export interface Holding {
  readonly tier: TierId;
  readonly golds: number;
  readonly card: {
    readonly kind: 'annual' | 'honour';
    readonly validThrough: string | null;
  } | null;
}

/** Whether `after` is less than `before`: of tier, of golds, or of the card and its last day. */
export function isLess(after: Holding, before: Holding): boolean {
  if (tierNumber(after.tier) < tierNumber(before.tier) || after.golds < before.golds) return true;
  if (before.card === null) return false;
  if (after.card === null) return true;
  if (before.card.kind === 'honour' && after.card.kind !== 'honour') return true;
  if (after.card.validThrough === null) return false;
  return before.card.validThrough === null || after.card.validThrough < before.card.validThrough;
}
