/** Machines sign in: no forgery is taken, all are answered alike, and a good one beside each is. */
import { request as httpRequest } from 'node:http';
import { secondsOf } from '@liyu/domain/kernel';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCore, type TestCore } from '../../test/test-core.ts';
import { verifyAudit } from '../audit/workflow.ts';
import type { Core } from '../core.ts';
import { buildHttp } from '../edge/http.ts';
import { parseKeys } from './key.ts';
import { FORGERIES, type Scene } from './test/forgeries.ts';
import {
  assertionOf,
  claimsOf,
  formOf,
  headerOf,
  jwkOf,
  makeKey,
  makeMachine,
  ORIGIN,
  signInAt,
  signParts,
  type TestKey,
  type TestMachine,
} from './test/machines.ts';
import { changeKeys, disableMachine } from './workflow.ts';

const START = '2026-11-24T12:00:00+08:00';
let city: TestCore;
let core: Core;
let server: FastifyInstance;
let scene: Omit<Scene, 'claims' | 'header'>;

beforeAll(async () => {
  city = await openTestCore(START);
  core = { ...city.core, config: { ...city.core.config, origin: ORIGIN } };
  const options = { core, token: 'owner', open: false, logLevel: 'silent' } as const;
  server = await buildHttp({ ...options, checkAnswers: true });
  const victim = await makeMachine(core, 'gate-1', ['ES256', 'EdDSA'], 'device', 'metro-2');
  const own = await makeMachine(core, 'gate-2', ['ES256'], 'device', 'metro-1');
  scene = { victim, own, key: victim.keys[0], now: secondsOf(core.clock.now()) };
});
afterAll(async () => {
  await server.close();
  await city.close();
});

const send = (payload: string, type = 'application/x-www-form-urlencoded', url = '/api/v1/token') =>
  server.inject({ method: 'POST', url, payload, headers: { 'content-type': type } });

const signIn = (machine: TestMachine, key?: TestKey) => signInAt(server, core, machine, key);

async function expectRefused(form: string): Promise<void> {
  const response = await send(form);
  const { date: _date, ...headers } = response.headers;
  const { statusCode, body } = response;
  expect({ statusCode, body }).toEqual({ statusCode: 401, body: '{"error":"invalid_client"}' });
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-length': '26' });
}

/** What the caller of the token may do: 200 scans, 401 is nobody, 403 may not. */
async function scanWith(token: string): Promise<number> {
  const response = await server.inject({
    method: 'POST',
    url: '/api/v1/redemptions',
    payload: { code: 'LY1:ABC', venue: 'metro-demo' },
    headers: { authorization: `Bearer ${token}` },
  });
  return response.statusCode;
}

describe('a forged assertion is refused, and a good one beside it is taken', () => {
  test.each(Object.keys(FORGERIES))('%s', async (name) => {
    const forge = FORGERIES[name];
    if (forge === undefined) throw new Error('no such forgery');
    const header = headerOf(scene.key);
    await expectRefused(formOf(forge({ ...scene, header, claims: claimsOf(core, 'gate-1') })));
    await signIn(scene.victim);
  });

  test('there are many', () => expect(Object.keys(FORGERIES).length).toBeGreaterThan(80));
});

describe('what the form says beside the assertion', () => {
  test.each([
    ['two assertions', (one: string, two: string) => `${formOf(one)}&client_assertion=${two}`],
    ['the same one twice', (one: string) => `${formOf(one)}&client_assertion=${one}`],
    ['two machines', (one: string) => `${formOf(one, { client_id: 'gate-1' })}&client_id=gate-2`],
    ['another machine', (one: string) => formOf(one, { client_id: 'gate-2' })],
    ['another kind of proof', (one: string) => formOf(one).replace('jwt-bearer', 'saml2-bearer')],
    ['a secret instead', () => 'grant_type=client_credentials&client_id=gate-1&client_secret=x'],
  ])('%s', async (_name, form) => {
    await expectRefused(form(assertionOf(core, scene.victim), assertionOf(core, scene.victim)));
    await signIn(scene.victim);
  });

  test.each([
    ['invalid_request', (form: string) => form.replace('grant_type', 'grant')],
    ['invalid_request', (form: string) => `${form}&grant_type=client_credentials`],
    ['unsupported_grant_type', (form: string) => form.replace('client_credentials', 'password')],
    ['invalid_scope', (form: string) => `${form}&scope=everything`],
  ])('%s', async (error, change) => {
    const response = await send(change(formOf(assertionOf(core, scene.victim))));
    expect([response.statusCode, response.json()]).toEqual([400, { error }]);
  });

  test('JSON is no form, and the address is none either', async () => {
    const form = formOf(assertionOf(core, scene.victim));
    const json = JSON.stringify(Object.fromEntries(new URLSearchParams(form)));
    expect((await send(json, 'application/json')).json()).toEqual({ error: 'invalid_request' });
    const address = await send('', undefined, `/api/v1/token?${form}`);
    expect(address.json()).toEqual({ error: 'invalid_request' });
    expect((await send('x'.repeat(20_000))).statusCode).toBe(400);
  });
});

