/** Who may use what, at every moment: folded from the world's record, apart from the product. */
import { yearAfter } from '../world/city-time.ts';
import type { Moment } from '../world/schedule.ts';
import { type Fact, factsOf, type PassIs } from '../world/truth.ts';

/** A pass as it was made. */
export interface MadePass {
  readonly donor: string;
  readonly kind: 'phone' | 'printed';
  /** Seconds; `ends` is excluded. */
  readonly begins: number;
  readonly ends: number;
}

/** The rights of the whole city. */
export interface Rights {
  readonly passes: ReadonlyMap<string, MadePass>;
  /** What the pass was at the moment, and since when. */
  statusAt(pass: string, at: Moment): { readonly is: PassIs; readonly since: Moment };
  /** Whether the donor's card covers the day, by what was recorded up to the moment. */
  isCovered(donor: string, day: string, at: Moment): boolean;
  /** Since when it has not covered the day, where a correction took it away. */
  uncoveredSince(donor: string, day: string, at: Moment): Moment | undefined;
}

interface KnownGift {
  readonly on: string;
  readonly milliCounts: number;
  readonly from: Moment;
  through: Moment;
}

/** Folds the record. */
export function rightsOf(facts: readonly Fact[]): Rights {
  const passes = new Map(
    factsOf(facts, 'bound').map(({ pass, donor, kind, begins, ends }): [string, MadePass] => [
      pass,
      { donor, kind, begins, ends },
    ]),
  );
  const statuses = new Map<string, { is: PassIs; since: Moment }[]>();
  for (const { pass, is, at } of factsOf(facts, 'status')) {
    const known = statuses.get(pass) ?? [];
    known.push({ is, since: at });
    statuses.set(pass, known);
  }
  const gifts = giftsOf(facts);
  const isCovered = (donor: string, day: string, at: Moment): boolean => {
    const known = [...(gifts.get(donor)?.values() ?? [])].filter(
      ({ from, through }) => from <= at && at < through,
    );
    if (known.reduce((sum, { milliCounts }) => sum + milliCounts, 0) >= 20_000) return true;
    return known.some(({ on }) => on >= '2025-02-01' && on <= day && day <= yearAfter(on));
  };
  return {
    passes,
    statusAt(pass, at) {
      const known = statuses.get(pass)?.filter(({ since }) => since <= at) ?? [];
      return known.at(-1) ?? { is: 'valid', since: Number.NEGATIVE_INFINITY };
    },
    isCovered,
    uncoveredSince(donor, day, at) {
      const ends = [...(gifts.get(donor)?.values() ?? [])].map(({ through }) => through);
      return ends.filter((end) => end <= at && isCovered(donor, day, end - 1)).sort(descending)[0];
    },
  };
}

const descending = (a: number, b: number): number => b - a;

/** The gifts of each donor by number, each with the time in which it counted. */
function giftsOf(facts: readonly Fact[]): Map<string, Map<string, KnownGift>> {
  const gifts = new Map<string, Map<string, KnownGift>>();
  for (const fact of facts) {
    if (fact.what === 'given') {
      const own = gifts.get(fact.donor) ?? new Map<string, KnownGift>();
      gifts.set(fact.donor, own);
      const { on, milliCounts, at, number } = fact;
      if (own.has(number)) continue;
      own.set(number, { on, milliCounts, from: at, through: Number.POSITIVE_INFINITY });
    } else if (fact.what === 'mistaken') {
      const gift = gifts.get(fact.donor)?.get(fact.number);
      if (gift !== undefined) gift.through = fact.at;
    }
  }
  return gifts;
}
