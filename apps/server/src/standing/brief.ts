/** Standing in short: counts, tier and card, as answers carry it. */
import { cardStateOn } from '@liyu/domain/card';
import { countsText } from '@liyu/domain/donation';
import type { CivilDate } from '@liyu/domain/kernel';
import type { TierId } from '@liyu/domain/programme';
import type { Standing } from '@liyu/domain/standing';

/** Counts are the shortest decimals; `validThrough` is `null` for life. */
export interface StandingBrief {
  readonly counts: { readonly city: string; readonly award: string };
  readonly golds: number;
  readonly tier: TierId;
  readonly card: {
    readonly kind: 'annual' | 'honour';
    readonly validFrom: CivilDate;
    readonly validThrough: CivilDate | null;
    readonly state: 'valid' | 'ended';
  } | null;
}

/** The standing in short, its card judged on the standing's own day. */
export function standingBrief(standing: Standing): StandingBrief {
  const { counts, golds, tier, card, on } = standing;
  return {
    counts: { city: countsText(counts.city), award: countsText(counts.award) },
    golds,
    tier,
    card: card && {
      kind: card.kind,
      validFrom: card.validFrom,
      validThrough: card.validThrough,
      state: cardStateOn(standing, on) === 'ended' ? 'ended' : 'valid',
    },
  };
}
