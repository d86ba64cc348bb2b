/** Merges on the real database: one person, one card, whatever he showed; and undone again. */
import type { CivilDate } from '@liyu/domain/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLiyu } from '../../test/command.ts';
import { openStaffServer, type StaffServer } from '../../test/staff.ts';
import { instant, openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { ACTS } from '../approval/acts.ts';
import { decideApproval, doOrAsk } from '../approval/workflow.ts';
import { verifyAudit } from '../audit/workflow.ts';
import { showCodes } from '../pass/development-phone.ts';
import { admit, countEntries, endNights, scan } from '../redemption/workflow.ts';
import { settlePeriod } from '../settlement/workflow.ts';
import { loadStanding, summariseStandings } from '../standing/workflow.ts';
import { merge, undoMerge } from './merge.ts';

const NOON = '2026-11-24T12:00:00+08:00';
const TODAY = '2026-11-24' as CivilDate;
let city: TestCore;
let staff: StaffServer;
let people = 0;

beforeAll(async () => {
  city = await openTestCore('2026-11-20T12:00:00+08:00');
  staff = await openStaffServer(city);
});
afterAll(async () => {
  await staff.close();
  await city.close();
});

/** A donor with so many gifts of 400 ml, the last of them in 2026. */
async function newDonor(
  gifts: number,
  last = '2026-05-05',
): Promise<{ id: string; document: string }> {
  people += 1;
  const document = residentNumber(people);
  const label = `P${people}G`;
  await city.importRows(
    Array.from({ length: gifts }, (_, at) => ({
      number: `${label}${at}`,
      document,
      donatedOn: at === gifts - 1 ? last : `${2010 + at}-05-05`,
      amount: '400',
    })),
  );
  return { id: await city.donorOf(document), document };
}

const manner = { by: 'li', mode: 'at_once' } as const;
const mergeNow = (from: string, into: string) =>
  doOrAsk(city.core, merge, { from, into, reason: 'one person' }, manner);
async function merged(from: string, into: string): Promise<string> {
  const outcome = await mergeNow(from, into);
  if ('refused' in outcome) throw new Error(outcome.refused);
  return String(outcome.answer.mergeId);
}
const undoNow = (mergeId: string) =>
  doOrAsk(city.core, undoMerge, { mergeId, reason: 'two people' }, manner);
const cityCounts = async (id: string, knownAt?: string) =>
  (await loadStanding(city.core, id, TODAY, knownAt === undefined ? undefined : instant(knownAt)))
    .counts.city / 1000;
const cardEvents = async (id: string) => {
  const rows = await city.core.database
    .selectFrom('card_event')
    .select('event')
    .where('donor_id', '=', id)
    .orderBy('event_id')
    .execute();
  return rows.map(({ event }) => event);
};

test('passport and identity card, two annual donors: one honour card, approved, and undone', async () => {
  const passport = await newDonor(4);
  const card = await newDonor(6);
  city.setNow(NOON);
  const [li, wang] = [await staff.signIn('li', 'operator'), await staff.signIn('wang', 'approver')];
  const body = { from: passport.id, into: card.id, reason: 'passport first, identity card later' };

  const preview = await li.post('/merges', { ...body, preview: true });
  expect([preview.status, preview.body.approval]).toEqual([200, { needed: true }]);
  expect(preview.body.answer).toMatchObject({ sameName: true, sameDayOfBirth: true });
  const [one, other] = [passport.id, card.id].map((id) =>
    preview.body.effect.donors.find((donor: { donorId: string }) => donor.donorId === id),
  );
  expect(one).toMatchObject({ before: { card: { kind: 'annual' } }, after: null });
  expect(other).toMatchObject({
    before: { counts: { city: '12' }, card: { kind: 'annual' } },
    after: { counts: { city: '20' }, tier: 'bronze', card: { kind: 'honour' } },
    lost: false,
  });
  expect(await cityCounts(card.id)).toBe(12);

  const asked = await li.post('/merges', body);
  expect(asked.status).toBe(202);
  const decision = `/approvals/${asked.body.approval.id}/decision`;
  expect((await li.post(decision, { granted: true })).status).toBe(403);
  expect((await wang.post(decision, { granted: true })).body.code).toBe('step_up_needed');
  await wang.stepUp();
  const done = await wang.post(decision, { granted: true });
  expect([done.status, done.body.outcome]).toEqual([200, 'approved']);

  for (const document of [passport.document, card.document]) {
    const { answer } = await runLiyu(city, ['standing', '--document', document]);
    expect(answer).toMatchObject({ counts: { city: '20' }, card: { kind: 'honour' } });
  }
  expect(await cardEvents(passport.id)).toEqual(['issued', 'withdrawn']);
  expect(await cardEvents(card.id)).toEqual(['issued', 'upgraded']);
  expect(await summariseStandings(city.core, TODAY)).toMatchObject({
    donors: 1,
    cards: { honour: 1 },
  });

  const { mergeId } = done.body.answer;
  const undone = await li.post(`/merges/${mergeId}/undo`, { reason: 'two people after all' });
  expect(undone.status).toBe(202);
  const undoing = `/approvals/${undone.body.approval.id}/decision`;
  expect((await wang.post(undoing, { granted: true })).status).toBe(200);
  expect([await cityCounts(passport.id), await cityCounts(card.id)]).toEqual([8, 12]);
  expect(await cardEvents(passport.id)).toEqual(['issued', 'withdrawn', 'issued']);
  expect(await cardEvents(card.id)).toEqual(['issued', 'upgraded', 'corrected']);
  expect(await summariseStandings(city.core, TODAY)).toMatchObject({ donors: 2 });
});

test('the same on the command line, by documents; in production a login with its password decides', async () => {
  const passport = await newDonor(4);
  const card = await newDonor(6);
  const sides = ['--from-document', passport.document, '--into-document', card.document];
  const shown = await runLiyu(city, ['merge', ...sides, '--reason', 'one', '--dry-run']);
  expect([shown.status, shown.answer.kept]).toEqual([0, false]);
  const done = await runLiyu(city, ['merge', ...sides, '--reason', 'one']);
  expect(done.answer).toMatchObject({ kept: true, approval: { needed: true, by: 'development' } });
  expect(await cityCounts(passport.id)).toBe(20);
  const undo = ['merge', '--undo', done.answer.answer.mergeId, '--reason', 'two'];
  const production = { production: true } as const;
  const asked = await runLiyu(city, undo, production);
  expect([asked.status, asked.answer.kept]).toEqual([1, false]);
  const open = await runLiyu(city, ['approvals']);
  expect(open.answer).toMatchObject([{ id: asked.answer.approval.id, kind: 'merge_undo' }]);
  const approve = ['approve', asked.answer.approval.id, '--login', 'wang'];
  const wrong = await runLiyu(city, approve, { ...production, password: 'not the password' });
  expect([wrong.status, wrong.notes]).toEqual([2, '--login: wrong_password']);
  const { PASSWORD } = await import('../../test/staff.ts');
  const li = ['approve', asked.answer.approval.id, '--login', 'li'];
  const operator = await runLiyu(city, li, { ...production, password: PASSWORD });
  expect(operator.notes).toBe('--login: the role operator may not decide');
  const approved = await runLiyu(city, approve, { ...production, password: PASSWORD });
  expect([approved.status, approved.answer.outcome]).toEqual([0, 'approved']);
  expect(await cityCounts(passport.id)).toBe(8);
});

describe('what is refused', () => {
  test('oneself, nobody, twice, a cycle, one who is another by now, and undoing twice', async () => {
    const [a, b, c] = [await newDonor(1), await newDonor(1), await newDonor(1)];
    const none = city.core.newId();
    expect(await mergeNow(a.id, a.id)).toEqual({ refused: 'same_donor' });
    expect(await mergeNow(a.id, none)).toEqual({ refused: 'unknown_donor' });
    const first = await merged(a.id, b.id);
    expect(await mergeNow(a.id, b.id)).toEqual({ refused: 'merged_already' });
    expect(await mergeNow(b.id, a.id)).toEqual({ refused: 'merged_already' });
    expect(await mergeNow(a.id, c.id)).toEqual({ refused: 'merged_elsewhere' });
    await merged(b.id, c.id);
    expect(await mergeNow(c.id, a.id)).toEqual({ refused: 'merged_already' });
    expect(await undoNow(none)).toEqual({ refused: 'unknown_merge' });
    expect(await undoNow(first)).toMatchObject({ kept: true });
    expect(await undoNow(first)).toEqual({ refused: 'undone_already' });
  });
});

describe('chains', () => {
  test('into somebody who is merged himself; undone in either order', async () => {
    const [a, b, c] = [await newDonor(1), await newDonor(2), await newDonor(3)];
    const first = await merged(a.id, b.id);
    const second = await merged(b.id, c.id);
    expect(await city.donorOf(a.document)).toBe(c.id);
    expect(await cityCounts(a.id)).toBe(12);
    await undoNow(first);
    expect([await cityCounts(a.id), await cityCounts(b.id)]).toEqual([2, 10]);
    expect([await city.donorOf(a.document), await city.donorOf(b.document)]).toEqual([a.id, c.id]);
    const again = await merged(a.id, b.id);
    expect(await cityCounts(a.id)).toBe(12);
    await undoNow(second);
    expect([await cityCounts(a.id), await cityCounts(c.id)]).toEqual([6, 6]);
    expect(await city.donorOf(a.document)).toBe(b.id);
    await undoNow(again);
    expect(await cardEvents(a.id)).toEqual([
      ...['issued', 'withdrawn', 'issued', 'withdrawn', 'issued'],
    ]);
  });
});

test('later gifts under either document are the person’s; undone, each has his own', async () => {
  const [a, b] = [await newDonor(1), await newDonor(1)];
  const mergeId = await merged(a.id, b.id);
  await city.importRows([
    { number: 'LATER-A', document: a.document, donatedOn: '2026-11-23' },
    { number: 'LATER-B', document: b.document, donatedOn: '2026-11-24' },
  ]);
  expect(await cityCounts(a.id)).toBe(6);
  expect(await cardEvents(a.id)).toEqual(['issued', 'withdrawn']);
  expect(await cardEvents(b.id)).toEqual(['issued', 'extended']);
  const rows = await city.core.database
    .selectFrom('donation')
    .select('donor_id')
    .where('donation_number', 'like', 'LATER-%')
    .orderBy('donation_number')
    .execute();
  expect(rows.map((row) => row.donor_id)).toEqual([a.id, b.id]);
  await undoNow(mergeId);
  expect([await cityCounts(a.id), await cityCounts(b.id)]).toEqual([3, 3]);
});

test('known at a moment before, they are two', async () => {
  const [a, b] = [await newDonor(1), await newDonor(1)];
  city.setNow('2026-11-24T13:00:00+08:00');
  const mergeId = await merged(a.id, b.id);
  city.setNow('2026-11-24T14:00:00+08:00');
  await undoNow(mergeId);
  const ask = async (knownAt: string) => {
    const argv = ['standing', '--document', a.document, '--on', TODAY, '--known-at', knownAt];
    return (await runLiyu(city, argv)).answer.counts.city;
  };
  expect(await ask('2026-11-24T12:30:00+08:00')).toBe('2');
  expect(await ask('2026-11-24T13:30:00+08:00')).toBe('4');
  expect(await ask('2026-11-24T14:30:00+08:00')).toBe('2');
  const donors = async (moment: string) =>
    (await summariseStandings(city.core, TODAY, instant(moment))).donors;
  const [before, between] = [
    await donors('2026-11-24T12:59:00+08:00'),
    await donors('2026-11-24T13:30:00+08:00'),
  ];
  expect(between).toBe(before - 1);
});

describe('at the gates', () => {
  const on = (time: string) => instant(`2026-11-24T${time}+08:00`);
  const show = async (donorId: string, time: string): Promise<string> => {
    city.setNow(`2026-11-24T${time}+08:00`);
    const [code = ''] = await showCodes(city.core, donorId, on(time), 1);
    return code;
  };

  test('the passes merged away are revoked; the day’s entries and open trips are the person’s', async () => {
    const [a, b] = [await newDonor(1), await newDonor(1)];
    const used = await scan(city.core, WHOLE_CITY, {
      code: await show(a.id, '15:00:00'),
      venue: 'jinci-museum',
      at: on('15:00:00'),
    });
    const ride = { venue: 'metro-demo', clerk: 'c', reason: 'no phone' };
    await admit(city.core, WHOLE_CITY, { ...ride, donorId: a.id, at: on('15:01:00') });
    const unused = await show(a.id, '15:02:00');
    const before = await settlePeriod(city.core, WHOLE_CITY, 'metro-2', '2026-11');
    await merged(a.id, b.id);
    const stale = await scan(city.core, WHOLE_CITY, {
      code: unused,
      venue: 'taishan-museum',
      at: on('15:02:05'),
    });
    expect([used.code, stale.code]).toEqual(['granted', 'revoked']);
    expect(await countEntries(city.core, b.id, 'jinci-museum', TODAY)).toBe(1);
    const again = await scan(city.core, WHOLE_CITY, {
      code: await show(b.id, '15:10:00'),
      venue: 'jinci-museum',
      at: on('15:10:00'),
    });
    expect(again.code).toBe('already_today');
    const exit = await scan(city.core, WHOLE_CITY, {
      code: await show(a.id, '15:20:00'),
      venue: 'metro-2-05',
      direction: 'out',
      at: on('15:20:00'),
    });
    expect(exit).toMatchObject({ open: true, mark: null });
    expect(await endNights(city.core, instant('2026-11-25T05:00:00+08:00'))).toBe(0);
    const after = await settlePeriod(city.core, WHOLE_CITY, 'metro-2', '2026-11');
    expect(after?.lines).toHaveLength((before?.lines.length ?? 0) + 1);
  });

  test('a scan of somebody who was never merged costs one small query more', async () => {
    const a = await newDonor(1);
    const code = await show(a.id, '16:00:00');
    const asked: string[] = [];
    const database = city.core.database.withPlugin({
      transformQuery: ({ node }) => {
        asked.push(JSON.stringify(node));
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const core = { ...city.core, database };
    const answer = await scan(core, WHOLE_CITY, {
      code,
      venue: 'taishan-museum',
      at: on('16:00:00'),
    });
    expect(answer.code).toBe('granted');
    expect(asked.filter((node) => node.includes('person_lookup'))).toHaveLength(1);
    expect(asked.filter((node) => node.includes('donor_merge'))).toHaveLength(0);
  });
});

test('two who ask for the same merge: the second is refused when it is decided', async () => {
  const [a, b] = [await newDonor(1), await newDonor(1)];
  const ask = async () => {
    const body = { from: a.id, into: b.id, reason: 'one person' };
    const outcome = await doOrAsk(city.core, merge, body, { by: 'li', mode: 'ask' });
    return ('approval' in outcome && outcome.approval.id) || '';
  };
  const [first, second] = [await ask(), await ask()];
  const decide = (id: string) =>
    decideApproval(city.core, ACTS, id, { granted: true, by: 'wang', reason: null });
  const both = await Promise.all([decide(first), decide(second)]);
  const outcomes = both.map((one) => ('outcome' in one ? one.outcome : one.refused)).sort();
  expect(outcomes).toEqual(['approved', 'merged_already']);
});

test('the audit log speaks of every merge', async () => {
  expect(await verifyAudit(city.core)).toMatchObject({ ok: true, problems: [] });
});
