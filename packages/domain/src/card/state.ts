/** The card on a day: what the standing entitles to, judged against the calendar. */
import type { CivilDate } from '../kernel/index.ts';
import type { Entitlement, ProvenStanding } from '../standing/index.ts';

/** `none`: never had one; `ended`: the year is over; the others are valid. */
export type CardState = 'none' | 'ended' | 'annual' | 'honour';

/** The state of the standing's card on the day. */
export function cardStateOn(standing: Pick<ProvenStanding, 'card'>, day: CivilDate): CardState {
  const card = standing.card;
  if (card === null) return 'none';
  if (card.kind === 'honour') return 'honour';
  return day <= card.validThrough ? 'annual' : 'ended';
}

/** What happened to a card; the card's state is the fold of its events. */
export interface CardEvent {
  readonly kind: 'issued' | 'extended' | 'begun_again' | 'upgraded' | 'corrected' | 'withdrawn';
  readonly card: 'annual' | 'honour';
  readonly validFrom: CivilDate;
  readonly validThrough: CivilDate | null;
  readonly because: readonly string[];
}

/**
 * The event that brings a card from what it was to what the standing now gives, or `undefined`
 * when nothing changed. A card that no donation earns any more is withdrawn as it stood; after that
 * there is nothing `before`.
 */
export function findCardEvent(
  before: Pick<CardEvent, 'card' | 'validFrom' | 'validThrough'> | undefined,
  now: Entitlement | null,
): CardEvent | undefined {
  if (now === null) return before && { ...cardOf(before), kind: 'withdrawn', because: [] };
  const same =
    before !== undefined &&
    before.card === now.kind &&
    before.validThrough === now.validThrough &&
    before.validFrom === now.validFrom;
  if (same) return undefined;
  return {
    kind: eventKind(before, now),
    card: now.kind,
    validFrom: now.validFrom,
    validThrough: now.validThrough,
    because: now.evidence,
  };
}

function cardOf({
  card,
  validFrom,
  validThrough,
}: Pick<CardEvent, 'card' | 'validFrom' | 'validThrough'>) {
  return { card, validFrom, validThrough };
}

function eventKind(
  before: Pick<CardEvent, 'card' | 'validFrom' | 'validThrough'> | undefined,
  now: Entitlement,
): CardEvent['kind'] {
  if (before === undefined) return 'issued';
  if (before.card === 'annual' && now.kind === 'honour') return 'upgraded';
  if (before.card !== now.kind) return 'corrected';
  if (before.validThrough !== null && now.validThrough !== null) {
    if (now.validThrough < before.validThrough) return 'corrected';
    if (now.validFrom > before.validThrough) return 'begun_again';
    if (now.validThrough > before.validThrough) return 'extended';
  }
  return 'corrected';
}
