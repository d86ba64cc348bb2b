/** Single passes frozen on the real database: at once, in the lists too, while the card goes on. */
import { secondsOf } from '@liyu/domain/kernel';
import { verifyStatusList } from '@liyu/pass';
import { generateKey, nodeCrypto, pointFromJwk } from '@liyu/pass/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLiyu } from '../../test/command.ts';
import { openStaffServer, type Signed, type StaffServer } from '../../test/staff.ts';
import { instant, openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { verifyAudit } from '../audit/workflow.ts';
import { claimAtCounter } from '../claim/workflow.ts';
import { buildHttp } from '../edge/http.ts';
import { deliverDue } from '../notice/deliver.ts';
import { scan } from '../redemption/workflow.ts';
import { bindPhone } from './binding.ts';
import { showCodes } from './development-phone.ts';
import { printCardFor } from './printing.ts';
import { loadPasses } from './store.ts';

const NOON = '2026-11-24T12:00:00+08:00';
const NOW = instant(NOON);
let city: TestCore;
let staff: StaffServer;
let li: Signed;
let wang: Signed;
let people = 0;

beforeAll(async () => {
  city = await openTestCore(NOON);
  staff = await openStaffServer(city);
  li = await staff.signIn('li', 'operator');
  wang = await staff.signIn('wang', 'approver');
  await wang.stepUp();
});
afterAll(async () => {
  await staff.close();
  await city.close();
});

async function newDonor(): Promise<{ id: string; document: string; phone: string }> {
  people += 1;
  const document = residentNumber(people);
  const phone = `1380000${String(people).padStart(4, '0')}`;
  await city.importRows([{ number: `P${people}`, document, donatedOn: '2026-05-05', phone }]);
  return { id: await city.donorOf(document), document, phone };
}

const atGate = async (code: string | undefined, seconds: number, venue = 'bus-regular') => {
  const at = instant(`2026-11-24T12:00:${String(seconds).padStart(2, '0')}+08:00`);
  return (await scan(city.core, WHOLE_CITY, { code: code ?? '', venue, at })).code;
};
/** The pass that is good now, of those that a binding made. */
const currentOf = async (id: string) => {
  const passes = await loadPasses(city.core.database, id);
  const good = passes.find(
    (pass) => pass.status !== 'revoked' && pass.beginsAt <= NOW && NOW < pass.endsAt,
  );
  if (good === undefined) throw new Error('the donor has a pass');
  return good;
};
const freeze = (id: string, passId: string, body: object) =>
  li.post(`/donors/${id}/passes/${passId}/freezes`, body);
const lift = (id: string, passId: string, body: object) =>
  li.post(`/donors/${id}/passes/${passId}/reinstatements`, body);
const LOST = { because: 'lost', reason: 'left on a bus' };

/** What the published list says of the pass, read as a gate reads it. */
async function listedOf(passId: string): Promise<string | undefined> {
  const row = await city.core.database
    .selectFrom('pass_status')
    .selectAll()
    .where('pass_id', '=', passId)
    .executeTakeFirstOrThrow();
  const server = await buildHttp({
    core: city.core,
    token: 'x'.repeat(43),
    open: true,
    logLevel: 'silent',
    checkAnswers: false,
  });
  const id = Buffer.from(row.key_id).toString('hex');
  const { rawPayload } = await server.inject(`/api/v1/status-lists/${id}`);
  await server.close();
  const now = secondsOf(NOW);
  const { list } = await city.core.keyring.trustList(now);
  const entry = list.entries.find((one) => Buffer.from(one.kid).toString('hex') === id);
  if (entry === undefined) throw new Error('the key is trusted');
  const read = await verifyStatusList(rawPayload, entry, { now, crypto: nodeCrypto });
  if (!read.ok) throw new Error(read.detail);
  return read.list.statusOf(row.status_index);
}

test('one pass is suspended at once by one person, in the list too, and lifted; the card goes on', async () => {
  const { id, phone } = await newDonor();
  const [first, second, third] = await showCodes(city.core, id, NOW, 3);
  const { passId } = await currentOf(id);
  const preview = await freeze(id, passId, { ...LOST, preview: true });
  expect([preview.status, preview.body.approval]).toEqual([200, { needed: false }]);
  expect(await listedOf(passId)).toBe('valid');
  expect(await atGate(first, 0)).toBe('granted');
  const done = await freeze(id, passId, LOST);
  expect([done.status, done.body.kept]).toEqual([200, true]);
  expect(done.body.effect).toMatchObject({ lost: 0, passesRevoked: 1 });
  expect(await listedOf(passId)).toBe('suspended');
  expect(await atGate(second, 10)).toBe('suspended');
  expect((await freeze(id, passId, LOST)).body.code).toBe('frozen_already');
  const { body } = await li.get(`/donors/${id}/passes`);
  const line = body.find((one: { passId: string }) => one.passId === passId);
  expect(line).toMatchObject({
    status: 'suspended',
    freezes: [{ event: 'suspended', because: 'lost', recordedBy: 'li', approvedBy: null }],
  });
  expect(body.filter((one: { status: string }) => one.status === 'valid').length).toBe(
    body.length - 1,
  );
  const back = await lift(id, passId, { reason: 'found' });
  expect([back.status, back.body.kept]).toEqual([200, true]);
  expect(await listedOf(passId)).toBe('valid');
  expect(await atGate(third, 20, 'jinci-museum')).toBe('granted');
  expect((await lift(id, passId, { reason: 'again' })).body.code).toBe('not_frozen');
  const told: string[] = [];
  const sms = {
    send: async ({ to, text }: { to: string; text: string }) => {
      if (to === phone) told.push(text);
      return { kind: 'sent' } as const;
    },
    close: () => {},
  };
  await deliverDue(city.core, { sms, email: undefined });
  expect(told).toContainEqual(expect.stringContaining('已暂停使用'));
  expect(told).toContainEqual(expect.stringContaining('已恢复使用'));
  expect(told.join()).not.toMatch(/献血|left on a bus|挂失|错误|更正/);
});

test('a whole phone: no pass of it opens, it binds no more, and another one does', async () => {
  const { id, document } = await newDonor();
  await claimAtCounter(city.core, { document }, { by: 'clerk', seen: 'identity card' });
  const keys = () => Array.from({ length: 5 }, () => pointFromJwk(generateKey().privateJwk));
  const [stolen, other] = [city.core.newId(), city.core.newId()];
  const bound = await bindPhone(city.core, id, stolen, keys());
  if ('refused' in bound) throw new Error(bound.refused);
  const { passId } = await currentOf(id);
  await freeze(id, passId, { ...LOST, whole: true });
  const statuses = async () =>
    (await loadPasses(city.core.database, id))
      .filter((pass) => pass.phoneId === stolen)
      .map(({ status }) => status);
  expect(await statuses()).toEqual(bound.passes.map(() => 'suspended'));
  expect(await bindPhone(city.core, id, stolen, keys())).toEqual({ refused: 'phone_frozen' });
  expect(await bindPhone(city.core, id, other, keys())).toMatchObject({ moved: true });
  expect(await statuses()).toEqual(bound.passes.map(() => 'revoked'));
  const late = await lift(id, passId, { reason: 'found', whole: true });
  expect([late.status, late.body.code]).toEqual([409, 'pass_replaced']);
});

test('revoked by two, for good', async () => {
  const { id } = await newDonor();
  const [first, second] = await showCodes(city.core, id, NOW, 2);
  const { passId } = await currentOf(id);
  const asked = await freeze(id, passId, { because: 'cloned', reason: 'two places', revoke: true });
  expect([asked.status, asked.body.kept]).toEqual([202, false]);
  expect(await atGate(first, 0)).toBe('granted');
  const url = `/approvals/${asked.body.approval.id}/decision`;
  expect((await li.post(url, { granted: true })).status).toBe(403);
  expect((await wang.post(url, { granted: true })).status).toBe(200);
  expect(await listedOf(passId)).toBe('revoked');
  expect(await atGate(second, 10)).toBe('revoked');
  expect((await lift(id, passId, { reason: 'no' })).body.code).toBe('not_frozen');
});

test('a card that is given back leaves the passes suspended that are so for themselves', async () => {
  const { id } = await newDonor();
  const [code] = await showCodes(city.core, id, NOW, 1);
  const { passId } = await currentOf(id);
  await freeze(id, passId, LOST);
  await li.post(`/donors/${id}/freezes`, { because: 'lost', reason: 'all of it' });
  await lift(id, passId, { reason: 'found, but the card is not' });
  expect(await atGate(code, 0)).toBe('suspended');
  await freeze(id, passId, LOST);
  await li.post(`/donors/${id}/reinstatements`, { reason: 'found' });
  expect(await atGate(code, 1)).toBe('suspended');
  await lift(id, passId, { reason: 'found' });
  expect(await atGate(code, 2)).toBe('granted');
});

test('a lost printed card is suspended, and a new one printed', async () => {
  const { id, document } = await newDonor();
  const clerk = { by: 'clerk', seen: 'identity card' };
  await claimAtCounter(city.core, { document }, clerk);
  const first = await printCardFor(city.core, { document }, clerk);
  const [lost] = await loadPasses(city.core.database, id);
  await freeze(id, lost?.passId ?? '', LOST);
  const second = await printCardFor(city.core, { document }, clerk);
  if ('refused' in first || 'refused' in second) throw new Error('both are printed');
  expect(await atGate(first.code, 0, 'jinci-museum')).toBe('revoked');
  expect(await atGate(second.code, 1, 'jinci-museum')).toBe('granted');
});

test('on the command line; what is not there, and what has ended', async () => {
  const { id, document } = await newDonor();
  await showCodes(city.core, id, NOW, 1);
  const { passId, endsAt } = await currentOf(id);
  const listed = await runLiyu(city, ['passes', '--document', document]);
  expect(listed.answer).toContainEqual(expect.objectContaining({ passId, status: 'valid' }));
  const run = (command: string, pass: string, ...more: string[]) =>
    runLiyu(city, [command, '--donor', id, '--pass', pass, '--reason', 'told by him', ...more]);
  expect((await run('freeze', passId, '--because', 'death')).status).toBe(2);
  const done = await run('freeze', passId, '--because', 'lost', '--whole');
  expect([done.status, done.answer.answer.passes]).toEqual([0, expect.arrayContaining([passId])]);
  expect((await run('unfreeze', passId)).answer.answer).toMatchObject({ passes: [passId] });
  const unknown = await run('freeze', city.core.newId(), '--because', 'lost');
  expect([unknown.status, unknown.answer.refused]).toEqual([1, 'unknown_pass']);
  const late = await run('freeze', passId, '--because', 'lost', '--at', endsAt);
  expect([late.status, late.answer.refused]).toEqual([1, 'pass_ended']);
});

test('the audit log speaks of all of it', async () => {
  expect(await verifyAudit(city.core)).toMatchObject({ ok: true, problems: [] });
});
