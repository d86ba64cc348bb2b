import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestCore, type TestCore } from '../../test/test-core.ts';
import { verifyAudit } from '../audit/workflow.ts';
import { buildHttp } from '../edge/http.ts';
import { addLogin, changePassword, disableLogin, listLogins } from './workflow.ts';

const PASSWORD = 'the sun over the river';
const DAY = '2026-11-24';
let city: TestCore;
let server: FastifyInstance;
let names = 0;

beforeAll(async () => {
  city = await openTestCore();
  server = await buildHttp({
    core: { ...city.core, config: { ...city.core.config, mode: 'production' } },
    token: 'the-home-owner-shows-this',
    open: false,
    logLevel: 'silent',
    checkAnswers: true,
  });
});
afterAll(async () => {
  await server.close();
  await city.close();
});
beforeEach(() => city.setNow(`${DAY}T08:00:00+08:00`));

/** A login of its own for a test. */
async function newLogin(role = 'operator', partner?: string): Promise<string> {
  names += 1;
  const name = `person-${names}`;
  const added = await addLogin(city.core, { name, role, partner, password: PASSWORD }, 'owner');
  expect(added).toMatchObject({ name, role, partner: partner ?? null });
  return name;
}

/** Every test has an address of its own, or the tries of one would lock the next out. */
let address = '10.0.0.0';
beforeEach(() => {
  names += 1;
  address = `10.0.${names >> 8}.${names & 255}`;
});

const tryIn = (name: string, password: string, from = address) =>
  server.inject({
    method: 'POST',
    url: '/api/v1/sessions',
    payload: { name, password },
    remoteAddress: from,
  });

async function signIn(name: string): Promise<string> {
  const response = await tryIn(name, PASSWORD);
  expect(response.statusCode).toBe(200);
  const [cookie] = response.cookies;
  if (cookie === undefined) throw new Error('no cookie was set');
  return `${cookie.name}=${cookie.value}`;
}

const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };

const current = (cookie: string) =>
  server.inject({ url: '/api/v1/sessions/current', headers: { cookie } });
const stepUp = (cookie: string, password: string) =>
  server.inject({
    method: 'POST',
    url: '/api/v1/sessions/current/step-up',
    headers: { cookie, ...OWN_PAGE },
    payload: { password },
    remoteAddress: address,
  });

describe('a login', () => {
  test.each([
    ['Upper', 'operator', undefined, PASSWORD, 'name_malformed'],
    ['owner', 'operator', undefined, PASSWORD, 'name_malformed'],
    ['x', 'operator', undefined, PASSWORD, 'name_malformed'],
    ['anna', 'boss', undefined, PASSWORD, 'no_staff_role'],
    ['anna', 'device', 'bus', PASSWORD, 'no_staff_role'],
    ['anna', 'donor', undefined, PASSWORD, 'no_staff_role'],
    ['anna', 'clerk', undefined, PASSWORD, 'partner_needed'],
    ['anna', 'partner_lead', 'nobody', PASSWORD, 'no_such_partner'],
    ['anna', 'auditor', 'bus', PASSWORD, 'partner_not_allowed'],
    ['anna', 'operator', undefined, 'elevenchars', 'password_unfit'],
    ['anna', 'operator', undefined, 'aaaaaaaaaaaaaaaa', 'password_unfit'],
    ['anna', 'operator', undefined, 'this is of anna 1', 'password_unfit'],
  ])('%s as %s of %s: %s is %s', async (name, role, partner, password, refused) => {
    const answer = await addLogin(city.core, { name, role, partner, password }, 'owner');
    expect(answer).toEqual({ refused });
    expect((await listLogins(city.core)).map((login) => login.name)).not.toContain(name);
  });

  test('twelve characters of any script are enough', async () => {
    const password = '北京西站的猫爱吃小鱼干儿';
    const name = 'twelve-characters';
    const added = await addLogin(city.core, { name, role: 'finance', password }, 'owner');
    expect(added).toMatchObject({ name });
    expect((await tryIn(name, password)).statusCode).toBe(200);
  });

  test('has its name for ever', async () => {
    const name = await newLogin();
    await disableLogin(city.core, name, 'owner');
    const again = { name, role: 'operator', password: PASSWORD };
    expect(await addLogin(city.core, again, 'owner')).toEqual({ refused: 'name_taken' });
  });
});

