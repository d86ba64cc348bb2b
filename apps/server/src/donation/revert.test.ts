/** A whole import taken back, on the real database: as if it had never been, and nothing deleted. */
import type { CivilDate } from '@liyu/domain/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  instant,
  openTestCore,
  residentNumber,
  type TestCore,
  type TestDonation,
} from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { ACTS } from '../approval/acts.ts';
import { decideApproval, doOrAsk, type Mode } from '../approval/workflow.ts';
import { verifyAudit } from '../audit/workflow.ts';
import { merge } from '../donor/merge.ts';
import { showCodes } from '../pass/development-phone.ts';
import { scan } from '../redemption/workflow.ts';
import { loadStanding, summariseStandings } from '../standing/workflow.ts';
import { correctDonation } from './correct.ts';
import { revertImport } from './revert.ts';
import { loadDonations } from './store.ts';

const NOON = '2026-11-24T12:00:00+08:00';
const TODAY = '2026-11-24' as CivilDate;
let city: TestCore;

beforeAll(async () => {
  city = await openTestCore(NOON);
});
afterAll(() => city.close());

const revert = (importId: string, mode: Mode = 'at_once') =>
  revertImport(city.core, { importId, reason: 'the wrong month' }, { by: 'li', mode });

async function reverted(importId: string, mode?: Mode) {
  const outcome = await revert(importId, mode);
  if ('refused' in outcome) throw new Error(outcome.refused);
  return outcome;
}

/** Twenty counts on one donor, so that losing them is seen in card and tier. */
const honour = (prefix: string, ordinal: number): TestDonation[] =>
  Array.from({ length: 10 }, (_, at) => ({
    number: `${prefix}${at}`,
    document: residentNumber(ordinal),
    donatedOn: `20${16 + at}-05-05`,
    amount: '400',
  }));

const standingOf = async (ordinal: number, knownAt?: string) => {
  const donorId = await city.donorOf(residentNumber(ordinal));
  const moment = knownAt === undefined ? undefined : instant(knownAt);
  return loadStanding(city.core, donorId, TODAY, moment);
};

test('import and revert: standings as before; import again: as imported once', async () => {
  await city.importRows([{ number: 'A0', document: residentNumber(1), donatedOn: '2026-01-05' }]);
  const before = await summariseStandings(city.core, TODAY);
  const rows = [...honour('B', 1), ...honour('C', 2)];
  const { importId } = await city.importRows(rows);
  const imported = await summariseStandings(city.core, TODAY);
  expect(imported.cards.honour).toBe(2);

  const { kept, effect, answer } = await reverted(importId);
  expect(kept).toBe(true);
  expect(answer).toEqual({ donations: 20, tiersLost: 2, cardsLost: 2 });
  expect(effect).toMatchObject({ changed: 2, lost: 2 });
  expect(await summariseStandings(city.core, TODAY)).toEqual(before);
  expect((await standingOf(1)).card?.kind).toBe('annual');

  const again = await city.importRows(rows);
  expect(again).toMatchObject({ imported: 20, unchanged: 0, conflicts: 0 });
  expect(await summariseStandings(city.core, TODAY)).toEqual(imported);
  expect(await city.importRows(rows)).toMatchObject({ imported: 0, unchanged: 20 });
});

test('a preview shows who loses what, and keeps nothing', async () => {
  const { importId } = await city.importRows(honour('D', 3));
  const preview = await reverted(importId, 'preview');
  expect(preview).toMatchObject({ kept: false, approval: { needed: true } });
  expect(preview.effect.donors).toMatchObject([
    { lost: true, before: { tier: 'bronze', card: { kind: 'honour' } }, after: { card: null } },
  ]);
  expect((await standingOf(3)).card?.kind).toBe('honour');
  expect(await city.importRows(honour('D', 3))).toMatchObject({ unchanged: 10 });
});

test('cards and passes follow in the same transaction; what was used stays used', async () => {
  const { importId } = await city.importRows(honour('E', 4));
  const donorId = await city.donorOf(residentNumber(4));
  const [code = ''] = await showCodes(city.core, donorId, instant(NOON), 1);
  const [later = ''] = await showCodes(city.core, donorId, instant(NOON), 2);
  const at = instant(NOON);
  const used = await scan(city.core, WHOLE_CITY, { code, venue: 'botanical-garden', at });
  expect(used.open).toBe(true);
  expect((await reverted(importId)).effect.passesRevoked).toBeGreaterThan(0);
  const refused = await scan(city.core, WHOLE_CITY, { code: later, venue: 'jinci-museum', at });
  expect(refused).toMatchObject({ open: false, code: 'revoked' });
  const events = await city.core.database
    .selectFrom('card_event')
    .select('event')
    .where('donor_id', '=', donorId)
    .orderBy('event_id')
    .execute();
  expect(events.map(({ event }) => event)).toEqual(['issued', 'withdrawn']);
});

