/** Standing: folded from a donor's donations whenever it is asked for; for one, or for everyone. */
import { cardStateOn, type Freeze } from '@liyu/domain/card';
import { countsText, type Donation, intervalBreaches, nextEligibleOf } from '@liyu/domain/donation';
import type { CivilDate, Instant } from '@liyu/domain/kernel';
import type { TierId } from '@liyu/domain/programme';
import { type Standing, standingOf } from '@liyu/domain/standing';
import { findFreezeOn } from '../card/workflow.ts';
import type { Core } from '../core.ts';
import { loadDonations, loadDonorPage, loadPersonDonations } from '../donation/workflow.ts';
import {
  findPerson,
  findPersonAt,
  findPersons,
  getPerson,
  loadPersonsAt,
  type PersonIds,
  personOf,
} from '../donor/workflow.ts';
import { type BecauseText, becauseTexts } from '../edge/texts.ts';
import { type StandingBrief, standingBrief } from './brief.ts';

const PAGE = 1000;

/**
 * The standing on the day, from what is known now, or was known at a moment, of the person who the
 * donor is; who knows already which person it is says so.
 */
export async function loadStanding(
  core: Core,
  who: string | PersonIds,
  on: CivilDate,
  knownAt?: Instant,
): Promise<Standing> {
  const person = typeof who === 'string' ? await personAt(core, who, knownAt) : who;
  const donations = await loadPersonDonations(core.database, [person], knownAt);
  return standingOf(donations.get(person.personId) ?? [], core.programme, on);
}

/** The person who the donor is, by now or by what was recorded at a moment. */
export function personAt(core: Core, donorId: string, knownAt?: Instant): Promise<PersonIds> {
  return knownAt === undefined
    ? findPerson(core.database, donorId)
    : findPersonAt(core.database, donorId, knownAt);
}

/** The standings of persons on the day, from what is known now; a donor merged away has none. */
export async function loadStandings(
  core: Core,
  donorIds: readonly string[],
  on: CivilDate,
): Promise<Map<string, Standing>> {
  const standings = new Map<string, Standing>();
  for (let at = 0; at < donorIds.length; at += PAGE) {
    const page = donorIds.slice(at, at + PAGE);
    const persons = survivorsOf(page, await findPersons(core.database, page));
    const donations = await loadPersonDonations(core.database, persons);
    for (const { personId } of persons) {
      standings.set(personId, standingOf(donations.get(personId) ?? [], core.programme, on));
    }
  }
  return standings;
}

/** The persons under whose own id the donors stand: none for a donor merged into another. */
function survivorsOf(
  donorIds: readonly string[],
  persons: ReadonlyMap<string, PersonIds>,
): PersonIds[] {
  return donorIds
    .map((donorId) => ({ donorId, person: personOf(donorId, persons) }))
    .filter(({ donorId, person }) => person.personId === donorId)
    .map(({ person }) => person);
}

/** Standing as people and programs read it; counts are the shortest decimals. */
export interface StandingAnswer extends StandingBrief {
  readonly on: CivilDate;
  /** The card is suspended or revoked, and opens nothing; `null` when it is not. */
  readonly frozen: Freeze | null;
  readonly nextEligible: {
    readonly whole_blood: CivilDate | null;
    readonly apheresis_platelets: CivilDate | null;
  };
  readonly evidence: readonly {
    readonly donation: string;
    readonly donatedOn: CivilDate;
    readonly kind: string;
    readonly amount: number;
    readonly inCity: boolean;
    readonly counts: { readonly city: string; readonly award: string };
    /** Given sooner after another gift than the intervals allow: a warning, no more. */
    readonly early: boolean;
  }[];
  readonly because: readonly BecauseText[];
}

/** One donor's standing with its evidence and reasons. */
export async function describeStanding(
  core: Core,
  donorId: string,
  on: CivilDate,
  knownAt?: Instant,
): Promise<StandingAnswer> {
  const { programme } = core;
  const person = await personAt(core, donorId, knownAt);
  const standing = await loadStanding(core, person, on, knownAt);
  const { bornOn } = await getPerson(core.database, core.cipher, person.personId);
  const donations = standing.contributions.map(({ donation }) => donation);
  const early = new Set(intervalBreaches(donations, programme));
  const card = standing.card;
  return {
    on,
    ...standingBrief(standing),
    frozen: (await findFreezeOn(core, person.donorIds, on, knownAt)) ?? null,
    nextEligible: nextEligibleOf(donations, bornOn as CivilDate, programme, on),
    evidence: standing.contributions.map(({ donation, city, award }) => ({
      donation: donation.number,
      donatedOn: donation.donatedOn,
      kind: donation.kind,
      amount: donation.amount,
      inCity: donation.inCity,
      counts: { city: countsText(city), award: countsText(award) },
      early: early.has(donation),
    })),
    because: becauseTexts(programme, [...(card?.because ?? []), standing.tierBecause]),
  };
}

/** How many donors have which design and card on the day. */
export interface StandingSummary {
  readonly on: CivilDate;
  readonly donors: number;
  readonly designs: Readonly<Record<TierId, number>>;
  readonly cards: Readonly<Record<'annual' | 'honour' | 'ended' | 'none', number>>;
}

/** The donations of the persons of a page: as one range, and beside it those who are several donors. */
async function loadPage(
  core: Core,
  page: readonly string[],
  persons: readonly PersonIds[],
  knownAt: Instant | undefined,
): Promise<Map<string, Donation[]>> {
  const [first, last] = [page[0], page.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  const byDonor = await loadDonations(core.database, { first, last }, knownAt);
  const byPerson = new Map(
    persons.map(({ personId }) => [personId, byDonor.get(personId) ?? []] as const),
  );
  const several = persons.filter(({ donorIds }) => donorIds.length > 1);
  const merged = await loadPersonDonations(core.database, several, knownAt);
  for (const [personId, donations] of merged) byPerson.set(personId, donations);
  return byPerson;
}

/** Counts everyone who has given by the day; whoever is known twice counts once. */
export async function summariseStandings(
  core: Core,
  on: CivilDate,
  knownAt?: Instant,
): Promise<StandingSummary> {
  const designs = { first: 0, second: 0, bronze: 0, silver: 0, gold: 0 };
  const cards = { annual: 0, honour: 0, ended: 0, none: 0 };
  let donors = 0;
  const merged = knownAt && (await loadPersonsAt(core.database, knownAt));
  const load = async (after: string) => {
    const page = await loadDonorPage(core.database, after, PAGE);
    const known = merged ?? (await findPersons(core.database, page));
    const persons = survivorsOf(page, known);
    return { last: page.at(-1), byPerson: await loadPage(core, page, persons, knownAt) };
  };
  let loading = load('00000000-0000-0000-0000-000000000000');
  for (;;) {
    const { last, byPerson } = await loading;
    if (last === undefined) return { on, donors, designs, cards };
    // The next page is read while this one is folded.
    loading = load(last);
    loading.catch(() => undefined);
    for (const donations of byPerson.values()) {
      const standing = standingOf(donations, core.programme, on);
      if (standing.contributions.length === 0) continue;
      donors += 1;
      designs[standing.tier] += 1;
      cards[cardStateOn(standing, on)] += 1;
    }
  }
}