describe('signing in', () => {
  test('gives a cookie that scripts, other sites and plain HTTP never see', async () => {
    const response = await tryIn(await newLogin('clerk', 'bus'), PASSWORD);
    expect(response.json()).toMatchObject({ role: 'clerk', partner: 'bus' });
    const [cookie] = response.cookies;
    expect(cookie).toMatchObject({
      name: '__Host-liyu',
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'Strict',
    });
    expect(cookie?.domain).toBeUndefined();
    expect(Buffer.from(cookie?.value ?? '', 'base64url')).toHaveLength(32);
    expect(response.body).not.toContain(cookie?.value);
    const kept = await city.core.database.selectFrom('session').selectAll().execute();
    expect(JSON.stringify(kept)).not.toContain(cookie?.value);
  });

  test('never tells whether the name exists, is disabled, or the password is wrong', async () => {
    const name = await newLogin();
    const disabled = await newLogin();
    await disableLogin(city.core, disabled, 'owner');
    const answers = [
      await tryIn(name, 'a wrong password', '10.9.0.1'),
      await tryIn('nobody-of-that-name', PASSWORD, '10.9.0.2'),
      await tryIn(disabled, PASSWORD, '10.9.0.3'),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers.every(({ cookies }) => cookies.length === 0)).toBe(true);
  });

  test.each([['a known name'], ['an unknown name']])(
    'five wrong tries lock %s for a quarter of an hour',
    async (which) => {
      const name = which === 'a known name' ? await newLogin() : `unknown-${names}`;
      const from = (ordinal: number) => `10.8.${names & 255}.${ordinal}`;
      for (let ordinal = 1; ordinal <= 5; ordinal += 1) {
        expect((await tryIn(name, 'a wrong password', from(ordinal))).statusCode).toBe(401);
      }
      const locked = await tryIn(name, PASSWORD, from(6));
      expect(locked.statusCode).toBe(429);
      expect(locked.headers['retry-after']).toBe('Tue, 24 Nov 2026 00:15:00 GMT');
      city.setNow(`${DAY}T08:15:00+08:00`);
      const later = await tryIn(name, PASSWORD, from(7));
      expect(later.statusCode).toBe(which === 'a known name' ? 200 : 401);
    },
  );

  test('five wrong tries from an address lock it for a minute, whatever the names', async () => {
    const name = await newLogin();
    for (let ordinal = 1; ordinal <= 5; ordinal += 1) await tryIn(`no-${ordinal}`, PASSWORD);
    expect((await tryIn(name, PASSWORD)).statusCode).toBe(429);
    expect((await tryIn(name, PASSWORD, '10.7.0.1')).statusCode).toBe(200);
    city.setNow(`${DAY}T08:01:00+08:00`);
    expect((await tryIn(name, PASSWORD)).statusCode).toBe(200);
  });

  test('many tries at once are counted one by one', async () => {
    const name = await newLogin();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => tryIn(name, `a wrong password ${at}`, `10.6.0.${at}`)),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(5);
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(15);
  });

  test('signing in often is no wrong try', async () => {
    const name = await newLogin();
    for (let ordinal = 0; ordinal < 12; ordinal += 1) await signIn(name);
  });
});