test('what another import had brought is not touched by the one that found it unchanged', async () => {
  const [first, ...others] = honour('F', 5);
  if (first === undefined) throw new Error('there are ten');
  await city.importRows([first]);
  const { importId, unchanged } = await city.importRows([first, ...others]);
  expect(unchanged).toBe(1);
  await reverted(importId);
  expect((await standingOf(5)).contributions.map(({ donation }) => donation.number)).toEqual([
    'F0',
  ]);
});

test('a corrected file with the same numbers is taken in, also for another donor', async () => {
  const { importId } = await city.importRows(honour('G', 6));
  await reverted(importId);
  const corrected = honour('G', 7).map((row) => ({ ...row, amount: '200' }));
  expect(await city.importRows(corrected)).toMatchObject({ imported: 10, conflicts: 0 });
  expect((await standingOf(6)).contributions).toEqual([]);
  expect((await standingOf(7)).contributions).toHaveLength(10);
  expect(await city.importRows(honour('G', 6))).toMatchObject({ conflicts: 10 });
});

test('a question about the past, by what was known then, still sees it', async () => {
  const { importId } = await city.importRows(honour('H', 8));
  city.setNow('2026-11-24T13:00:00+08:00');
  await reverted(importId);
  city.setNow('2026-11-24T14:00:00+08:00');
  await city.importRows(honour('H', 8).slice(0, 2));
  expect((await standingOf(8, '2026-11-24T12:30:00+08:00')).card?.kind).toBe('honour');
  expect((await standingOf(8, '2026-11-24T13:30:00+08:00')).contributions).toEqual([]);
  expect((await standingOf(8)).contributions).toHaveLength(2);
});

test('a correction falls with the record that it was about', async () => {
  const rows = honour('I', 9);
  const { importId } = await city.importRows(rows);
  const manner = { by: 'li', mode: 'at_once' } as const;
  const mistake = { donation: 'I3', correction: 'mistake', reason: 'a test' } as const;
  await correctDonation(city.core, mistake, manner);
  expect((await standingOf(9)).card?.kind).not.toBe('honour');
  await reverted(importId);
  expect(await correctDonation(city.core, mistake, manner)).toEqual({
    refused: 'unknown_donation',
  });
  await city.importRows(rows);
  expect((await standingOf(9)).card?.kind).toBe('honour');
  const restored = { ...mistake, correction: 'restored' } as const;
  expect(await correctDonation(city.core, restored, manner)).toEqual({
    refused: 'nothing_to_restore',
  });
  await correctDonation(city.core, mistake, manner);
  expect((await standingOf(9)).card?.kind).not.toBe('honour');
});

test('an import is taken back once; one that is none, or kept nothing, is refused', async () => {
  const { importId } = await city.importRows(honour('J', 10));
  expect((await reverted(importId)).kept).toBe(true);
  expect(await revert(importId)).toEqual({ refused: 'reverted_already' });
  const dry = await city.importRows(honour('K', 10), { dryRun: true });
  expect(await revert(dry.importId)).toEqual({ refused: 'unknown_import' });
  const empty = await city.importRows([]);
  expect(await reverted(empty.importId)).toMatchObject({ kept: true, answer: { donations: 0 } });
});

test('where something is lost a second person decides; the first may not', async () => {
  const { importId } = await city.importRows(honour('L', 11));
  const asked = await reverted(importId, 'ask_on_loss');
  expect(asked.kept).toBe(false);
  const id = asked.approval.id ?? '';
  const said = { granted: true, reason: null };
  expect(await decideApproval(city.core, ACTS, id, { ...said, by: 'li' })).toEqual({
    refused: 'same_person',
  });
  expect((await standingOf(11)).card?.kind).toBe('honour');
  const decided = await decideApproval(city.core, ACTS, id, { ...said, by: 'wang' });
  expect(decided).toMatchObject({ outcome: 'approved', answer: { donations: 10 } });
  expect((await standingOf(11)).contributions).toEqual([]);
});

