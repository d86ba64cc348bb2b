/** The HTTP edge on the real database, without a port: answers held against their shapes. */
import { generateKey } from '@liyu/pass/node';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { buildHttp } from './http.ts';

const TOKEN = 'the-home-owner-shows-this';
let city: TestCore;
let server: FastifyInstance;
let donorId: string;

beforeAll(async () => {
  city = await openTestCore('2026-11-24T12:00:00+08:00');
  await city.importRows([{ number: 'A1', document: residentNumber(1), donatedOn: '2026-03-10' }]);
  donorId = await city.donorOf(residentNumber(1));
  server = await buildHttp({
    core: city.core,
    token: TOKEN,
    open: true,
    logLevel: 'silent',
    checkAnswers: true,
  });
});
afterAll(async () => {
  await server.close();
  await city.close();
});

const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
  server.inject({ method: 'POST', url, payload, headers: { host: 'localhost', ...headers } });
const get = (url: string) => server.inject({ url, headers: { host: 'localhost' } });

describe('malformed requests are refused with the field named, in both languages', () => {
  test.each([
    [{ venue: 'metro-demo' }, '/code'],
    [{ code: 'LY1:', venue: '' }, '/venue'],
    [{ code: 'LY1:', venue: 'metro-demo', extra: 1 }, ''],
    [{ code: 'LY1:', venue: 'metro-demo', direction: 'up' }, '/direction'],
    [{ code: 'LY1:', venue: 'metro-demo', at: 'yesterday' }, '/at'],
    [
      { code: 'LY1:', venue: 'metro-demo', device: { id: 'g 1', bootEpoch: 0, seq: 0 } },
      '/device/id',
    ],
    [{ code: 'LY1:', venue: 'H01', fee: 1000 }, '/level'],
    [{ code: 'LY1:', venue: 'H01', level: 'general' }, '/fee'],
    [{ code: 'LY1:', venue: 'H01', level: 'general', fee: 7.5 }, '/fee'],
    [{ code: 'LY1:', venue: 'H01', level: 'general', fee: 750, insured: 751 }, '/insured'],
  ])('%j: %s', async (payload, pointer) => {
    const response = await post('/api/v1/redemptions', payload);
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toContain('application/problem+json');
    const problem = response.json();
    expect(problem.code).toBe('invalid_request');
    const error = problem.errors.find((one: { pointer: string }) => one.pointer === pointer);
    expect(error.message.zh).toMatch(/\p{Script=Han}/u);
    expect(error.message.en).not.toBe('');
  });

  test('what is no JSON, too large, or nowhere is a problem too', async () => {
    const headers = { host: 'localhost', 'content-type': 'application/json' };
    const url = '/api/v1/redemptions';
    const broken = await server.inject({ method: 'POST', url, headers, payload: '{"code":' });
    const large = await server.inject({ method: 'POST', url, headers, payload: 'x'.repeat(2e6) });
    const nowhere = await get('/api/v1/nothing');
    expect([broken, large, nowhere].map((one) => one.statusCode)).toEqual([400, 413, 404]);
    for (const response of [broken, large, nowhere]) {
      expect(response.headers['content-type']).toContain('application/problem+json');
    }
  });
});

test('a refusal is an answer, not an error', async () => {
  const response = await post('/api/v1/redemptions', { code: 'LY1:ABC', venue: 'metro-demo' });
  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({ open: false, code: 'malformed', redemptionId: null });
});

test('staff let in by HTTP; the same device name with another body is a conflict', async () => {
  const device = { id: 'lane-1', bootEpoch: 1, seq: 1 };
  const body = { donorId, venue: 'metro-demo', by: 'clerk-1', reason: 'no phone', device };
  const first = await post('/api/v1/manual-fallbacks', body);
  expect(first.json()).toMatchObject({ open: true, code: 'granted' });
  expect((await post('/api/v1/manual-fallbacks', body)).json()).toEqual(first.json());
  const other = await post('/api/v1/manual-fallbacks', { ...body, reason: 'another reason' });
  expect(other.statusCode).toBe(409);
  expect(other.json().code).toBe('quarantined');
});

