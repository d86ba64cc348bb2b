import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyHistory, blood, civil, counts, dayFrom, gift } from '../../test/donations.ts';
import { programme } from '../../test/programme.ts';
import type { Donation } from '../donation/index.ts';
import { type Standing, standingOf } from '../standing/index.ts';
import { type CardEvent, cardStateOn, findCardEvent } from './state.ts';

function standingOn(donations: readonly Donation[], on: string): Standing {
  return standingOf(donations, programme, civil(on));
}

/** The card as its event left it. */
function after(donations: readonly Donation[], on: string): CardEvent | undefined {
  return findCardEvent(undefined, standingOn(donations, on).card);
}

test.each([
  ['never', [], '2026-06-09', 'none'],
  ['before 2025 only', [blood('2025-01-31')], '2026-06-09', 'none'],
  ['on the day', [blood('2025-06-09')], '2025-06-09', 'annual'],
  ['on the last day', [blood('2025-06-09')], '2026-06-09', 'annual'],
  ['on the day after it', [blood('2025-06-08')], '2026-06-09', 'ended'],
  ['at 20 counts', [counts('2025-03-01', 80)], '2099-06-09', 'honour'],
] as const)('state: %s', (_, donations, on, state) => {
  expect(cardStateOn(standingOn(donations, on), civil(on))).toBe(state);
});

const spring = blood('2026-03-01');
const early = blood('2025-09-01');
const honour = counts('2026-09-01', 76);

test.each<[string, Donation[], Donation[], string | undefined]>([
  ['nothing yet', [], [], undefined],
  ['the first gift', [], [spring], 'issued'],
  ['honour at once', [], [gift('2026-03-01', 'stem_cells', 0)], 'issued'],
  ['no change', [spring], [spring], undefined],
  [
    'a gift that adds nothing',
    [spring],
    [spring, gift('2026-09-01', 'other_component', 0)],
    undefined,
  ],
  ['within the year', [spring], [spring, blood('2026-09-01')], 'extended'],
  ['on the last day', [spring], [spring, blood('2027-03-01')], 'extended'],
  ['on the day after it', [spring], [spring, blood('2027-03-02')], 'begun_again'],
  ['the honour standard', [spring], [spring, counts('2026-09-01', 76)], 'upgraded'],
  ['upgraded after the end', [early], [early, counts('2027-09-01', 76)], 'upgraded'],
  ['honour again', [spring, honour], [spring, honour, blood('2027-03-01')], undefined],
  ['a gift that was a mistake', [spring, blood('2026-09-01')], [spring], 'corrected'],
  ['moved on, the first was a mistake', [spring], [blood('2027-03-01')], 'extended'],
  ['begun again, the first was one', [spring], [blood('2027-03-02')], 'begun_again'],
  ['honour by mistake', [spring, honour], [spring], 'corrected'],
  ['the only gift was a mistake', [spring], [{ ...spring, correction: 'mistake' }], 'withdrawn'],
  ['a gift voided after testing', [spring], [{ ...spring, correction: 'voided' }], undefined],
  ['an older gift that came late', [spring], [early, spring], 'corrected'],
  ['honour earlier than known', [honour, counts('2026-09-02', 4)], [honour, early], 'corrected'],
])('event: %s', (_, before, now, kind) => {
  const on = '2027-12-31';
  const event = findCardEvent(after(before, on), standingOn(now, on).card);
  expect(event?.kind).toBe(kind);
});

test('an event carries the card that it leads to, and the gifts that it rests on', () => {
  const event = findCardEvent(
    { card: 'annual', validFrom: civil('2026-03-01'), validThrough: civil('2027-03-01') },
    standingOn([spring, blood('2026-09-01')], '2026-09-01').card,
  );
  expect(event).toEqual({
    kind: 'extended',
    card: 'annual',
    validFrom: '2026-03-01',
    validThrough: '2027-09-01',
    because: ['D2026-09-01'],
  });
});

test('the fold of the events is the card, and as time goes on nothing is corrected', () => {
  const days = dayFrom('2025-02-01', '2030-12-31');
  fc.assert(
    fc.property(anyHistory({ most: 30 }), fc.array(days, { maxLength: 12 }), (history, asked) => {
      let held: CardEvent | undefined;
      for (const on of asked.sort()) {
        const { card } = standingOf(history, programme, on);
        const event = findCardEvent(held, card);
        expect(event?.kind).not.toBe('corrected');
        held = event ?? held;
        expect(held?.card).toBe(card?.kind);
        expect(held?.validFrom).toBe(card?.validFrom);
        expect(held?.validThrough).toBe(card?.validThrough);
        expect(findCardEvent(held, card)).toBeUndefined();
      }
    }),
    { numRuns: 500 },
  );
});
