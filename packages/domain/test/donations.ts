/** Donations for tests: written out by hand, or drawn at random. */
import fc from 'fast-check';
import type { Donation, DonationNumber } from '../src/donation/index.ts';
import { addDays, type CivilDate, daysBetween, parseCivilDate } from '../src/kernel/index.ts';
import type { DonationKind } from '../src/programme/index.ts';

/** The day that the text names; a test that misspells one fails. */
export function civil(text: string): CivilDate {
  const day = parseCivilDate(text);
  if (day === undefined) throw new Error(`no such day: ${text}`);
  return day;
}

/** A gift in the city; the number is the day unless it is told. */
export function gift(
  donatedOn: string,
  kind: DonationKind,
  amount: number,
  more: Partial<Pick<Donation, 'inCity'>> & { number?: string } = {},
): Donation {
  const number = (more.number ?? `D${donatedOn}`) as DonationNumber;
  return { number, donatedOn: civil(donatedOn), kind, amount, inCity: more.inCity ?? true };
}

/** Whole blood in the city, 200 ml unless it is told. */
export function blood(donatedOn: string, amount = 200): Donation {
  return gift(donatedOn, 'whole_blood', amount);
}

/** One gift of so many quarters of a count, whatever its size: 50 ml of whole blood each. */
export function counts(donatedOn: string, quarters: number): Donation {
  return gift(donatedOn, 'whole_blood', quarters * 50);
}

/** Any day from the first to the last. */
export function dayFrom(first: string, last: string): fc.Arbitrary<CivilDate> {
  const from = civil(first);
  return fc.nat(daysBetween(from, civil(last))).map((days) => addDays(from, days));
}

/** The amounts that are given, kind by kind. */
const GIFTS: readonly (readonly [DonationKind, readonly number[]])[] = [
  ['whole_blood', [200, 250, 300, 400, 450]],
  ['apheresis_platelets', [1, 2]],
  ['other_component', [0]],
  ['stem_cells', [0]],
];

/** What a history is drawn from. */
export interface HistoryOf {
  readonly from?: string;
  readonly through?: string;
  readonly kinds?: readonly DonationKind[];
  readonly most?: number;
}

/** A donor's donations in any order, each with a number of its own; stem cells are rare. */
export function anyHistory(of: HistoryOf = {}): fc.Arbitrary<Donation[]> {
  const { from = '2008-01-01', through = '2029-12-31', kinds, most = 24 } = of;
  const weights = GIFTS.filter(([kind]) => kinds === undefined || kinds.includes(kind)).map(
    ([kind, amounts]) => ({
      weight: kind === 'whole_blood' ? 12 : kind === 'apheresis_platelets' ? 8 : 1,
      arbitrary: fc.constantFrom(...amounts).map((amount) => ({ kind, amount })),
    }),
  );
  const one = fc.record({
    what: fc.oneof(...weights),
    donatedOn: dayFrom(from, through),
    inCity: fc.integer({ min: 0, max: 4 }).map((drawn) => drawn > 0),
  });
  return fc.array(one, { maxLength: most, size: 'max' }).map((drawn) =>
    drawn.map(({ what, donatedOn, inCity }, index) => ({
      number: `N${String(index).padStart(3, '0')}` as DonationNumber,
      donatedOn,
      ...what,
      inCity,
    })),
  );
}

/** A history and the same records in another order, some of them twice. */
export function anyReordering(of: HistoryOf = {}): fc.Arbitrary<[Donation[], Donation[]]> {
  return anyHistory(of).chain((history) =>
    fc.tuple(
      fc.constant(history),
      fc
        .tuple(
          fc.shuffledSubarray(history, { minLength: history.length }),
          fc.shuffledSubarray(history),
        )
        .map(([all, again]) => [...again, ...all.map((donation) => ({ ...donation }))]),
    ),
  );
}
