/** SQL of cards: one a donor, its state the last of its events. */
import type { CardEvent } from '@liyu/domain/card';
import type { CivilDate } from '@liyu/domain/kernel';
import { type Kysely, sql } from 'kysely';
import { copyRows } from '../database/copy.ts';
import type { Schema } from '../database/schema.ts';

/** The last event of each donor's card, of those asked for; a withdrawn card has none. */
export async function loadCardStates(
  database: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<Map<string, Pick<CardEvent, 'card' | 'validFrom' | 'validThrough'>>> {
  const rows = await database
    .selectFrom('card_event')
    .select(['donor_id', 'event', 'kind', 'valid_from', 'valid_through'])
    .where('donor_id', 'in', donorIds)
    .orderBy('donor_id')
    .orderBy('event_id')
    .execute();
  const states = new Map<string, Pick<CardEvent, 'card' | 'validFrom' | 'validThrough'>>();
  for (const row of rows) {
    if (row.event === 'withdrawn') states.delete(row.donor_id);
    else {
      states.set(row.donor_id, {
        card: row.kind as CardEvent['card'],
        validFrom: row.valid_from as CivilDate,
        validThrough: row.valid_through as CivilDate | null,
      });
    }
  }
  return states;
}

/** Donors after the one given of whose card some event names an end within the days. */
export async function loadEndingPage(
  database: Kysely<Schema>,
  from: CivilDate,
  through: CivilDate,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await database
    .selectFrom('card_event')
    .select('donor_id')
    .distinct()
    .where('valid_through', '>=', from)
    .where('valid_through', '<=', through)
    .where('donor_id', '>', after)
    .orderBy('donor_id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.donor_id);
}

/** The donors who have a card number, of those asked for. */
export async function findCardHolders(
  database: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<Set<string>> {
  const rows = await database
    .selectFrom('card')
    .select('donor_id')
    .where('donor_id', 'in', donorIds)
    .execute();
  return new Set(rows.map((row) => row.donor_id));
}

/** Appends events. */
export async function insertCardEvents(
  database: Kysely<Schema>,
  rows: readonly { donorId: string; eventId: string; event: CardEvent }[],
  recordedAt: string,
): Promise<void> {
  await copyRows(
    database,
    'card_event',
    rows.map(({ donorId, eventId, event }) => [
      donorId,
      eventId,
      event.kind,
      event.card,
      event.validFrom,
      event.validThrough,
      JSON.stringify(event.because),
      recordedAt,
    ]),
  );
}

/** The card numbers that somebody has, of those asked for. */
export async function findCardNumbers(
  database: Kysely<Schema>,
  numbers: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ card_number: string }>`
    SELECT card_number FROM card_number
    WHERE card_number = ANY (${numbers}::text[])`.execute(database);
  return new Set(rows.map((row) => row.card_number));
}

/**
 * Gives the donors cards. A number or a donor that has one meanwhile fails it, and the transaction
 * with it (23505).
 */
export async function insertCards(
  database: Kysely<Schema>,
  cards: readonly { donorId: string; number: string }[],
  recordedAt: string,
): Promise<void> {
  const inOrder = cards.toSorted((one, other) => (one.number < other.number ? -1 : 1));
  await copyRows(
    database,
    'card_number',
    inOrder.map(({ donorId, number }) => [number, donorId]),
  );
  await copyRows(
    database,
    'card',
    cards.map(({ donorId, number }) => [donorId, number, recordedAt]),
  );
}

/** The card number of the donor, or `undefined` when there is no card. */
export async function findCardNumber(
  database: Kysely<Schema>,
  donorId: string,
): Promise<string | undefined> {
  const row = await database
    .selectFrom('card')
    .select('card_number')
    .where('donor_id', '=', donorId)
    .executeTakeFirst();
  return row?.card_number;
}

/** Whose card the number is on, or `undefined`. */
export async function findDonorByCardNumber(
  database: Kysely<Schema>,
  cardNumber: string,
): Promise<string | undefined> {
  const row = await database
    .selectFrom('card_number')
    .select('donor_id')
    .where('card_number', '=', cardNumber)
    .executeTakeFirst();
  return row?.donor_id;
}