test('who is one person by now loses as one, and more donors than a page holds', async () => {
  const [one, other] = [honour('N', 12).slice(0, 5), honour('O', 13).slice(5)];
  const crowd = Array.from({ length: 600 }, (_, at) => ({
    number: `Q${at}`,
    document: residentNumber(200 + at),
    donatedOn: '1990-01-01',
  }));
  const { importId } = await city.importRows([...one, ...crowd, ...other]);
  const [from, into] = [
    await city.donorOf(one[0]?.document ?? ''),
    await city.donorOf(other[0]?.document ?? ''),
  ];
  const merging = { from, into, reason: 'one person' };
  const done = await doOrAsk(city.core, merge, merging, { by: 'li', mode: 'at_once' });
  expect(done).toMatchObject({ kept: true });
  expect((await loadStanding(city.core, into, TODAY)).card?.kind).toBe('honour');
  const { effect, answer } = await reverted(importId);
  expect(answer).toEqual({ donations: 610, tiersLost: 1, cardsLost: 1 });
  expect(effect.lost).toBe(1);
  expect(effect.donors[0]).toMatchObject({
    donorId: into,
    before: { tier: 'bronze' },
    after: { card: null },
  });
  const left = await loadStanding(city.core, into, TODAY);
  expect(left.contributions).toEqual([]);
  expect((await city.importRows(crowd)).imported).toBe(600);
});

test('beside an import of the same rows: they are in whole, or out whole', async () => {
  for (let turn = 0; turn < 3; turn += 1) {
    const rows = Array.from({ length: 300 }, (_, at) => ({
      number: `M${turn}-${at}`,
      document: residentNumber(20 + (at % 50)),
      donatedOn: '1990-01-01',
    }));
    const { importId } = await city.importRows(rows);
    const [again] = await Promise.all([city.importRows(rows), reverted(importId)]);
    const donors = await Promise.all(rows.map(({ document }) => city.donorOf(document)));
    const donations = await loadDonations(city.core.database, [...new Set(donors)]);
    const mine = [...donations.values()]
      .flat()
      .filter(({ number }) => number.startsWith(`M${turn}-`));
    expect([again.imported, again.unchanged, mine.length]).toEqual(
      again.imported > 0 ? [300, 0, 300] : [0, 300, 0],
    );
  }
});

test('whatever is imported and taken back: what counts is what no revert took', async () => {
  const PEOPLE = 4;
  const numbers = fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 8 });
  const acts = fc.array(fc.oneof(numbers, fc.record({ revert: fc.nat(5) })), { maxLength: 8 });
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(acts, async (steps) => {
      runs += 1;
      const prefix = `P${runs}-`;
      const document = (at: number): string => residentNumber(100 + (at % PEOPLE));
      /** The live numbers, each with the import that brought it. */
      const live = new Map<number, string>();
      const imports: string[] = [];
      for (const step of steps) {
        if (Array.isArray(step)) {
          const rows = step.map((at) => {
            return { number: `${prefix}${at}`, document: document(at), donatedOn: '2026-01-05' };
          });
          const { importId, imported } = await city.importRows(rows);
          const fresh = step.filter((at) => !live.has(at));
          expect(imported).toBe(fresh.length);
          for (const at of fresh) live.set(at, importId);
          imports.push(importId);
        } else {
          const importId = imports[step.revert % Math.max(1, imports.length)];
          if (importId === undefined) continue;
          await revert(importId);
          for (const [at, by] of live) if (by === importId) live.delete(at);
        }
      }
      const donorIds = new Map<string, string>();
      for (let at = 0; at < PEOPLE; at += 1) {
        const donorId = await city.donorOf(document(at)).catch(() => undefined);
        if (donorId !== undefined) donorIds.set(document(at), donorId);
      }
      if (donorIds.size === 0) return;
      const known = await loadDonations(city.core.database, [...donorIds.values()]);
      const found = [...known.values()].flat().filter(({ number }) => number.startsWith(prefix));
      const wanted = [...live.keys()].map((at) => `${prefix}${at}`);
      expect(found.map(({ number }) => number as string).sort()).toEqual(wanted.sort());
    }),
    { numRuns: 25 },
  );
}, 60_000);

test('every revert has its leaf', async () => {
  expect(await verifyAudit(city.core)).toMatchObject({ ok: true, problems: [] });
});
