/**
 * Which news of a card is told. What was corrected or withdrawn is not: such a notice would say
 * that something was found out about a donation.
 */
import type { CardEvent } from '@liyu/domain/card';
import { type CivilDate, dayOf } from '@liyu/domain/kernel';
import { parameterOn, type TierId } from '@liyu/domain/programme';
import type { Standing } from '@liyu/domain/standing';
import type { Kysely } from 'kysely';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { enqueueNotices, type NewNotice } from './workflow.ts';

/** What a batch of donations made of a donor's card. */
export interface CardNews {
  readonly donorId: string;
  readonly standing: Standing;
  /** What happened to the card, if anything did. */
  readonly change: { readonly eventId: string; readonly event: CardEvent } | undefined;
}

/**
 * Writes the notices of cards and tiers within the caller's transaction, in which the donors may be
 * recorded too: `areNew`.
 */
export async function announceCards(
  core: Core,
  transaction: Kysely<Schema>,
  news: readonly CardNews[],
  areNew: boolean,
): Promise<void> {
  const today = dayOf(core.clock.now(), core.programme.zone);
  const tiers = parameterOn(core.programme, 'tiers', today).value.map(({ id }) => id);
  await enqueueNotices(
    core,
    transaction,
    news.flatMap((one) => [...cardNotice(one, today), ...tierNotices(one, tiers)]),
    areNew,
  );
}

const KINDS = {
  issued: 'new_card',
  begun_again: 'new_card',
  extended: 'card_extended',
  upgraded: 'honour_card',
  corrected: undefined,
  withdrawn: undefined,
} as const satisfies Record<CardEvent['kind'], NewNotice['kind'] | undefined>;

function cardNotice({ donorId, change }: CardNews, today: CivilDate): NewNotice[] {
  if (change === undefined) return [];
  const { card, kind, validThrough } = change.event;
  const told = KINDS[kind];
  if (told === undefined || (validThrough !== null && validThrough < today)) return [];
  const eventKey = `card:${change.eventId}`;
  if (card === 'honour') return [{ eventKey, kind: 'honour_card', donorId, body: { values: {} } }];
  return [
    { eventKey, kind: told, donorId, body: { values: { validThrough: validThrough ?? '' } } },
  ];
}

/**
 * A tier is news once, and never on the way down: those below it are known with it. So is the tier
 * of a card that is new, or that was found to be another; and everybody begins with the lowest.
 */
function tierNotices(
  { donorId, standing, change }: CardNews,
  tiers: readonly TierId[],
): NewNotice[] {
  if (standing.card === null) return [];
  const known = change !== undefined && !['extended', 'upgraded'].includes(change.event.kind);
  return tiers.slice(1, tiers.indexOf(standing.tier) + 1).map((tier) => ({
    eventKey: `tier:${donorId}:${tier}`,
    kind: 'new_tier',
    donorId,
    body: { values: {} },
    untold: known || tier !== standing.tier,
  }));
}
