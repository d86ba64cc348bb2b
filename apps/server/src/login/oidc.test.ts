/** Signing in at a real identity provider: who is linked gets in, and nobody else by any way. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCore, type TestCore } from '../../test/test-core.ts';
import { verifyAudit } from '../audit/workflow.ts';
import type { Core } from '../core.ts';
import { buildHttp } from '../edge/http.ts';
import { CLIENT, startProvider, type TestProvider } from './test/identity-provider.ts';
import { addLogin, disableLogin, linkSubject } from './workflow.ts';

const ORIGIN = 'https://liyu.example';
const START = '/api/v1/sessions/oidc';
const ANSWER = `${ORIGIN}${START}/callback`;
let city: TestCore;
let core: Core;
let server: FastifyInstance;
let provider: TestProvider;
let stranger: TestProvider;

beforeAll(async () => {
  // The provider's tokens live by the system's clock.
  city = await openTestCore(new Date().toISOString());
  provider = await startProvider(ANSWER);
  stranger = await startProvider(ANSWER);
  const oidc = { issuer: provider.issuer, ...CLIENT };
  const config = { ...city.core.config, mode: 'production', origin: ORIGIN, oidc } as const;
  core = { ...city.core, config };
  const options = { core, token: 'owner', open: false, logLevel: 'silent' } as const;
  server = await buildHttp({ ...options, checkAnswers: true });
  for (const name of ['finance-1', 'finance-2', 'finance-3']) {
    await addLogin(core, { name, role: 'finance', password: 'a long pass-word' }, 'owner');
  }
  await linkSubject(core, 'finance-1', { issuer: provider.issuer, subject: 'li' }, 'owner');
  await linkSubject(core, 'finance-2', { issuer: stranger.issuer, subject: 'wang' }, 'owner');
});
afterAll(async () => {
  await server.close();
  await provider.close();
  await stranger.close();
  await city.close();
});

/** What the browser keeps while it is at the provider, and where it was sent. */
async function start(): Promise<{ cookie: string; address: URL }> {
  const response = await server.inject({ url: START });
  expect(response.statusCode).toBe(302);
  const [set] = response.cookies;
  expect(set).toMatchObject({ path: '/', httpOnly: true, secure: true, sameSite: 'Lax' });
  const address = new URL(String(response.headers.location));
  return { cookie: `${set?.name}=${set?.value}`, address };
}

function comeBack(address: string, cookie: string | undefined) {
  const { pathname, search } = new URL(address);
  const headers = cookie === undefined ? {} : { cookie };
  return server.inject({ url: `${pathname}${search}`, headers });
}

async function expectRefused(address: string, cookie: string | undefined): Promise<void> {
  const response = await comeBack(address, cookie);
  expect(response.statusCode).toBe(401);
  expect(response.json()).toMatchObject({
    code: 'not_signed_in',
    detail: 'the sign-in was not taken; begin again',
  });
  expect(response.cookies.map(({ name }) => name)).toEqual(['__Host-liyu-oidc']);
}

/** The cookie of the session that the answer opens. */
async function signIn(subject: string): Promise<string> {
  const { cookie, address } = await start();
  const response = await comeBack(await provider.visit(address.href, subject), cookie);
  expect([response.statusCode, response.headers.location]).toEqual([303, '/']);
  const session = response.cookies.find(({ name }) => name === '__Host-liyu');
  expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict' });
  return `__Host-liyu=${session?.value}`;
}

async function whoIs(cookie: string) {
  const response = await server.inject({ url: '/api/v1/sessions/current', headers: { cookie } });
  return response.statusCode === 200 ? response.json().name : response.statusCode;
}

test('who is linked gets the session of his login, as by password', async () => {
  const cookie = await signIn('li');
  expect(await whoIs(cookie)).toBe('finance-1');
});

test('the provider is asked with state, nonce and PKCE, each time others', async () => {
  const [one, two] = [(await start()).address.searchParams, (await start()).address.searchParams];
  expect(Object.fromEntries(one)).toMatchObject({
    response_type: 'code',
    scope: 'openid',
    redirect_uri: ANSWER,
    code_challenge_method: 'S256',
  });
  for (const name of ['state', 'nonce', 'code_challenge']) {
    expect(one.get(name)).toMatch(/^[\w-]{43}$/);
    expect(one.get(name)).not.toBe(two.get(name));
  }
});

