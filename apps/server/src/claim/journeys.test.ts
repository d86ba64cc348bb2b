/** From a number to an open gate, and from a counter to a printed card: over HTTP, as in production. */
import { isCertificateNumber } from '@liyu/domain/card';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  codeSentTo,
  DonorPhone,
  keptChannels,
  openProduction,
  TOKEN,
} from '../../test/donor-phone.ts';
import { openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { sequenceLeaves, verifyAudit } from '../audit/workflow.ts';
import { changeDonor } from '../donor/change.ts';
import { deliverDue } from '../notice/deliver.ts';
import { scan } from '../redemption/workflow.ts';

const [OWN, SHARED, NEW] = ['15400000001', '15400000002', '15400000003'];
const [own, first, second, silent, past, moving] = [1, 2, 3, 4, 5, 6].map(residentNumber) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const MOVING = '15400000006';
const [LOST, FOUND] = ['15400000007', '15400000008'];
const losing = residentNumber(7);
const twice = residentNumber(8);
const CLERK = { authorization: `Bearer ${TOKEN}` };
let city: TestCore;
let server: FastifyInstance;

beforeAll(async () => {
  city = await openTestCore('2026-11-24T08:00:00+08:00');
  const donatedOn = '2026-06-10';
  await city.importRows([
    { number: 'A1', document: own, donatedOn, phone: OWN },
    { number: 'A2', document: first, donatedOn, phone: SHARED },
    { number: 'A3', document: second, donatedOn, phone: SHARED },
    { number: 'A4', document: silent, donatedOn, name: '静心' },
    { number: 'A5', document: past, donatedOn: '2020-01-01', phone: '15400000005' },
    { number: 'A6', document: moving, donatedOn, phone: MOVING },
    { number: 'A7', document: losing, donatedOn, phone: LOST },
    { number: 'A8', document: twice, donatedOn, name: '双双' },
  ]);
  server = await openProduction(city.core);
});
afterAll(async () => {
  await server.close();
  await city.close();
});

const phone = (address?: string): DonorPhone => new DonorPhone(server, city.core, address);
const gate = (code: string, venue = 'metro-demo') =>
  scan(city.core, WHOLE_CITY, { code, venue, at: city.core.clock.now() });

test('a donor with a phone claims, binds it, and the gate opens', async () => {
  const mine = phone();
  expect((await mine.call('GET', '/donors/me')).statusCode).toBe(401);
  expect((await mine.signIn(OWN)).statusCode).toBe(200);
  const offered = (await mine.call('GET', '/donors/me')).json();
  expect(offered).toMatchObject({
    name: '测**',
    phone: '154****0001',
    counts: { city: '1', award: '1' },
    tier: 'first',
    card: { kind: 'annual', validThrough: '2027-06-10', state: 'valid', holding: 'offered' },
    certificateNumber: null,
    notices: { channel: 'sms', language: 'zh', email: null },
  });
  const early = await mine.bind();
  expect([early.statusCode, early.json().code]).toEqual([409, 'not_claimed']);
  const claimed = await mine.call('POST', '/claims', { document: own });
  expect(claimed.json()).toMatchObject({
    identifiedBy: 'phone',
    claimedAt: '2026-11-24T00:00:00.000Z',
  });
  const { certificateNumber } = claimed.json();
  expect(certificateNumber).toMatch(/^2026/);
  expect(isCertificateNumber(certificateNumber)).toBe(true);
  expect((await mine.call('POST', '/claims', { document: own })).json()).toEqual(claimed.json());
  expect((await mine.call('GET', '/donors/me')).json()).toMatchObject({
    card: { holding: 'claimed' },
    certificateNumber,
  });
  const bound = await mine.bind();
  expect(bound.json()).toMatchObject({ moved: false });
  expect(await gate(await mine.show(1))).toMatchObject({ open: true, code: 'granted' });
});

test('another phone ends the one before, says so, and tells the donor; four moves are too many', async () => {
  const phones = Array.from({ length: 5 }, () => phone());
  const [mine, ...others] = phones as [DonorPhone, ...DonorPhone[]];
  await mine.signIn(MOVING);
  await mine.call('POST', '/claims', { document: moving });
  expect((await mine.bind()).json().moved).toBe(false);
  expect((await mine.bind()).json().moved).toBe(false);
  const answers = [];
  for (const other of others) {
    await other.signIn(MOVING);
    answers.push(await other.bind());
  }
  const outcomes = answers.map((answer) => answer.json().moved ?? answer.json().code);
  expect(outcomes).toEqual([true, true, true, 'too_many_moves']);
  expect(answers[3]?.headers['retry-after']).toBe('Mon, 30 Nov 2026 16:00:00 GMT');
  expect(await gate(await mine.show(1))).toMatchObject({ open: false, code: 'revoked' });
  const last = others[2] as DonorPhone;
  expect(await gate(await last.show(1))).toMatchObject({ open: true });
  expect((await mine.bind()).json().code).toBe('too_many_moves');
  const bound = city.core.database.selectFrom('notice').where('kind', '=', 'phone_bound');
  expect(await bound.select('notice_id').execute()).toHaveLength(3);
  city.setNow('2026-12-01T00:00:30+08:00');
  expect((await mine.bind()).json()).toMatchObject({ moved: true });
  city.setNow('2026-11-24T09:00:00+08:00');
});

test('of several donors with one number the document says who it is', async () => {
  const family = phone();
  const which = await family.signIn(SHARED);
  expect([which.statusCode, which.json().code]).toEqual([409, 'document_needed']);
  expect((await family.signIn(SHARED, { document: second })).statusCode).toBe(200);
  expect((await family.call('POST', '/claims', { document: second })).statusCode).toBe(200);
  const other = await family.call('POST', '/claims', { document: first });
  expect([other.statusCode, other.json().code]).toEqual([403, 'document_not_accepted']);
});

test("somebody else's document looks like one that nobody has", async () => {
  const thief = phone();
  const foreign = await thief.signIn(SHARED, { document: own });
  const unknown = await thief.signIn(SHARED, { document: residentNumber(99) });
  const stranger = await thief.signIn('15499999999', { document: own });
  for (const answer of [foreign, unknown, stranger]) {
    expect(answer.statusCode).toBe(401);
    expect(answer.body).toBe(unknown.body);
    expect(answer.headers['set-cookie']).toBeUndefined();
  }
  const mine = phone();
  await mine.signIn(OWN);
  const answers = [];
  for (const document of [second, residentNumber(99)]) {
    answers.push(await mine.call('POST', '/claims', { document }));
  }
  expect(answers[0]?.body).toBe(answers[1]?.body);
  expect(answers[0]?.statusCode).toBe(403);
});

test('without a number on record, a donation and the name identify, once', async () => {
  const knownDonation = { document: silent, donationNumber: 'A4', name: '静心' };
  const wrong = phone();
  for (const part of [{ donationNumber: 'A1' }, { name: '静' }, { document: own }]) {
    const tried = await wrong.signIn(
      NEW,
      { knownDonation: { ...knownDonation, ...part } },
      { ...knownDonation, ...part },
    );
    expect(tried.statusCode).toBe(401);
  }
  const mine = phone('203.0.113.8');
  expect((await mine.signIn(NEW, { knownDonation }, knownDonation)).statusCode).toBe(200);
  expect((await mine.call('GET', '/donors/me')).json().phone).toBe('154****0003');
  const claimed = await mine.call('POST', '/claims', { document: silent });
  expect(claimed.json().identifiedBy).toBe('donation');
  const again = phone('203.0.113.9');
  expect((await again.signIn('15400000004', { knownDonation }, knownDonation)).statusCode).toBe(
    401,
  );
  expect((await again.signIn(NEW)).statusCode).toBe(200);
});

test('of two who show one donation at the same moment one is in', async () => {
  const knownDonation = { document: twice, donationNumber: 'A8', name: '双双' };
  const numbers = ['15400000018', '15400000019'];
  const sent = [];
  for (const number of numbers) {
    const asking = phone();
    await asking.call('POST', '/one-time-codes', { phone: number, knownDonation });
    sent.push({ asking, number, code: await codeSentTo(city.core, number) });
  }
  const answers = await Promise.all(
    sent.map(({ asking, number, code }) =>
      asking.call('POST', '/donor-sessions', { phone: number, code, knownDonation }),
    ),
  );
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401]);
});

