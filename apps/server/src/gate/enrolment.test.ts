import { generateKey } from '@liyu/pass/node';
import type { FastifyInstance } from 'fastify';
import { importJWK, SignJWT } from 'jose';
import { afterAll, describe, expect, test } from 'vitest';
import { openTestCore } from '../../test/test-core.ts';
import { buildHttp } from '../edge/http.ts';

const NOON = '2026-11-24T12:00:00+08:00';
const ORIGIN = 'https://liyu.example';
const city = await openTestCore(NOON);
const core = { ...city.core, config: { ...city.core.config, origin: ORIGIN } };
const server = await buildHttp({
  core,
  token: 'the-owner',
  open: true,
  logLevel: 'silent',
  checkAnswers: true,
});
afterAll(async () => {
  await server.close();
  await city.close();
});

interface Answer {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

async function post(url: string, body: object, token?: string): Promise<Answer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await server.inject({
    method: 'POST',
    url: `/api/v1${url}`,
    payload: body,
    headers,
  });
  return { status: answer.statusCode, json: answer.json() };
}

async function addGate(venue = 'metro-demo'): Promise<{ id: string; secret: string }> {
  const { status, json } = await post('/gates', { venue });
  expect(status).toBe(200);
  return json as { id: string; secret: string };
}

function newKey() {
  const { d, kty, crv, x, y } = generateKey().privateJwk;
  return { jwk: { kty, crv, x, y }, secretJwk: { kty, crv, x, y, d } };
}

/** The token that the device gets for its own assertion, or the status that says no. */
async function signIn(http: FastifyInstance, clientId: string, secretJwk: object) {
  const key = await importJWK({ ...secretJwk, alg: 'ES256' });
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: 'device' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(`${ORIGIN}/api/v1/token`)
    .setJti(crypto.randomUUID())
    .setExpirationTime(Date.parse(core.clock.now()) / 1000 + 60)
    .sign(key);
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
  const answer = await http.inject({
    method: 'POST',
    url: '/api/v1/token',
    payload: form.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  return (answer.json() as { access_token?: string }).access_token ?? answer.statusCode;
}

async function gateOf(id: string) {
  const answer = await server.inject('/api/v1/gates');
  return (answer.json() as { id: string }[]).find((gate) => gate.id === id);
}

describe('enrolling', () => {
  test('a device signs in by the key that it enrolled, for the partner of its venue', async () => {
    const { id, secret } = await addGate();
    const { jwk, secretJwk } = newKey();
    const { status, json } = await post(`/gates/${id}/enrolment`, { secret, key: jwk });
    expect(status).toBe(200);
    expect(json).toMatchObject({ id, venue: 'metro-demo', partner: 'metro-2' });
    expect(json).toMatchObject({
      kid: 'device',
      tokenUrl: `${ORIGIN}/api/v1/token`,
      now: core.clock.now(),
    });
    expect(json.rootKey).toMatchObject(core.keyring.rootKey());
    expect(await signIn(server, String(json.clientId), secretJwk)).toEqual(expect.any(String));
    expect(await gateOf(id)).toMatchObject({ state: 'at_work', clientId: json.clientId });
  });

  test('the answer that was lost comes again; another key gets none', async () => {
    const { id, secret } = await addGate();
    const { jwk } = newKey();
    const first = await post(`/gates/${id}/enrolment`, { secret, key: jwk });
    const again = await post(`/gates/${id}/enrolment`, { secret, key: jwk });
    expect(again).toEqual(first);
    const other = await post(`/gates/${id}/enrolment`, { secret, key: newKey().jwk });
    expect(other).toMatchObject({ status: 403, json: { code: 'enrolment_refused' } });
  });

  test('two devices at once: one enrols', async () => {
    const { id, secret } = await addGate();
    const answers = await Promise.all(
      [newKey(), newKey()].map(({ jwk }) => post(`/gates/${id}/enrolment`, { secret, key: jwk })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
  });

  test.each([
    ['to the second before', '2026-11-25T11:59:59+08:00', 200],
    ['and not a day later', '2026-11-25T12:00:00+08:00', 403],
  ])('the secret is good for a day: %s', async (_, moment, status) => {
    const { id, secret } = await addGate();
    city.setNow(moment);
    const answer = await post(`/gates/${id}/enrolment`, { secret, key: newKey().jwk });
    city.setNow(NOON);
    expect(answer.status).toBe(status);
  });

  test('another gate’s secret, and a gate that nobody has, answer alike', async () => {
    const [one, other] = [await addGate(), await addGate()];
    const key = newKey().jwk;
    const wrong = await post(`/gates/${one.id}/enrolment`, { secret: other.secret, key });
    const nowhere = await post('/gates/00000000-0000-7000-8000-000000000000/enrolment', {
      secret: one.secret,
      key,
    });
    expect(wrong.status).toBe(403);
    expect(nowhere).toEqual(wrong);
  });

  test('the secret is stored as a hash only, and a private key is refused', async () => {
    const { id, secret } = await addGate();
    const rows = await core.database.selectFrom('gate_event').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(rows.some(({ secret_hash }) => Buffer.from(secret_hash ?? []).includes(secret))).toBe(
      false,
    );
    const { secretJwk } = newKey();
    const answer = await post(`/gates/${id}/enrolment`, { secret, key: secretJwk });
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  });

  test('a venue that the programme does not know gets no gate', async () => {
    const answer = await post('/gates', { venue: 'nowhere' });
    expect(answer).toMatchObject({ status: 400, json: { errors: [{ pointer: '/venue' }] } });
  });
});

describe('a device that is gone', () => {
  test('revoked, it may redeem nothing more, and enrols no more', async () => {
    const { id, secret } = await addGate();
    const { jwk, secretJwk } = newKey();
    const { json } = await post(`/gates/${id}/enrolment`, { secret, key: jwk });
    const token = String(await signIn(server, String(json.clientId), secretJwk));
    const scan = { code: 'LY1:ABC', venue: 'metro-demo' };
    expect(await post('/redemptions', scan, token)).toMatchObject({ status: 200 });
    expect(await post(`/gates/${id}/revocation`, { reason: 'stolen' })).toEqual({
      status: 200,
      json: { id, state: 'revoked' },
    });
    expect(await post('/redemptions', scan, token)).toMatchObject({ status: 403 });
    expect((await post(`/gates/${id}/enrolment`, { secret, key: jwk })).status).toBe(403);
  });

  test('a new device takes its place under another name', async () => {
    const { id, secret } = await addGate();
    const old = await post(`/gates/${id}/enrolment`, { secret, key: newKey().jwk });
    const renewed = await post(`/gates/${id}/secret`, {});
    const another = String(renewed.json.secret);
    const fresh = await post(`/gates/${id}/enrolment`, { secret: another, key: newKey().jwk });
    expect(fresh.status).toBe(200);
    expect(fresh.json.clientId).not.toBe(old.json.clientId);
    const roles = await core.database
      .selectFrom('machine_event')
      .select(['machine_id', 'role'])
      .where('machine_id', 'in', [String(old.json.clientId), String(fresh.json.clientId)])
      .orderBy('event_id')
      .execute();
    expect(roles.map(({ role }) => role)).toEqual(['device', 'device', 'lost_device']);
  });
});
