/** Laws of merges: their order does not matter, they take nothing, and undone they leave no trace. */
import { isLess } from '@liyu/domain/card';
import type { CivilDate } from '@liyu/domain/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { doOrAsk } from '../approval/workflow.ts';
import { loadStanding } from '../standing/workflow.ts';
import { merge, undoMerge } from './merge.ts';
import { type MergeEvent, personsOf } from './person-store.ts';

const TODAY = '2026-11-24' as CivilDate;
let city: TestCore;
let runs = 0;

beforeAll(async () => {
  city = await openTestCore('2026-11-24T12:00:00+08:00');
});
afterAll(() => city.close());

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Merges that could be recorded one after another: only who stands for himself is merged. */
const anyMerges = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...NAMES)), { maxLength: 12 })
  .map((pairs) => {
    const events: MergeEvent[] = [];
    for (const [from, into] of pairs) {
      const persons = personsOf(events);
      const idOf = (donorId: string) => persons.get(donorId)?.personId ?? donorId;
      if (idOf(from) === from && idOf(into) !== from)
        events.push(eventOf(from, into, events.length));
    }
    return events;
  });

function eventOf(from: string, into: string, at: number, event = 'merged'): MergeEvent {
  const id = `${at}`.padStart(3, '0');
  return {
    donor_id: from,
    event_id: id,
    event,
    merge_id: id,
    into_donor_id: into,
    reason: 'one person',
    recorded_at: '2026-11-24T04:00:00.000Z',
    recorded_by: 'li',
    approval_id: null,
  };
}

test('everyone is one person, and all of a person name the same donors', () => {
  fc.assert(
    fc.property(anyMerges, (events) => {
      const persons = personsOf(events);
      for (const [donorId, { personId, donorIds }] of persons) {
        expect(donorIds).toContain(donorId);
        expect(donorIds).toContain(personId);
        for (const other of donorIds) expect(persons.get(other)?.personId).toBe(personId);
      }
    }),
  );
});

test('the order in which merges were recorded does not matter, nor one that was undone', () => {
  fc.assert(
    fc.property(anyMerges, fc.nat(), (events, drawn) => {
      const shuffled = events.map((row, at) => ({ ...row, event_id: `${(at * 7 + drawn) % 13}` }));
      expect(personsOf(shuffled)).toEqual(personsOf(events));
      const undone = events[drawn % Math.max(events.length, 1)];
      if (undone === undefined) return;
      const back = eventOf(undone.donor_id, undone.into_donor_id, 900, 'undone');
      const without = personsOf(events.filter((row) => row !== undone));
      const after = personsOf([...events, back]);
      for (const [donorId, person] of without) expect(after.get(donorId)).toEqual(person);
    }),
  );
});

const anyGift = fc.record({
  of: fc.nat({ max: 2 }),
  day: fc.constantFrom('2010-05-05', '2019-03-03', '2025-06-06', '2026-01-09', '2026-11-20'),
  amount: fc.constantFrom('200', '400'),
});

test('merges and imports in any order: the same standing, never less, and undone as before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyGift, { minLength: 3, maxLength: 24 }),
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      async (gifts, order) => {
        runs += 1;
        const documents = [0, 1, 2].map((of) => residentNumber(runs * 3 + of));
        const rowsOf = (of: number) => [
          { number: `R${runs}F${of}`, document: documents[of] ?? '', donatedOn: '2018-01-01' },
          ...gifts
            .map((gift, at) => ({ ...gift, number: `R${runs}G${at}` }))
            .filter((gift) => gift.of === of)
            .map(({ number, day, amount }) => ({
              number,
              amount,
              document: documents[of] ?? '',
              donatedOn: day,
            })),
        ];
        const idOf = (of: number) => city.donorOf(documents[of] ?? '');
        const standing = async (id: string) => loadStanding(city.core, id, TODAY);
        const mergeIds: string[] = [];
        const merges = [
          [0, 1],
          [1, 2],
        ] as const;
        for (const of of [0, 1, 2]) await city.importRows(rowsOf(of).slice(0, 1));
        const ids = [await idOf(0), await idOf(1), await idOf(2)] as const;
        for (const step of order) {
          const [from, into] = merges[step === 3 ? 1 : 0];
          if (step === 1 || step === 3) {
            const before = await standing(ids[into]);
            const body = { from: ids[from], into: ids[into], reason: 'one person' };
            const outcome = await doOrAsk(city.core, merge, body, { by: 'li', mode: 'at_once' });
            if ('refused' in outcome) throw new Error(outcome.refused);
            mergeIds.push(String(outcome.answer.mergeId));
            expect(isLess(await standing(ids[into]), before)).toBe(false);
          } else if (step === 0) await city.importRows([...rowsOf(0), ...rowsOf(2)]);
          else await city.importRows(rowsOf(1));
        }
        const one = await standing(ids[0]);
        expect(one.contributions).toHaveLength(gifts.length + 3);
        for (const id of ids) expect(await standing(id)).toEqual(one);
        for (const mergeId of mergeIds) {
          const body = { mergeId, reason: 'three people' };
          await doOrAsk(city.core, undoMerge, body, { by: 'li', mode: 'at_once' });
        }
        for (const [of, id] of ids.entries()) {
          expect((await standing(id)).contributions).toHaveLength(rowsOf(of).length);
        }
      },
    ),
    { numRuns: 12 },
  );
});