test('at the counter: claimed by a clerk, printed, and a site lets in', async () => {
  const counter = phone();
  const seen = 'identity card seen';
  const print = () =>
    counter.call('POST', '/passes/printed', { document: first, seen: 'same' }, CLERK);
  expect((await print()).json().code).toBe('not_claimed');
  const claimed = await counter.call(
    'POST',
    '/claims/counter',
    { document: first, documentType: 'resident_id', seen },
    CLERK,
  );
  expect(claimed.json()).toMatchObject({ name: '测**', identifiedBy: 'counter' });
  expect(claimed.body).not.toContain(first);
  const row = await city.core.database
    .selectFrom('claim')
    .select(['claimed_by', 'seen'])
    .where('certificate_number', '=', claimed.json().certificateNumber)
    .executeTakeFirst();
  expect(row).toEqual({ claimed_by: 'owner', seen });
  const printed = (await print()).json();
  const again = (await print()).json();
  expect(await gate(printed.code, 'jinci-museum')).toMatchObject({ open: false, code: 'revoked' });
  expect(await gate(again.code, 'jinci-museum')).toMatchObject({ open: true });
  const nobody = await counter.call(
    'POST',
    '/claims/counter',
    { document: residentNumber(98), seen },
    CLERK,
  );
  expect([nobody.statusCode, nobody.json().code]).toEqual([404, 'unknown_donor']);
  const noCard = await counter.call('POST', '/claims/counter', { document: past, seen }, CLERK);
  expect([noCard.statusCode, noCard.json().code]).toEqual([409, 'no_card']);
  const stranger = await counter.call('POST', '/claims/counter', { document: own, seen });
  expect(stranger.statusCode).toBe(401);
});

