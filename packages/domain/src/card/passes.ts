/**
 * Which passes a card is good for: weekly, aligned to the issuer key's anchor, reaching a few
 * weeks ahead at most. The last pass of a card that ends midweek keeps the week's beginning.
 */
import { addDays, type CivilDate, startOfDaySeconds } from '../kernel/index.ts';
import type { Programme, TierId } from '../programme/index.ts';
import type { Standing } from '../standing/index.ts';
import { cardStateOn } from './state.ts';

/** Seconds since the epoch; `endsAt` is exclusive. */
export interface PassPeriod {
  readonly beginsAt: number;
  readonly endsAt: number;
}

/** How passes of one issuer key are cut: `life` seconds each, counted from `anchor`. */
export interface PassCycle {
  readonly anchor: number;
  readonly life: number;
}

/** Passes reach at most that many days ahead. */
export const DAYS_AHEAD = 35;

/**
 * The periods of the passes to be made on the day: from the one that covers it to the card's end
 * or the horizon. For an ended card: the last pass it had, so that the gate can say when it ended.
 */
export function passPeriods(
  standing: Standing,
  day: CivilDate,
  cycle: PassCycle,
  programme: Programme,
): PassPeriod[] {
  const card = standing.card;
  if (card === null) return [];
  const { zone } = programme;
  const end =
    card.validThrough === null
      ? Number.POSITIVE_INFINITY
      : startOfDaySeconds(addDays(card.validThrough, 1), zone);
  if (cardStateOn(standing, day) === 'ended') return [periodBefore(end, cycle)];
  const horizon = startOfDaySeconds(addDays(day, DAYS_AHEAD), zone);
  const periods: PassPeriod[] = [];
  let beginsAt = periodBefore(startOfDaySeconds(day, zone) + 1, cycle).beginsAt;
  while (beginsAt < end) {
    const endsAt = Math.min(beginsAt + cycle.life, end);
    if (endsAt > horizon && periods.length > 0) break;
    periods.push({ beginsAt, endsAt });
    beginsAt += cycle.life;
  }
  return periods;
}

/** The period that ends at `endsAt` and begins at the last anchor before it. */
function periodBefore(endsAt: number, cycle: PassCycle): PassPeriod {
  const steps = Math.ceil((endsAt - cycle.anchor) / cycle.life) - 1;
  return { beginsAt: cycle.anchor + steps * cycle.life, endsAt };
}

const TIER_NUMBERS: { readonly [T in TierId]: 1 | 2 | 3 | 4 | 5 } = {
  first: 1,
  second: 2,
  bronze: 3,
  silver: 4,
  gold: 5,
};

/** The tier's number in a pass's scope. */
export function tierNumber(tier: TierId): 1 | 2 | 3 | 4 | 5 {
  return TIER_NUMBERS[tier];
}
