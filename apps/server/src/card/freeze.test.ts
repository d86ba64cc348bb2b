/** Frozen cards on the real database: they open nothing anywhere, and what was used stays used. */
import type { CivilDate } from '@liyu/domain/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLiyu } from '../../test/command.ts';
import { openStaffServer, type Signed, type StaffServer } from '../../test/staff.ts';
import { instant, openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { doOrAsk } from '../approval/workflow.ts';
import { verifyAudit } from '../audit/workflow.ts';
import { claimAtCounter } from '../claim/workflow.ts';
import { merge, undoMerge } from '../donor/merge.ts';
import { deliverDue } from '../notice/deliver.ts';
import { bindPhone } from '../pass/binding.ts';
import { showCodes } from '../pass/development-phone.ts';
import { findPassPeriods } from '../pass/workflow.ts';
import { admit, scan } from '../redemption/workflow.ts';
import { describeStanding } from '../standing/workflow.ts';

const NOON = '2026-11-24T12:00:00+08:00';
const NOW = instant(NOON);
const TODAY = '2026-11-24' as CivilDate;
let city: TestCore;
let staff: StaffServer;
let li: Signed;
let wang: Signed;
let zhao: Signed;
let people = 0;

beforeAll(async () => {
  city = await openTestCore(NOON);
  staff = await openStaffServer(city);
  li = await staff.signIn('li', 'operator');
  wang = await staff.signIn('wang', 'approver');
  zhao = await staff.signIn('zhao', 'approver');
  await wang.stepUp();
  await zhao.stepUp();
});
afterAll(async () => {
  await staff.close();
  await city.close();
});

async function newDonor(): Promise<{ id: string; document: string }> {
  people += 1;
  const document = residentNumber(people);
  await city.importRows([{ number: `F${people}`, document, donatedOn: '2026-05-05' }]);
  return { id: await city.donorOf(document), document };
}

const codesOf = (id: string, count: number) => showCodes(city.core, id, NOW, count);
const atGate = async (code: string | undefined, seconds = 0) => {
  const at = instant(`2026-11-24T12:00:${String(seconds).padStart(2, '0')}+08:00`);
  return (await scan(city.core, WHOLE_CITY, { code: code ?? '', venue: 'jinci-museum', at })).code;
};
const byHand = async (donorId: string) => {
  const request = { donorId, venue: 'jinci-museum', clerk: 'c', reason: 'no phone', at: NOW };
  return (await admit(city.core, WHOLE_CITY, request)).code;
};
const freeze = (id: string, body: object) => li.post(`/donors/${id}/freezes`, body);
const decide = (who: Signed, id: string, granted = true) =>
  who.post(`/approvals/${id}/decision`, granted ? { granted } : { granted, reason: 'not so' });

test('suspended by one person at once: no gate, no manual fallback, no new pass; and back', async () => {
  const { id, document } = await newDonor();
  const [first, second, third] = await codesOf(id, 3);
  const preview = await freeze(id, { because: 'lost', reason: 'lost phone', preview: true });
  expect([preview.status, preview.body.approval]).toEqual([200, { needed: false }]);
  expect(await atGate(first)).toBe('granted');
  const done = await freeze(id, { because: 'lost', reason: 'lost phone' });
  expect([done.status, done.body.kept]).toEqual([200, true]);
  expect(done.body.effect.passesRevoked).toBeGreaterThan(0);
  expect(await atGate(second, 10)).toBe('suspended');
  expect(await byHand(id)).toBe('suspended');
  expect(await findPassPeriods(city.core, id, 'phone', NOW)).toEqual([]);
  const ask = ['decide', '--document', document, '--on', TODAY, '--benefit', 'ride'];
  const { status, answer } = await runLiyu(city, [...ask, '--line', 'metro-1']);
  expect([status, answer.granted, answer.code]).toEqual([1, false, 'suspended']);
  expect((await freeze(id, { because: 'lost', reason: 'again' })).body.code).toBe('frozen_already');
  expect((await describeStanding(city.core, id, TODAY)).frozen).toMatchObject({ because: 'lost' });

  const back = await li.post(`/donors/${id}/reinstatements`, { reason: 'found again' });
  expect([back.status, back.body.kept]).toEqual([200, true]);
  expect(await atGate(third, 20)).toBe('already_today');
  expect((await describeStanding(city.core, id, TODAY)).frozen).toBe(null);
  const none = await li.post(`/donors/${id}/reinstatements`, { reason: 'again' });
  expect([none.status, none.body.code]).toEqual([409, 'not_frozen']);
  const uses = await city.core.database
    .selectFrom('redemption')
    .select('redemption_id')
    .where('donor_id', '=', id)
    .execute();
  expect(uses).toHaveLength(1);
});

test('an id in capitals is the same id, in what is suspended and in the audit log', async () => {
  const { id } = await newDonor();
  const [code] = await codesOf(id, 1);
  const done = await freeze(id.toUpperCase(), { because: 'lost', reason: 'lost phone' });
  expect(done.body.effect).toMatchObject({ donors: [{ donorId: id, after: null }] });
  expect(done.body.effect.passesRevoked).toBeGreaterThan(0);
  expect(await atGate(code)).toBe('suspended');
  expect((await li.get(`/donors/${id.toUpperCase()}`)).status).toBe(200);
  expect(await verifyAudit(city.core)).toMatchObject({ ok: true, problems: [] });
});

describe('revoked by two', () => {
  test('until the second agrees nothing happens; then its passes are revoked for good', async () => {
    const { id } = await newDonor();
    const [first, second] = await codesOf(id, 2);
    const asked = await freeze(id, { because: 'misuse', reason: 'lent out', revoke: true });
    expect(asked.status).toBe(202);
    expect(asked.body.effect).toMatchObject({ lost: 1, donors: [{ after: null, lost: true }] });
    expect(await atGate(first)).toBe('granted');
    expect((await decide(wang, asked.body.approval.id)).status).toBe(200);
    expect(await atGate(second, 10)).toBe('revoked');
    expect(await byHand(id)).toBe('revoked');

    const appealed = await li.post(`/donors/${id}/appeals`, { reason: 'it was stolen' });
    expect(appealed.status).toBe(202);
    const own = await decide(wang, appealed.body.approval.id);
    expect([own.status, own.body.code]).toEqual([403, 'own_revocation']);
    expect((await decide(zhao, appealed.body.approval.id)).status).toBe(200);
    expect(await byHand(id)).toBe('already_today');
    const { body } = await li.get(`/donors/${id}/freezes`);
    expect(body.map((one: { event: string }) => one.event)).toEqual([
      ...['revoked', 'appealed', 'reinstated'],
    ]);
    expect(body[0]).toMatchObject({ recordedBy: 'li', approvedBy: 'wang', because: 'misuse' });
    expect(await atGate(second, 20)).toBe('revoked');
    expect((await codesOf(id, 1)).length).toBe(1);
  });

  test('an appeal that is refused changes nothing; a suspended card can be revoked', async () => {
    const { id } = await newDonor();
    await freeze(id, { because: 'death', reason: 'told by the family' });
    const asked = await freeze(id, { because: 'death', reason: 'certificate seen', revoke: true });
    await decide(wang, asked.body.approval.id);
    const appealed = await li.post(`/donors/${id}/appeals`, { reason: 'a mistake' });
    expect((await decide(zhao, appealed.body.approval.id, false)).body.outcome).toBe('refused');
    expect(await byHand(id)).toBe('revoked');
    expect((await freeze(id, { because: 'lost', reason: 'again' })).body.code).toBe(
      'frozen_already',
    );
  });
});

test('merged with a frozen donor the person is frozen; undone, only he is', async () => {
  const [bad, good] = [await newDonor(), await newDonor()];
  const [code, later] = await codesOf(good.id, 2);
  await freeze(bad.id, { because: 'misuse', reason: 'lent out' });
  const manner = { by: 'li', mode: 'at_once' } as const;
  const body = { from: bad.id, into: good.id, reason: 'one person' };
  const merged = await doOrAsk(city.core, merge, body, manner);
  if ('refused' in merged) throw new Error(merged.refused);
  expect(await atGate(code)).toBe('suspended');
  expect(await byHand(good.id)).toBe('suspended');
  const undoing = { mergeId: String(merged.answer.mergeId), reason: 'two people' };
  await doOrAsk(city.core, undoMerge, undoing, manner);
  expect([await byHand(good.id), await byHand(bad.id)]).toEqual(['granted', 'suspended']);
  expect(await atGate(later, 10)).toBe('revoked');
});

test('a frozen card binds no phone, and its donor is told nothing', async () => {
  const document = residentNumber(900);
  const row = { number: 'TOLD', document, donatedOn: '2026-05-05', phone: '13800000001' };
  await city.importRows([row]);
  const id = await city.donorOf(document);
  await freeze(id, { because: 'death', reason: 'told by the family' });
  const told: string[] = [];
  const sms = {
    send: async ({ to }: { to: string }) => {
      told.push(to);
      return { kind: 'sent' } as const;
    },
    close: () => {},
  };
  await deliverDue(city.core, { sms, email: undefined });
  expect(told).not.toContain('13800000001');
  const claiming = { by: 'clerk', seen: 'identity card' };
  await claimAtCounter(city.core, { document }, claiming);
  expect(await bindPhone(city.core, id, city.core.newId(), [])).toEqual({ refused: 'suspended' });
  await li.post(`/donors/${id}/reinstatements`, { reason: 'another of that name' });
  await city.importRows([{ ...row, number: 'TOLD2', donatedOn: '2026-11-23' }]);
  await deliverDue(city.core, { sms, email: undefined });
  expect(told).toContain('13800000001');
});

test('on the command line; asked about a day before, the card was free', async () => {
  const { id, document } = await newDonor();
  const done = await runLiyu(city, [
    ...['freeze', '--document', document, '--because', 'request', '--revoke', '--reason', 'asked'],
  ]);
  expect([done.status, done.answer.approval]).toEqual([0, { needed: true, by: 'development' }]);
  const ask = (on: string) => runLiyu(city, ['standing', '--document', document, '--on', on]);
  expect((await ask('2026-11-24')).answer.frozen).toMatchObject({ state: 'revoked' });
  expect((await ask('2026-11-23')).answer.frozen).toBe(null);
  const appealed = await runLiyu(city, ['appeal', '--donor', id, '--reason', 'changed his mind']);
  expect(appealed.status).toBe(1);
  const approve = ['approve', appealed.answer.approval.id, '--login', 'zhao'];
  expect((await runLiyu(city, approve)).answer.outcome).toBe('approved');
  expect((await ask('2026-11-24')).answer.frozen).toBe(null);
  const nobody = ['unfreeze', '--donor', city.core.newId(), '--reason', 'x'];
  expect((await runLiyu(city, nobody)).answer.refused).toBe('unknown_donor');
});

test('the audit log speaks of all of it', async () => {
  expect(await verifyAudit(city.core)).toMatchObject({ ok: true, problems: [] });
});
