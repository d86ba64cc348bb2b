/** Brings cards to what the donations now give: issued, extended, begun again, upgraded. */
import { type CardEvent, type Freeze, findCardEvent, freezeOf } from '@liyu/domain/card';
import type { Donation } from '@liyu/domain/donation';
import {
  addDays,
  type CivilDate,
  dayOf,
  type Instant,
  instantOf,
  startOfDaySeconds,
} from '@liyu/domain/kernel';
import { standingOf } from '@liyu/domain/standing';
import type { Kysely } from 'kysely';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { loadDonations, loadPersonDonations } from '../donation/workflow.ts';
import { lockPersons } from '../donor/workflow.ts';
import { announceCards, type CardNews } from '../notice/announce.ts';
import { freezeEventsOf, loadFreezes } from './freeze-store.ts';
import {
  findCardHolders,
  findCardNumbers,
  insertCardEvents,
  insertCards,
  loadCardStates,
  loadEndingPage,
} from './store.ts';

export { findCardNumber, findDonorByCardNumber } from './store.ts';

/** The freeze that stands by now on the card of the donors, who are one person. */
export async function findFreeze(
  database: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<Freeze | undefined> {
  return freezeOf(freezeEventsOf(await loadFreezes(database, donorIds)));
}

/** The freeze that stood at the end of the day, by what is known now, or was known at a moment. */
export async function findFreezeOn(
  core: Core,
  donorIds: readonly string[],
  on: CivilDate,
  knownAt?: Instant,
): Promise<Freeze | undefined> {
  const end = instantOf(startOfDaySeconds(addDays(on, 1), core.programme.zone));
  const until = knownAt !== undefined && knownAt < end ? knownAt : end;
  const rows = await loadFreezes(core.database, donorIds);
  return freezeOf(freezeEventsOf(rows.filter((row) => row.recorded_at <= until)));
}

const BATCH = 1000;
const NUMBER_DIGITS = 12;

/**
 * Updates the cards of the donors within the caller's transaction. Whoever else updates a card of
 * theirs has finished before, or waits: a card follows from all donations, not from one file's.
 */
export async function updateCards(
  core: Core,
  transaction: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<void> {
  const inOrder = donorIds.toSorted();
  for (let at = 0; at < inOrder.length; at += BATCH) {
    await updateBatch(core, transaction, inOrder.slice(at, at + BATCH));
  }
}

async function updateBatch(
  core: Core,
  transaction: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<void> {
  const persons = await lockPersons(transaction, donorIds);
  const donations = await loadPersonDonations(transaction, [...new Set(persons.values())]);
  // Whoever is merged into another has no card of his own; the person's follows from all gifts.
  const owners = [
    ...new Set([...donorIds, ...[...persons.values()].map(({ personId }) => personId)]),
  ];
  const before = await loadCardStates(transaction, owners);
  const folded = foldCards(core, owners, donations, before);
  await storeCards(core, transaction, folded, before);
}

/**
 * Gives cards to donors who were recorded within the caller's transaction: nobody else sees them, so
 * nobody is held, and each is one person without a card.
 */
export async function updateNewCards(
  core: Core,
  transaction: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<void> {
  const inOrder = donorIds.toSorted();
  const load = (at: number) => {
    const [first, last] = [inOrder[at], inOrder.slice(at, at + BATCH).at(-1)];
    // They were given their ids one after another: hardly anybody else stands between them.
    return loadDonations(transaction, first && last ? { first, last } : []);
  };
  let loading = load(0);
  let storing: Promise<void> = Promise.resolve();
  for (let at = 0; at < inOrder.length; at += BATCH) {
    const donations = await loading;
    // The next are read, and the last stored, while these are folded.
    loading = load(at + BATCH);
    loading.catch(() => undefined);
    const batch = inOrder.slice(at, at + BATCH);
    const folded = foldCards(core, batch, donations);
    await storing;
    storing = storeCards(core, transaction, folded);
    storing.catch(() => undefined);
  }
  await storing;
  await loading;
}

/** What the donations change of cards, and what there is to tell of it. */
interface FoldedCards {
  readonly changes: readonly { donorId: string; eventId: string; event: CardEvent }[];
  readonly news: readonly CardNews[];
}

type CardStates = Awaited<ReturnType<typeof loadCardStates>>;

/** The owners' cards by their donations; without `before` the owners are new. */
function foldCards(
  core: Core,
  owners: readonly string[],
  donations: ReadonlyMap<string, readonly Donation[]>,
  before?: CardStates,
): FoldedCards {
  const today = dayOf(core.clock.now(), core.programme.zone);
  const changes: { donorId: string; eventId: string; event: CardEvent }[] = [];
  const news: CardNews[] = [];
  for (const donorId of owners) {
    const standing = standingOf(donations.get(donorId) ?? [], core.programme, today);
    const event = findCardEvent(before?.get(donorId), standing.card);
    const change = event && { eventId: core.newId(), event };
    if (change !== undefined) changes.push({ donorId, ...change });
    news.push({ donorId, standing, change });
  }
  return { changes, news };
}

/** Stores and tells; without `before` the owners are new. */
async function storeCards(
  core: Core,
  transaction: Kysely<Schema>,
  { changes, news }: FoldedCards,
  before?: CardStates,
): Promise<void> {
  const now = core.clock.now();
  await announceCards(core, transaction, news, before === undefined);
  if (changes.length === 0) return;
  const changed = changes.map(({ donorId }) => donorId);
  const holders = before && (await findCardHolders(transaction, changed));
  const without = changed.filter((donorId) => !holders?.has(donorId));
  await insertCards(transaction, await numberCards(core, transaction, without), now);
  await insertCardEvents(transaction, changes, now);
}

/** A number for each donor that nobody has. */
async function numberCards(
  core: Core,
  transaction: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<{ donorId: string; number: string }[]> {
  const numbers = new Set<string>();
  while (numbers.size < donorIds.length) {
    while (numbers.size < donorIds.length) numbers.add(newCardNumber(core));
    for (const taken of await findCardNumbers(transaction, [...numbers])) numbers.delete(taken);
  }
  const free = [...numbers];
  return donorIds.map((donorId, at) => ({ donorId, number: free[at] ?? '' }));
}

function newCardNumber(core: Core): string {
  const random = Buffer.from(core.random.bytes(8)).readBigUInt64BE();
  return String(random % 10n ** BigInt(NUMBER_DIGITS)).padStart(NUMBER_DIGITS, '0');
}

/**
 * A page of cards that end within the days, the first and the last included, after the donor given;
 * `last` is where the next page begins, `undefined` when there is none.
 */
export async function loadCardsEnding(
  database: Kysely<Schema>,
  from: CivilDate,
  through: CivilDate,
  after: string,
  limit: number,
): Promise<{ ending: { donorId: string; validThrough: CivilDate }[]; last: string | undefined }> {
  const donorIds = await loadEndingPage(database, from, through, after, limit);
  const last = donorIds.at(-1);
  if (last === undefined) return { ending: [], last };
  const ending = [...(await loadCardStates(database, donorIds))].flatMap(
    ([donorId, { validThrough }]) =>
      validThrough !== null && from <= validThrough && validThrough <= through
        ? [{ donorId, validThrough }]
        : [],
  );
  return { ending, last };
}
