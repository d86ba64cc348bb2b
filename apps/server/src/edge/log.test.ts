/** What the log says, at its most talkative, on the real database; and what it never says. */
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestCore, type TestCore } from '../../test/test-core.ts';
import { faultOf, withoutValues } from './fault.ts';
import { buildHttp } from './http.ts';

const SECRET = '张渟鹮';
const DOCUMENT = '140199198501010011';
let city: TestCore;
let server: FastifyInstance;
const lines: string[] = [];

beforeAll(async () => {
  city = await openTestCore('2026-11-24T12:00:00+08:00');
  server = await buildHttp({
    core: city.core,
    token: 'the-home-owner-shows-this',
    open: true,
    logLevel: 'trace',
    logTo: { write: (line) => void lines.push(line) },
    checkAnswers: true,
  });
  const { database } = city.core;
  server.get('/of-test/:what', { config: { operation: 'settle' } }, async (request) => {
    const { what } = request.params as { what: string };
    if (what === 'twice') {
      const one = sql`insert into card_number values (${DOCUMENT}, ${city.core.newId()})`;
      await one.execute(database);
      await one.execute(database);
    }
    if (what === 'type') await sql`select ${SECRET}::text::integer`.execute(database);
    if (what === 'shape') z.strictObject({ name: z.literal('x') }).parse({ name: SECRET });
    if (what === 'json') JSON.parse(`${SECRET} {`);
    throw new Error(`not good: ${SECRET}, "John Smith", ${DOCUMENT}`, {
      cause: new Error(DOCUMENT),
    });
  });
});
afterAll(async () => {
  await server.close();
  await city.close();
});

const parsed = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

test('one line a request: the pattern, not the address; the id is answered too', async () => {
  lines.length = 0;
  const address = `/api/v1/status-lists/ffff?document=${DOCUMENT}`;
  const headers = { host: 'localhost', 'x-request-id': SECRET, 'user-agent': SECRET };
  const answer = await server.inject({ url: address, headers });
  const nowhere = await server.inject({ url: `/api/v1/${DOCUMENT}`, headers });
  const redeemed = await server.inject({
    method: 'POST',
    url: '/api/v1/redemptions',
    headers,
    payload: { code: 'LY1:ABC', venue: 'metro-demo' },
  });
  const requests = parsed().filter(({ msg }) => msg === 'request');
  expect(requests).toMatchObject([
    { level: 'info', route: '/api/v1/status-lists/:id', method: 'GET', status: 404 },
    { route: 'none', status: 404, caller: 'nobody' },
    { route: '/api/v1/redemptions', method: 'POST', status: 200, caller: 'owner' },
  ]);
  expect(requests.map(({ request }) => request)).toEqual(
    [answer, nowhere, redeemed].map((one) => one.headers['x-request-id']),
  );
  expect(String(requests[0]?.request)).toMatch(/^[0-9a-f]{24}$/);
});

test.each([
  ['twice', { code: '23505', message: expect.stringContaining('card_number_pkey') }],
  ['type', { code: '22P02', message: '' }],
  ['shape', { message: 'name: invalid_value' }],
  ['json', { type: 'SyntaxError', message: '' }],
  ['other', { type: 'Error', message: 'not good: …, "…", …', cause: { message: '…' } }],
])('a fault (%s) is logged with its stack and without a value', async (what, fault) => {
  lines.length = 0;
  const headers = { host: 'localhost' };
  const answer = await server.inject({ url: `/of-test/${what}`, headers });
  expect(answer.statusCode).toBe(500);
  const [said] = parsed().filter(({ level }) => level === 'error');
  expect(said).toMatchObject({ fault: { ...fault, stack: expect.stringMatching(/^\s+at /) } });
  for (const text of [...lines, answer.body]) {
    for (const secret of [SECRET, DOCUMENT, 'John Smith']) expect(text).not.toContain(secret);
  }
});

test('metrics name patterns only', async () => {
  const { body } = await server.inject({ url: '/metrics', headers: { host: 'localhost' } });
  expect(body).toContain('liyu_http_requests_total{route="/api/v1/status-lists/:id"');
  expect(body).toContain('liyu_http_request_seconds_bucket');
  expect(body).not.toContain(DOCUMENT);
});

test('what is thrown need not be an error; names stay, values go', () => {
  expect(faultOf(SECRET)).toEqual({ type: 'string', message: '' });
  const unique = 'duplicate key value violates unique constraint "card_number_pkey"';
  expect(withoutValues(unique)).toBe(unique);
  expect(withoutValues("open '/home/张三/x.csv'")).toBe('open "…"');
});