describe('an answer that is not taken, all answered alike', () => {
  test('nobody linked the subject, or only at another issuer', async () => {
    for (const subject of ['nobody', 'wang']) {
      const { cookie, address } = await start();
      await expectRefused(await provider.visit(address.href, subject), cookie);
    }
  });

  test('another state; none; that of another browser; no browser', async () => {
    const { cookie, address } = await start();
    const good = await provider.visit(address.href, 'li');
    const other = new URL(good);
    other.searchParams.set('state', 'A'.repeat(43));
    await expectRefused(other.href, cookie);
    other.searchParams.delete('state');
    await expectRefused(other.href, cookie);
    await expectRefused(good, (await start()).cookie);
    await expectRefused(good, undefined);
    expect((await comeBack(good, cookie)).statusCode).toBe(303);
  });

  test('a code twice, in the same browser', async () => {
    const { cookie, address } = await start();
    const good = await provider.visit(address.href, 'li');
    expect((await comeBack(good, cookie)).statusCode).toBe(303);
    await expectRefused(good, cookie);
  });

  test('a token with the nonce of another sign-in', async () => {
    const [old, fresh] = [await start(), await start()];
    fresh.address.searchParams.set('nonce', old.address.searchParams.get('nonce') ?? '');
    await expectRefused(await provider.visit(fresh.address.href, 'li'), fresh.cookie);
  });

  test('a code that was asked for by another browser (PKCE)', async () => {
    const [mine, theirs] = [await start(), await start()];
    theirs.address.searchParams.set('state', mine.address.searchParams.get('state') ?? '');
    theirs.address.searchParams.set('nonce', mine.address.searchParams.get('nonce') ?? '');
    await expectRefused(await provider.visit(theirs.address.href, 'li'), mine.cookie);
  });

  test('from another issuer, that says so or does not', async () => {
    const { cookie, address } = await start();
    const there = new URL(`${address.pathname}${address.search}`, stranger.issuer);
    const answer = new URL(await stranger.visit(there.href, 'li'));
    expect(answer.searchParams.get('iss')).toBe(stranger.issuer);
    await expectRefused(answer.href, cookie);
    answer.searchParams.set('iss', provider.issuer);
    await expectRefused(answer.href, cookie);
    answer.searchParams.delete('iss');
    await expectRefused(answer.href, cookie);
  });

  test('an error, an invented code, or nothing', async () => {
    const { cookie, address } = await start();
    const state = address.searchParams.get('state');
    const iss = encodeURIComponent(provider.issuer);
    for (const query of [
      `error=access_denied&state=${state}&iss=${iss}`,
      `code=invented&state=${state}&iss=${iss}`,
      `code=invented&code=invented&state=${state}&iss=${iss}`,
      '',
    ]) {
      await expectRefused(`${ANSWER}?${query}`, cookie);
    }
  });

  test('later than ten minutes, also with the time in the cookie put off', async () => {
    const { cookie, address } = await start();
    const good = await provider.visit(address.href, 'li');
    const [secret, until] = cookie.split('.');
    await expectRefused(good, `${secret}.${Number(until) + 600}`);
    const now = core.clock.now();
    city.setNow(new Date(Date.parse(now) + 600_000).toISOString());
    await expectRefused(good, cookie);
    city.setNow(now);
    expect((await comeBack(good, cookie)).statusCode).toBe(303);
  });
});

test('a subject signs in to one login only, the last, and not to a disabled one', async () => {
  const subject = { issuer: provider.issuer, subject: 'zhao' };
  await linkSubject(core, 'finance-2', subject, 'owner');
  expect(await whoIs(await signIn('zhao'))).toBe('finance-2');
  await linkSubject(core, 'finance-3', subject, 'owner');
  const session = await signIn('zhao');
  expect(await whoIs(session)).toBe('finance-3');
  await disableLogin(core, 'finance-3', 'owner');
  expect(await whoIs(session)).toBe(401);
  const { cookie, address } = await start();
  await expectRefused(await provider.visit(address.href, 'zhao'), cookie);
  expect(await linkSubject(core, 'finance-3', subject, 'owner')).toEqual({ refused: 'disabled' });
});

test('links stand in the audit log, and subjects nowhere', async () => {
  const leaves = await core.database
    .selectFrom('audit_leaf')
    .select('body')
    .where('subject', '=', 'login_subject')
    .execute();
  expect(leaves.length).toBe(4);
  expect(leaves.map(({ body }) => body).join()).not.toMatch(/zhao|wang/);
  expect(await verifyAudit(city.core, () => undefined)).toMatchObject({ ok: true });
});

test('without a provider there is no such way, and one that is down is a fault to try again', async () => {
  const build = (oidc: Core['config']['oidc']) => {
    const config = { ...core.config, oidc };
    const options = { core: { ...core, config }, token: 'owner', open: false } as const;
    return buildHttp({ ...options, logLevel: 'silent', checkAnswers: true });
  };
  const none = await build(undefined);
  expect((await none.inject(START)).statusCode).toBe(404);
  expect((await none.inject(`${START}/callback?code=x`)).statusCode).toBe(404);
  await none.close();
  const down = await build({ issuer: 'http://127.0.0.1:9', ...CLIENT });
  const answer = await down.inject(START);
  expect([answer.statusCode, answer.json().code]).toEqual([503, 'provider_not_ready']);
  await down.close();
});
