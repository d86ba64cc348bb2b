import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { codeSentTo, DonorPhone, openProduction } from '../../test/donor-phone.ts';
import { openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { type SignInRefusal, signIn } from '../donor-session/workflow.ts';
import { buildHttp } from '../edge/http.ts';
import { forgetCodes, requestCode } from './workflow.ts';

const KNOWN = '15400000001';
const UNKNOWN = '15400000002';
let city: TestCore;
let server: FastifyInstance;
let day = 1;
let minutes = 0;

beforeAll(async () => {
  city = await openTestCore();
  const donatedOn = '2026-06-10';
  await city.importRows([{ number: 'A1', document: residentNumber(1), donatedOn, phone: KNOWN }]);
  server = await openProduction(city.core);
});
afterAll(async () => {
  await server.close();
  await city.close();
});
/** Every test has days of its own, so that no count of another is left. */
beforeEach(() => {
  day += 3;
  at(0);
});

function at(minute: number): void {
  minutes = minute;
  const moment = Date.parse('2027-01-01T00:00:00Z') + day * 86_400_000 + minute * 60_000;
  city.setNow(new Date(moment).toISOString());
}

/** Asks for a code as somebody at that address, and answers what the number gets. */
async function ask(phone = KNOWN, address = '203.0.113.1'): Promise<string> {
  expect(await requestCode(city.core, { phone, address })).toBeUndefined();
  return (await codeSentTo(city.core, phone)) ?? 'none';
}

let from = 0;
/** Tries a code, each time from another address unless one is given. */
async function tryIt(code: string, phone = KNOWN, address?: string): Promise<string> {
  from += 1;
  const request = { phone, code, address: address ?? `198.51.${from >> 8}.${from & 255}` };
  const answer: { cookie: string } | SignInRefusal = await signIn(city.core, request);
  return 'refused' in answer ? answer.refused : 'in';
}

const other = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

test('six digits, good once', async () => {
  const code = await ask();
  expect(code).toMatch(/^\d{6}$/);
  expect(await tryIt(code)).toBe('in');
  expect(await tryIt(code)).toBe('not_accepted');
});

test('used by two at the same moment, one is in', async () => {
  const code = await ask();
  const outcomes = await Promise.all([tryIt(code), tryIt(code), tryIt(code)]);
  expect(outcomes.sort()).toEqual(['in', 'not_accepted', 'not_accepted']);
});

test.each([
  [4, 'in'],
  [5, 'not_accepted'],
])('after %i wrong tries the right code is %s', async (wrong, outcome) => {
  const code = await ask();
  for (let tries = 0; tries < wrong; tries += 1) {
    expect(await tryIt(other(code))).toBe('not_accepted');
  }
  expect(await tryIt(code)).toBe(outcome);
});

test.each([
  [4.99, 'in'],
  [5, 'not_accepted'],
])('%d minutes later it is %s', async (minute, outcome) => {
  const code = await ask();
  at(minute);
  expect(await tryIt(code)).toBe(outcome);
});

test('a new code ends the one before', async () => {
  const before = await ask();
  at(1);
  const after = await ask();
  if (before !== after) expect(await tryIt(before)).toBe('not_accepted');
  expect(await tryIt(after)).toBe('in');
});

test("one number's code is no other's", async () => {
  const code = await ask();
  await ask(UNKNOWN);
  expect(await tryIt(code, UNKNOWN)).toBe('not_accepted');
  expect(await tryIt(code)).toBe('in');
});

test('ten codes a number in a day, known or not; the next day again', async () => {
  for (const phone of [KNOWN, UNKNOWN]) {
    const answers = [];
    for (let count = 0; count < 12; count += 1) {
      answers.push(await requestCode(city.core, { phone, address: `${phone}-${count}` }));
    }
    const refused = answers.map((againAt) => againAt !== undefined);
    expect(refused).toEqual([...Array(10).fill(false), true, true]);
  }
  at(24 * 60 - 1);
  expect(await requestCode(city.core, { phone: KNOWN, address: 'x' })).toBeDefined();
  at(24 * 60);
  expect(await requestCode(city.core, { phone: KNOWN, address: 'x' })).toBeUndefined();
});

test('thirty codes an address in an hour; those refused cost no number its own', async () => {
  const address = '203.0.113.99';
  for (let number = 0; number < 30; number += 1) {
    expect(await requestCode(city.core, { phone: `154111100${number}`, address })).toBeUndefined();
  }
  for (let number = 0; number < 20; number += 1) {
    expect(await requestCode(city.core, { phone: KNOWN, address })).toBeDefined();
  }
  expect(await requestCode(city.core, { phone: KNOWN, address: '203.0.113.98' })).toBeUndefined();
  at(60);
  expect(await requestCode(city.core, { phone: KNOWN, address })).toBeUndefined();
});

test('whoever has many addresses of IPv6 counts as one', async () => {
  const askFrom = (address: string) => requestCode(city.core, { phone: address, address });
  for (let count = 1; count <= 30; count += 1) {
    expect(await askFrom(`2001:db8:0:7::${count}`)).toBeUndefined();
  }
  expect(await askFrom('2001:db8:0:7:ffff::1')).toBeDefined();
  expect(await askFrom('2001:db8:0:8::1')).toBeUndefined();
});

test('sixty tries an address in an hour', async () => {
  const address = '203.0.113.97';
  for (let count = 0; count < 60; count += 1) {
    expect(await tryIt('000000', UNKNOWN, address)).toBe('not_accepted');
  }
  const code = await ask();
  expect(await tryIt(code, KNOWN, address)).toBe('too_many_tries');
  expect(await tryIt(code)).toBe('in');
});

test('10,000 guesses over a day, from as many addresses: none in, fifty judged', async () => {
  const { core } = city;
  let judged = 0;
  let code = '';
  const outcomes = new Map<string, number>();
  for (let guess = 0; guess < 10_000; guess += 1) {
    if (guess % 500 === 0) {
      at(minutes + 60);
      const asked = await requestCode(core, { phone: KNOWN, address: `asks-${guess}` });
      if (asked === undefined) code = (await codeSentTo(core, KNOWN)) ?? '';
      if (asked === undefined) judged += 5;
    }
    // The first five of a code are wrong for certain; then even the right one is tried.
    const said = guess % 500 < 5 ? other(code) : guess % 7 === 0 ? code : other(code);
    const outcome = await tryIt(said);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect(judged).toBe(50);
  expect([...outcomes]).toEqual([['not_accepted', 10_000]]);
}, 180_000);

test('known and unknown numbers get the same answer, and the same rows are written', async () => {
  const answers = [];
  for (const phone of [KNOWN, UNKNOWN]) {
    const caller = new DonorPhone(server, city.core, '203.0.113.50');
    const asked = await caller.call('POST', '/one-time-codes', { phone });
    const rows = await city.core.database
      .selectFrom('notice')
      .select(['kind', 'state', 'donor_id', 'urgent', 'tries'])
      .where('state', '=', 'waiting')
      .where('kind', '=', 'one_time_code')
      .execute();
    const wrong = await caller.call('POST', '/donor-sessions', { phone, code: '000000' });
    answers.push([asked.statusCode, asked.body, rows, wrong.statusCode, wrong.body]);
    const code = await codeSentTo(city.core, phone);
    expect(code === undefined).toBe(phone === UNKNOWN);
  }
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]?.[0]).toBe(202);
});