test('a session ends by itself and by signing out; a foreign page has no use of it', async () => {
  const mine = phone();
  const opened = await mine.signIn(OWN);
  expect(String(opened.headers['set-cookie'])).toMatch(/HttpOnly; Secure; SameSite=Strict/);
  const { cookie } = mine;
  const stored = await city.core.database.selectFrom('donor_session').selectAll().execute();
  expect(JSON.stringify(stored)).not.toContain(cookie);
  const foreign = { 'sec-fetch-site': 'cross-site' };
  expect((await mine.call('POST', '/claims', { document: own }, foreign)).statusCode).toBe(403);
  city.setNow('2026-12-20T09:00:00+08:00');
  expect((await mine.call('GET', '/donors/me')).statusCode).toBe(200);
  city.setNow('2027-01-18T09:00:00+08:00');
  expect((await mine.call('GET', '/donors/me')).statusCode).toBe(200);
  city.setNow('2027-02-18T09:00:00+08:00');
  expect((await mine.call('GET', '/donors/me')).statusCode).toBe(401);
  city.setNow('2026-11-25T09:00:00+08:00');
  await mine.signIn(OWN);
  await mine.call('DELETE', '/donor-sessions/current');
  expect((await mine.call('GET', '/donors/me')).statusCode).toBe(401);
  expect(mine.cookie).toBeUndefined();
});

test('another number on record ends what is signed in by the one before', async () => {
  const lost = phone();
  expect((await lost.signIn(LOST)).statusCode).toBe(200);
  const donorId = await city.donorOf(losing);
  city.setNow('2026-11-25T10:00:00+08:00');
  const reason = 'the telephone was stolen';
  await changeDonor(city.core, donorId, { phone: FOUND, reason }, { by: 'li', preview: false });
  expect((await lost.call('GET', '/donors/me')).statusCode).toBe(401);
  expect((await lost.call('POST', '/claims', { document: losing })).statusCode).toBe(401);
  expect((await lost.signIn(LOST)).statusCode).toBe(401);
  const other = phone();
  expect((await other.signIn(FOUND)).statusCode).toBe(200);
  expect((await other.call('GET', '/donors/me')).statusCode).toBe(200);
});

test('a donor chooses how to be told; the address is nowhere in the clear', async () => {
  const mine = phone();
  await mine.signIn(OWN);
  const email = 'canary@example.org';
  const wrong = { channel: 'email', language: 'en', email: null };
  const refused = await mine.call('PUT', '/donors/me/notices', wrong);
  expect(refused.json().errors[0].pointer).toBe('/email');
  const chosen = { channel: 'email', language: 'en', email };
  expect((await mine.call('PUT', '/donors/me/notices', chosen)).json()).toEqual(chosen);
  const row = await city.core.database.selectFrom('notice_choice').selectAll().executeTakeFirst();
  expect(Buffer.from(row?.email ?? []).includes(email)).toBe(false);
  expect((await mine.call('GET', '/donors/me')).json().notices).toEqual(chosen);
});

test('every claim, binding and printed card stands in the audit log', async () => {
  await deliverDue(city.core, keptChannels().channels);
  await sequenceLeaves(city.core);
  const report = await verifyAudit(city.core);
  expect(report.problems).toEqual([]);
  const leaves = await city.core.database.selectFrom('audit_leaf').select('subject').execute();
  const counted = Map.groupBy(leaves, ({ subject }) => subject);
  expect(counted.get('claim')).toHaveLength(5);
  expect(counted.get('phone_binding')).toHaveLength(6);
  expect(counted.get('card_printing')).toHaveLength(2);
});
