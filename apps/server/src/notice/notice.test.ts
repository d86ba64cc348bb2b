import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DonorPhone, keptChannels, openProduction, TOKEN } from '../../test/donor-phone.ts';
import { openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { createDailyTurn } from '../daily.ts';
import { correctDonation } from '../donation/correct.ts';
import type { Channels, Message, Outcome } from './channel.ts';
import { deliverDue } from './deliver.ts';
import { chooseNotices, enqueueNotices } from './workflow.ts';

const NOON = '2026-11-24T12:00:00+08:00';
let city: TestCore;
let people = 0;
let gifts = 0;

beforeAll(async () => {
  city = await openTestCore(NOON);
});
afterAll(() => city.close());
beforeEach(async () => {
  city.setNow(NOON);
  await deliverDue(city.core, keptChannels().channels);
});

interface Donor {
  readonly document: string;
  readonly phone: string;
  readonly donorId: string;
  give(donatedOn: string, more?: object): Promise<string>;
}

/** A new donor with a number, who has given on that day. */
async function donor(donatedOn: string, more: object = {}): Promise<Donor> {
  people += 1;
  const document = residentNumber(people);
  const phone = `1540000${String(people).padStart(4, '0')}`;
  const give = async (on: string, what: object = {}): Promise<string> => {
    gifts += 1;
    const number = `G${gifts}`;
    await city.importRows([{ number, document, donatedOn: on, phone, ...what }]);
    return number;
  };
  await give(donatedOn, more);
  return { document, phone, donorId: await city.donorOf(document), give };
}

/** What comes to the number when everything due is sent. */
async function textsTo(to: string): Promise<string[]> {
  const { channels, sent } = keptChannels();
  await deliverDue(city.core, channels);
  return sent.filter((message) => message.to === to).map(({ kind }) => kind);
}

/** Channels that answer so, and keep what they were asked to send. */
function answering(outcome: Outcome): { channels: Channels; asked: Message[] } {
  const asked: Message[] = [];
  const channel = {
    async send(message: Message) {
      asked.push(message);
      return outcome;
    },
    close() {},
  };
  return { channels: { sms: channel, email: channel }, asked };
}

const noticesOf = (donorId: string) =>
  city.core.database
    .selectFrom('notice')
    .selectAll()
    .where('donor_id', '=', donorId)
    .orderBy('notice_id')
    .execute();

test('a card, its extension and the honour card are told, in the words of the city', async () => {
  const { channels, sent } = keptChannels();
  const one = await donor('2026-06-10');
  await deliverDue(city.core, channels);
  expect(sent.map(({ to, text }) => [to, text])).toEqual([
    [
      one.phone,
      city.core.programme.notices
        .get('new_card')
        ?.text.zh.replace('{validThrough}', '2027年6月10日'),
    ],
  ]);
  await one.give('2026-11-20', { amount: '400' });
  expect(await textsTo(one.phone)).toEqual(['card_extended']);
  await one.give('2026-11-21', { kind: 'stem_cells' });
  expect((await textsTo(one.phone)).sort()).toEqual(['honour_card', 'new_tier']);
});

test('who has an honour card hears of a new design alone, and of each once', async () => {
  const one = await donor('2010-05-05', { kind: 'apheresis_platelets', amount: '2' });
  for (let year = 11; year < 20; year += 1) {
    await one.give(`20${year}-05-05`, { kind: 'apheresis_platelets', amount: '2' });
  }
  await textsTo(one.phone);
  for (let month = 1; month < 5; month += 1) {
    await one.give(`2020-0${month}-05`, { kind: 'apheresis_platelets', amount: '2' });
  }
  expect(await textsTo(one.phone)).toEqual([]);
  const last = await one.give('2020-05-05', { kind: 'apheresis_platelets', amount: '2' });
  expect(await textsTo(one.phone)).toEqual(['new_tier']);
  await correct(last, 'mistake');
  expect(await textsTo(one.phone)).toEqual([]);
  await one.give('2020-06-05', { kind: 'apheresis_platelets', amount: '2' });
  expect(await textsTo(one.phone)).toEqual([]);
});

test('a card that has ended already is no news; neither is the same file again', async () => {
  const past = await donor('2025-03-01');
  expect(await textsTo(past.phone)).toEqual([]);
  const one = await donor('2026-06-10');
  expect(await textsTo(one.phone)).toEqual(['new_card']);
  const document = one.document;
  await city.importRows([{ number: `G${gifts}`, document, donatedOn: '2026-06-10' }]);
  expect(await textsTo(one.phone)).toEqual([]);
});

/** Records a correction as an operator does. */
function correct(donation: string, correction: 'voided' | 'mistake') {
  const request = { donation, correction, reason: 'found later' };
  return correctDonation(city.core, request, { by: 'operator', mode: 'at_once' });
}

test.each(['voided', 'mistake'] as const)(
  'a donation found %s makes no notice, whatever becomes of the card',
  async (correction) => {
    const one = await donor('2026-03-10');
    const second = await one.give('2026-09-10');
    await textsTo(one.phone);
    const before = await noticesOf(one.donorId);
    expect(await correct(second, correction)).not.toHaveProperty('refused');
    expect(await noticesOf(one.donorId)).toEqual(before);
    expect(await textsTo(one.phone)).toEqual([]);
  },
);

test('what could not be sent is tried again, later each time, then given up and seen', async () => {
  const one = await donor('2026-06-10');
  const { channels, asked } = answering({ kind: 'again', why: 'the gateway did not answer' });
  const waits: number[] = [];
  let now = Date.parse('2026-11-24T04:00:00Z');
  for (let count = 0; count < 12; count += 1) {
    await deliverDue(city.core, channels);
    await deliverDue(city.core, channels);
    expect(asked).toHaveLength(count + 1);
    const [row] = await noticesOf(one.donorId);
    if (row?.state !== 'waiting') break;
    const due = Date.parse(row.due_at);
    waits.push((due - now) / 1000);
    now = due;
    city.setNow(new Date(now).toISOString());
  }
  expect(asked).toHaveLength(12);
  expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
  for (const [at, wait] of waits.entries()) {
    const middle = Math.min(10 * 2 ** at, 3600);
    expect(wait).toBeGreaterThanOrEqual(middle * 0.5);
    expect(wait).toBeLessThanOrEqual(middle * 1.5 + 1);
  }
  const [row] = await noticesOf(one.donorId);
  const failure = 'the gateway did not answer';
  expect(row).toMatchObject({ state: 'failed', tries: 12, body: null, failure });
  const server = await openProduction(city.core);
  const operator = { authorization: `Bearer ${TOKEN}` };
  const listed = await new DonorPhone(server, city.core).call(
    'GET',
    '/notices',
    undefined,
    operator,
  );
  expect(listed.json().notices[0]).toMatchObject({ kind: 'new_card', state: 'failed', failure });
  expect(listed.body).not.toContain(one.phone);
  expect(listed.body).not.toContain(one.donorId);
  await server.close();
});

test('what the other side refuses for good is not tried again', async () => {
  const one = await donor('2026-06-10');
  const { channels, asked } = answering({ kind: 'never', why: 'the gateway answered 400' });
  await deliverDue(city.core, channels);
  city.setNow('2026-11-25T12:00:00+08:00');
  await deliverDue(city.core, channels);
  expect(asked).toHaveLength(1);
  expect((await noticesOf(one.donorId))[0]).toMatchObject({ state: 'failed', tries: 1 });
});

test('the same event is told once, however often it is written and sent', async () => {
  const one = await donor('2026-06-10');
  await textsTo(one.phone);
  const notice = { eventKey: 'event-1', kind: 'claimed', donorId: one.donorId } as const;
  const body = { values: {} };
  await enqueueNotices(city.core, city.core.database, [{ ...notice, body }]);
  await enqueueNotices(city.core, city.core.database, [{ ...notice, body }]);
  const { channels, sent } = keptChannels();
  await Promise.all(Array.from({ length: 4 }, () => deliverDue(city.core, channels)));
  await enqueueNotices(city.core, city.core.database, [{ ...notice, body }]);
  await deliverDue(city.core, channels);
  expect(sent.map(({ kind }) => kind)).toEqual(['claimed']);
});

test('a worker that died with a notice in hand holds it for two minutes', async () => {
  const one = await donor('2026-06-10');
  const asked = Promise.withResolvers<void>();
  const send = () => {
    asked.resolve();
    return new Promise<Outcome>(() => {});
  };
  void deliverDue(city.core, { sms: { send, close() {} }, email: undefined });
  await asked.promise;
  expect((await noticesOf(one.donorId))[0]).toMatchObject({ state: 'waiting', tries: 1 });
  expect(await textsTo(one.phone)).toEqual([]);
  city.setNow('2026-11-24T12:02:00+08:00');
  expect(await textsTo(one.phone)).toEqual(['new_card']);
});

test('a worker that comes back late changes nothing of what was tried since', async () => {
  const one = await donor('2026-06-10');
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Outcome>();
  const send = () => {
    asked.resolve();
    return answer.promise;
  };
  const late = deliverDue(city.core, { sms: { send, close() {} }, email: undefined });
  await asked.promise;
  city.setNow('2026-11-24T12:02:00+08:00');
  await deliverDue(city.core, answering({ kind: 'again', why: 'later' }).channels);
  answer.resolve({ kind: 'never', why: 'too late' });
  await late;
  const [row] = await noticesOf(one.donorId);
  expect(row).toMatchObject({ state: 'waiting', tries: 2, failure: 'later' });
  expect(row?.body).not.toBeNull();
});

test('the donor chooses: English by e-mail, or nothing; codes come always', async () => {
  const one = await donor('2026-06-10');
  await textsTo(one.phone);
  const email = 'donor@example.org';
  await chooseNotices(city.core, one.donorId, { channel: 'email', language: 'en', email });
  await one.give('2026-11-20');
  const { channels, sent } = keptChannels();
  await deliverDue(city.core, channels);
  expect(sent).toMatchObject([
    {
      to: email,
      subject: 'Your Liyu card goes on',
      text: expect.stringContaining('20 November 2027'),
    },
  ]);
  await chooseNotices(city.core, one.donorId, { channel: 'none', language: 'en', email: null });
  await one.give('2026-11-22');
  expect(await textsTo(one.phone)).toEqual([]);
  expect((await noticesOf(one.donorId)).at(-1)).toMatchObject({ state: 'not_wanted', body: null });
  const server = await openProduction(city.core);
  const signedIn = await new DonorPhone(server, city.core).signIn(one.phone);
  expect(signedIn.statusCode).toBe(200);
  await server.close();
});

test('that a card ends is told once, thirty days before, after nine in the morning', async () => {
  const one = await donor('2026-01-01');
  const moved = await donor('2026-01-01');
  await moved.give('2026-07-01');
  await textsTo(one.phone);
  const turn = createDailyTurn(city.core);
  const told: string[][] = [];
  for (const moment of [
    '2026-12-01T12:00:00+08:00',
    '2026-12-02T08:59:59+08:00',
    '2026-12-02T09:00:00+08:00',
    '2026-12-03T09:00:00+08:00',
  ]) {
    city.setNow(moment);
    await turn();
    told.push(await textsTo(one.phone));
  }
  expect(told).toEqual([[], [], ['card_ends_soon'], []]);
  expect(await noticesOf(moved.donorId)).not.toContainEqual(
    expect.objectContaining({ kind: 'card_ends_soon' }),
  );
});

test('once sent, nothing is left of what was said; before, it is sealed', async () => {
  const one = await donor('2026-06-10');
  const [before] = await noticesOf(one.donorId);
  expect(Buffer.from(before?.body ?? []).includes('2027-06-10')).toBe(false);
  expect(before?.body?.length).toBeGreaterThan(30);
  await textsTo(one.phone);
  expect((await noticesOf(one.donorId))[0]).toMatchObject({ state: 'sent', body: null });
});

test('a notice rolled back with its event is never sent', async () => {
  const document = residentNumber(900);
  const phone = '15499990000';
  const row = { number: 'ROLLBACK', document, donatedOn: '2026-06-10', phone };
  await city.importRows([row], { dryRun: true });
  expect(await textsTo(phone)).toEqual([]);
});

test('one that cannot be read holds up nobody, and says so', async () => {
  const poison = await donor('2026-06-10');
  const [row] = await noticesOf(poison.donorId);
  await city.core.database
    .updateTable('notice')
    .set({ body: Buffer.alloc(60) })
    .where('notice_id', '=', row?.notice_id ?? '')
    .execute();
  const one = await donor('2026-06-10');
  expect(await textsTo(one.phone)).toEqual(['new_card']);
  const [after] = await noticesOf(poison.donorId);
  expect(after).toMatchObject({ state: 'waiting', tries: 1 });
  expect(after?.failure).toMatch(/^a fault of ours: \w+$/);
});

test('a server that stops ends after the notices in hand; the rest wait', async () => {
  const one = await donor('2026-06-10');
  await textsTo(one.phone);
  const many = Array.from({ length: 45 }, (_, at) => ({
    eventKey: `many:${at}`,
    kind: 'claimed' as const,
    donorId: one.donorId,
    body: { values: {} },
  }));
  await enqueueNotices(city.core, city.core.database, many);
  const { channels, sent } = keptChannels();
  await deliverDue(city.core, channels, AbortSignal.abort());
  expect(sent).toHaveLength(20);
  await deliverDue(city.core, channels);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(45);
});

test('more notices than a statement takes parameters, each once however often', async () => {
  const { core } = city;
  const many = Array.from({ length: 6000 }, (_, at) => ({
    eventKey: `many:${at}`,
    kind: 'new_tier' as const,
    donorId: null,
    body: { values: {} },
    untold: true,
  }));
  await core.database
    .transaction()
    .execute((transaction) => enqueueNotices(core, transaction, many));
  await core.database
    .transaction()
    .execute((transaction) => enqueueNotices(core, transaction, many));
  const { length } = await core.database
    .selectFrom('notice')
    .select('notice_id')
    .where('event_key', 'like', 'many:%')
    .execute();
  expect(length).toBe(6000);
});