describe('good assertions', () => {
  test.each(['ES256', 'EdDSA', 'PS256', 'RS256'])('%s', async (alg) => {
    const machine = await makeMachine(core, `bank-${alg.toLowerCase()}`, [alg]);
    const token = await signIn(machine);
    expect(await scanWith(token)).toBe(403);
  });

  test('an assertion is taken once', async () => {
    const form = formOf(assertionOf(core, scene.victim));
    expect((await send(form)).statusCode).toBe(200);
    await expectRefused(form);
    const both = formOf(assertionOf(core, scene.victim));
    const answers = await Promise.all([send(both), send(both), send(both)]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401, 401]);
  });

  test('the jti of another machine is free', async () => {
    const said = (name: string) => ({ ...claimsOf(core, name), jti: 'shared' });
    for (const machine of [scene.victim, scene.own]) {
      const [key] = machine.keys;
      const claims = JSON.stringify(said(machine.name));
      const form = formOf(signParts(JSON.stringify(headerOf(key)), claims, key));
      expect((await send(form)).statusCode).toBe(200);
    }
  });

  test('on each side of every bound of time', async () => {
    const at = async (changed: object): Promise<number> => {
      const claims = JSON.stringify({ ...claimsOf(core, 'gate-1'), ...changed });
      const form = formOf(signParts(JSON.stringify(headerOf(scene.key)), claims, scene.key));
      return (await send(form)).statusCode;
    };
    const { now } = scene;
    expect([await at({ exp: now + 330 }), await at({ exp: now + 331 })]).toEqual([200, 401]);
    expect([await at({ exp: now - 29 }), await at({ exp: now - 30 })]).toEqual([200, 401]);
    expect([await at({ nbf: now + 30 }), await at({ nbf: now + 31 })]).toEqual([200, 401]);
    expect([await at({ iat: now + 30 }), await at({ iat: now + 31 })]).toEqual([200, 401]);
  });

  test('what has ended is forgotten, and so is never taken again', async () => {
    const old = formOf(assertionOf(core, scene.victim));
    expect((await send(old)).statusCode).toBe(200);
    city.setNow('2026-11-24T12:11:00+08:00');
    await expectRefused(old);
    await signIn(scene.victim);
    const left = await core.database
      .selectFrom('machine_assertion')
      .select('jti')
      .where('machine_id', '=', 'gate-1')
      .execute();
    expect(left).toHaveLength(1);
    city.setNow(START);
  });
});

describe('an access token', () => {
  test('reaches as far as the role, for ten minutes', async () => {
    const token = await signIn(scene.victim);
    expect(await scanWith(token)).toBe(200);
    city.setNow('2026-11-24T12:09:59+08:00');
    expect(await scanWith(token)).toBe(200);
    city.setNow('2026-11-24T12:10:00+08:00');
    expect(await scanWith(token)).toBe(401);
    city.setNow(START);
  });

  test('altered, cut, or the hash that is stored: nobody', async () => {
    const token = await signIn(scene.victim);
    const altered = `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`;
    const [stored] = await core.database.selectFrom('machine_token').selectAll().execute();
    const hash = Buffer.from(stored?.token_hash ?? []).toString('base64url');
    for (const wrong of [altered, token.slice(0, -1), `${token}A`, hash, '']) {
      expect(await scanWith(wrong)).toBe(401);
    }
    expect(await scanWith(token)).toBe(200);
  });

  test('ends with its key, and with its machine', async () => {
    const machine = await makeMachine(core, 'gate-3', ['ES256', 'EdDSA'], 'device', 'metro-2');
    const [first, second] = machine.keys;
    const tokens = [await signIn(machine, first), await signIn(machine, second)] as const;
    await changeKeys(core, 'gate-3', await parseKeys(JSON.stringify(jwkOf(first))), 'owner');
    expect([await scanWith(tokens[0]), await scanWith(tokens[1])]).toEqual([200, 401]);
    await expectRefused(formOf(assertionOf(core, machine, second)));
    const fresh = makeKey('ES256', second?.kid ?? '');
    await changeKeys(core, 'gate-3', await parseKeys(JSON.stringify(jwkOf(fresh))), 'owner');
    expect(await scanWith(tokens[0])).toBe(401);
    const last = await signIn(machine, fresh);
    await disableMachine(core, 'gate-3', 'owner');
    expect(await scanWith(last)).toBe(401);
    await expectRefused(formOf(assertionOf(core, machine, fresh)));
    await expect(disableMachine(core, 'gate-3', 'owner')).rejects.toThrow('disabled');
    await expect(makeMachine(core, 'gate-3', ['ES256'])).rejects.toThrow('registered already');
  });

  test('in the address, or beside another one: not well-formed', async () => {
    const token = await signIn(scene.victim);
    const query = await server.inject({ url: `/api/v1/trust-list?access_token=${token}` });
    expect(query.statusCode).toBe(400);
    await server.listen({ host: '127.0.0.1', port: 0 });
    const twice = await new Promise<number | undefined>((resolve) => {
      const headers = ['Host', 'localhost', 'Authorization', `Bearer ${token}`];
      const both = [...headers, 'authorization', 'Bearer another'];
      const address = `${server.listeningOrigin}/api/v1/redemptions`;
      const options = { method: 'POST', headers: both as unknown as Record<string, string> };
      httpRequest(address, options, (response) => resolve(response.resume().statusCode)).end();
    });
    expect(twice).toBe(400);
  });
});

test('what happened to a machine stands in the audit log', async () => {
  const { body } = await core.database
    .selectFrom('audit_leaf')
    .select('body')
    .where('subject', '=', 'machine_event')
    .where('body', 'like', '%"machineId":"gate-3"%')
    .orderBy('leaf_id', 'desc')
    .executeTakeFirstOrThrow();
  expect(JSON.parse(body ?? '')).toMatchObject({ event: 'disabled', role: 'device', keys: [] });
  expect(await verifyAudit(core, () => undefined)).toMatchObject({ ok: true });
});