describe('a session', () => {
  test('says who is signed in', async () => {
    const name = await newLogin('partner_lead', 'bus');
    const answer = await current(await signIn(name));
    expect(answer.json()).toEqual({
      name,
      role: 'partner_lead',
      partner: 'bus',
      openedAt: '2026-11-24T00:00:00.000Z',
      endsAt: '2026-11-24T12:00:00.000Z',
      steppedUpUntil: null,
    });
  });

  test('ends when it is left alone for half an hour', async () => {
    const cookie = await signIn(await newLogin());
    city.setNow(`${DAY}T08:29:59+08:00`);
    expect((await current(cookie)).statusCode).toBe(200);
    city.setNow(`${DAY}T08:59:58+08:00`);
    expect((await current(cookie)).statusCode).toBe(200);
    city.setNow(`${DAY}T09:29:58+08:00`);
    expect((await current(cookie)).statusCode).toBe(401);
  });

  test('ends after twelve hours, however busy', async () => {
    const cookie = await signIn(await newLogin());
    for (let minute = 20; minute < 12 * 60; minute += 20) {
      const clock = `${String(8 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
      city.setNow(`${DAY}T${clock}:00+08:00`);
      expect((await current(cookie)).statusCode).toBe(200);
    }
    city.setNow(`${DAY}T20:00:00+08:00`);
    expect((await current(cookie)).statusCode).toBe(401);
  });

  test('ends by signing out, by another password, and when the login is disabled', async () => {
    const name = await newLogin();
    const [out, other, still] = [await signIn(name), await signIn(name), await newLogin()];
    const headers = { cookie: out, ...OWN_PAGE };
    const url = '/api/v1/sessions/current';
    const signedOut = await server.inject({ method: 'DELETE', url, headers });
    expect(signedOut.statusCode).toBe(204);
    expect(signedOut.cookies[0]).toMatchObject({ name: '__Host-liyu', value: '' });
    expect([(await current(out)).statusCode, (await current(other)).statusCode]).toEqual([
      401, 200,
    ]);
    await changePassword(city.core, name, 'another long password', 'owner');
    expect((await current(other)).statusCode).toBe(401);
    expect((await tryIn(name, PASSWORD)).statusCode).toBe(401);
    const third = await signIn(still);
    await disableLogin(city.core, still, 'owner');
    expect((await current(third)).statusCode).toBe(401);
  });

  test('a cookie of no session answers as none', async () => {
    const none = await server.inject('/api/v1/sessions/current');
    const wrong = await current(`__Host-liyu=${'A'.repeat(43)}`);
    const development = await current(`liyu=${'A'.repeat(43)}`);
    expect([none.statusCode, wrong.body, development.body]).toEqual([401, none.body, none.body]);
  });

  test('counts as just signed in for five minutes after the password was shown again', async () => {
    const cookie = await signIn(await newLogin());
    expect((await stepUp(cookie, 'a wrong password')).statusCode).toBe(401);
    expect((await current(cookie)).json().steppedUpUntil).toBe(null);
    expect((await stepUp(cookie, PASSWORD)).json().steppedUpUntil).toBe('2026-11-24T00:05:00.000Z');
  });

  test('guessing at the step-up is guessing at the name', async () => {
    const name = await newLogin();
    const cookie = await signIn(name);
    for (let ordinal = 1; ordinal <= 5; ordinal += 1) await stepUp(cookie, 'a wrong password');
    expect((await stepUp(cookie, PASSWORD)).statusCode).toBe(429);
    expect((await tryIn(name, PASSWORD, '10.5.0.1')).statusCode).toBe(429);
  });
});

describe('a change by cookie comes from a page of ours', () => {
  test.each([
    [{}, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'none' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://liyu.example' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'https://liyu.example.evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'https://liyu.example' }, 204],
    [{ 'sec-fetch-site': 'same-origin' }, 204],
  ])('%j: %i', async (page, status) => {
    const cookie = await signIn(await newLogin());
    const headers = { host: 'liyu.example', cookie, ...page };
    const url = '/api/v1/sessions/current';
    const response = await server.inject({ method: 'DELETE', url, headers });
    expect(response.statusCode).toBe(status);
    expect((await current(cookie)).statusCode).toBe(status === 403 ? 200 : 401);
  });

  test('nor does another page sign somebody in', async () => {
    const name = await newLogin();
    const response = await server.inject({
      method: 'POST',
      url: '/api/v1/sessions',
      headers: { 'sec-fetch-site': 'cross-site' },
      payload: { name, password: PASSWORD },
    });
    expect(response.statusCode).toBe(403);
  });
});

test('what happened to logins stands in the audit log, without a password or its hash', async () => {
  const report = await verifyAudit(city.core, () => {});
  expect(report).toMatchObject({ ok: true });
  const leaves = await city.core.database.selectFrom('audit_leaf').select('body').execute();
  expect(leaves.length).toBeGreaterThan(20);
  expect(JSON.stringify(leaves)).not.toMatch(/scrypt|sun over the river/);
});
