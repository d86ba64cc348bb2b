/** Who lives in the city: donors with their gifts, of every kind that a card can be in. */
import { cityDay, dayAfter, yearAfter } from './city-time.ts';
import type { Dice } from './dice.ts';
import type { Moment } from './schedule.ts';

/** A gift as the blood centre's file has it; whole blood, given in the city. */
export interface Gift {
  readonly number: string;
  readonly on: string;
  /** 200, 300 or 400. */
  readonly millilitres: number;
}

/** Somebody who has given. */
export interface Donor {
  /** The world's own name, `d007`. */
  readonly name: string;
  readonly document: string;
  readonly kind: DonorKind;
  readonly gifts: Gift[];
}

/** What the donor's card is like when the run begins. */
export type DonorKind = 'annual' | 'honour' | 'ends_today' | 'ends_tomorrow' | 'printed' | 'spare';

/** A well-formed number that is nobody's: its county is no county (GB 11643, check digit). */
export function documentOf(ordinal: number): string {
  const first = `14019919850101${String(ordinal).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(first[at]), 0);
  return first + '10X98765432'[sum % 11];
}

/**
 * So many donors on the day of the moment. The first ones are of each kind; one for each gate is
 * spare, and rides at the end only.
 */
export function populate(
  dice: Dice,
  { donors, gates }: { readonly donors: number; readonly gates: number },
  at: Moment,
): Donor[] {
  const today = cityDay(at);
  const first: DonorKind[] = ['ends_today', 'ends_today', 'ends_tomorrow', 'printed', 'honour'];
  return Array.from({ length: donors }, (_, ordinal) => {
    const other = dice.chance(0.12) ? 'honour' : 'annual';
    const kind = first[ordinal] ?? (ordinal < first.length + gates ? 'spare' : other);
    const name = `d${String(ordinal).padStart(3, '0')}`;
    const gifts = giftsOf(dice, kind, today).map(
      (gift, at): Gift => ({ number: `G${name}N${at}`.toUpperCase(), ...gift }),
    );
    return { name, document: documentOf(ordinal), kind, gifts };
  });
}

function giftsOf(dice: Dice, kind: DonorKind, today: string): Omit<Gift, 'number'>[] {
  if (kind === 'honour') {
    // Twenty counts are ten gifts of 400 ml.
    return Array.from({ length: 10 }, (_, at) => ({
      on: `${2011 + at}-0${dice.between(1, 9)}-1${dice.below(10)}`,
      millilitres: 400,
    }));
  }
  const last =
    kind === 'ends_today'
      ? yearBefore(today)
      : kind === 'ends_tomorrow'
        ? yearBefore(dayAfter(today, 1))
        : dayAfter(today, -dice.between(10, 330));
  const earlier = Array.from({ length: dice.below(4) }, (_, at) => ({
    on: `${2017 + 2 * at}-0${dice.between(1, 9)}-2${dice.below(8)}`,
    millilitres: dice.pick([200, 300, 400]),
  }));
  return [...earlier, { on: last, millilitres: dice.pick([200, 300, 400]) }];
}

function yearBefore(day: string): string {
  return `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`;
}

/** Thousandths of a count: 200 ml are one. */
export function milliCountsOf(gift: Gift): number {
  return gift.millilitres * 5;
}

/** What the gifts amount to on a day, by the plain reading of the city's promise. */
export interface PlainCard {
  readonly honour: boolean;
  /** The last day on which the annual card is good; `null` without one. */
  readonly through: string | null;
}

/** The card that the gifts earn; first day of annual cards 2025-02-01, honour from 20 counts. */
export function plainCard(gifts: readonly { on: string; milliCounts: number }[]): PlainCard {
  const counts = gifts.reduce((sum, { milliCounts }) => sum + milliCounts, 0);
  const ends = gifts.filter(({ on }) => on >= '2025-02-01').map(({ on }) => yearAfter(on));
  return { honour: counts >= 20_000, through: ends.sort().at(-1) ?? null };
}