test('the code, the number and the address stand nowhere in the clear', async () => {
  const address = '203.0.113.77';
  const phone = '15477778888';
  await requestCode(city.core, { phone, address });
  const { database } = city.core;
  const rows = [
    ...(await database.selectFrom('one_time_code').selectAll().execute()),
    ...(await database.selectFrom('notice').selectAll().execute()),
    ...(await database.selectFrom('allowance').selectAll().execute()),
  ];
  const all = Buffer.concat(
    rows.flatMap((row) =>
      Object.values(row).map((value) =>
        value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value)),
      ),
    ),
  );
  for (const canary of [phone, address]) expect(all.includes(canary)).toBe(false);
  expect(all.includes(KNOWN)).toBe(false);
});

test('what is over is forgotten', async () => {
  await requestCode(city.core, { phone: KNOWN, address: 'x' });
  const count = async (): Promise<number> =>
    (await city.core.database.selectFrom('one_time_code').select('code_id').execute()).length;
  expect(await count()).toBeGreaterThan(0);
  at(6);
  await forgetCodes(city.core);
  expect(await count()).toBe(0);
});

test('without a gateway for SMS production says so, whoever asks', async () => {
  const { core } = city;

  const deaf = await buildHttp({
    core: { ...core, config: { ...core.config, mode: 'production', sms: undefined } },
    token: 'x',
    open: false,
    logLevel: 'silent',
    checkAnswers: true,
  });
  const answer = await new DonorPhone(deaf, core).call('POST', '/one-time-codes', { phone: KNOWN });
  expect([answer.statusCode, answer.json().code]).toEqual([503, 'no_channel']);
  await deaf.close();
});