test('a statement, and a partner that is none', async () => {
  const month = { partner: 'metro-2', month: '2026-11' };
  expect((await post('/api/v1/settlements', month)).json()).toMatchObject({ closedAt: null });
  const none = await post('/api/v1/settlements', { ...month, partner: 'nobody' });
  expect(none.statusCode).toBe(404);
});

test('passes are made for real points of the curve only', async () => {
  const key = { x: 'A'.repeat(43), y: 'B'.repeat(43) };
  const response = await post('/api/v1/passes', { donorId, holderKeys: [key] });
  expect(response.statusCode).toBe(400);
  expect(response.json().errors[0].pointer).toBe('/holderKeys/0');
});

test('health, readiness, metrics, lists and the OpenAPI document answer', async () => {
  expect((await get('/healthz')).json()).toEqual({ status: 'alive' });
  expect((await get('/readyz')).json()).toMatchObject({ status: 'ready' });
  expect((await get('/metrics')).body).toContain('liyu_http_requests_total');
  expect((await get('/api/v1/trust-list')).rawPayload.length).toBeGreaterThan(200);
  expect((await get('/api/v1/status-lists/ffff')).statusCode).toBe(404);
  const document = (await get('/api/openapi.json')).json();
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/api/v1/redemptions', '/api/v1/settlements', '/api/v1/trust-list']),
  );
  expect(Object.keys(document.paths)).not.toContain('/api/v1/commands');
});

test('the document says how callers are known, and every refusal as it is sent', async () => {
  const { paths, components } = (await get('/api/openapi.json')).json();
  expect(Object.keys(components.securitySchemes)).toEqual(['bearer', 'staff', 'donor']);
  const settle = paths['/api/v1/settlements'].post;
  expect(settle.security).toEqual([{ bearer: [] }, { staff: [] }, { donor: [] }]);
  for (const status of ['401', '403', '404', 'default']) {
    expect(Object.keys(settle.responses[status].content)).toEqual(['application/problem+json']);
  }
  expect(paths['/api/v1/sessions'].post.security).toBeUndefined();
  const refused = paths['/api/v1/token'].post.responses['401'];
  expect(Object.keys(refused.content)).toEqual(['application/json']);
});

describe('who may call', () => {
  test('commands need the token of the home', async () => {
    const command = { argv: ['list', 'lines', '--json'], folder: '/' };
    expect((await post('/api/v1/commands', command)).statusCode).toBe(401);
    const wrong = await post('/api/v1/commands', command, { authorization: `Bearer ${TOKEN}x` });
    expect(wrong.statusCode).toBe(401);
  });

  test.each([
    [{ host: 'evil.example' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
  ])('in development %j is refused', async (headers) => {
    const response = await post('/api/v1/redemptions', { code: 'x', venue: 'x' }, headers);
    expect(response.statusCode).toBe(403);
  });

  test('in production every write needs the token, and nothing of development is there', async () => {
    const production = await buildHttp({
      core: { ...city.core, config: { ...city.core.config, mode: 'production' } },
      token: TOKEN,
      open: false,
      logLevel: 'silent',
      checkAnswers: true,
    });
    const scan = { code: 'LY1:ABC', venue: 'metro-demo' };
    const status = async (url: string, payload: object, headers = {}): Promise<number> =>
      (await production.inject({ method: 'POST', url, payload, headers })).statusCode;
    const owner = { authorization: `Bearer ${TOKEN}` };
    expect(await status('/api/v1/redemptions', scan)).toBe(401);
    expect(await status('/api/v1/redemptions', scan, owner)).toBe(200);
    const at = { ...scan, at: '2026-11-24T12:00:00+08:00' };
    expect(await status('/api/v1/redemptions', at, owner)).toBe(400);
    const { x, y } = generateKey().privateJwk;
    const holderKeys = [{ x, y }];
    expect(await status('/api/v1/passes', { donorId, holderKeys }, owner)).toBe(400);
    expect(await status('/api/v1/passes', { holderKeys })).toBe(401);
    expect((await production.inject('/api/v1/demo')).statusCode).toBe(404);
    expect((await production.inject('/demo/')).statusCode).toBe(404);
    await production.close();
  });
});
