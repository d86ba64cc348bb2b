import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Channel } from './channel.ts';
import { openLocalHttp } from './local-http.ts';
import type { ChannelAnswer } from './present.ts';

let channel: Channel;
const taken: string[] = [];

beforeAll(async () => {
  channel = await openLocalHttp(
    { host: '127.0.0.1', port: 0 },
    {
      present: async (text, direction) => {
        taken.push(`${text} ${direction}`);
        return { open: true, code: 'granted' } as ChannelAnswer;
      },
      status: async () => ({ spool: { waiting: 3 } }),
      metrics: async () => 'liyu_gate_spool_waiting 3\n',
    },
  );
});
afterAll(() => channel.stop());

/** Node's own client, because `fetch` does not let one name another host. */
function ask(what: string, headers: Record<string, string> = {}, body = '') {
  const [method, path] = what.split(' ');
  return new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const asked = request(`http://${channel.address}${path}`, { method: method ?? '', headers });
    asked.on('error', reject);
    asked.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode, text: Buffer.concat(parts).toString() }),
      );
    });
    asked.end(body);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };

test('a code is presented by POST /scan', async () => {
  const body = JSON.stringify({ code: 'LY1:A', direction: 'out' });
  const { status, text } = await ask('POST /scan', JSON_TYPE, body);
  expect([status, JSON.parse(text).code]).toEqual([200, 'granted']);
  expect(taken).toEqual(['LY1:A out']);
});

test.each([
  ['a page of a browser', 'POST /scan', { ...JSON_TYPE, origin: 'https://example.org' }, '{}', 403],
  ['another host’s name', 'GET /status', { host: 'gate.example.org' }, '', 403],
  ['a form', 'POST /scan', { 'content-type': 'text/plain' }, '{}', 415],
  ['no code', 'POST /scan', JSON_TYPE, '{"direction":"in"}', 400],
  ['no JSON', 'POST /scan', JSON_TYPE, 'LY1:A', 400],
  ['too much', 'POST /scan', JSON_TYPE, JSON.stringify({ code: 'x'.repeat(4000) }), 413],
  ['nothing we have', 'GET /', {}, '', 404],
])('%s gets nothing', async (_what, what, headers, body, status) => {
  taken.length = 0;
  expect((await ask(what, headers, body)).status).toBe(status);
  expect(taken).toEqual([]);
});

test('status and metrics are told on this machine', async () => {
  expect(JSON.parse((await ask('GET /status')).text)).toEqual({ spool: { waiting: 3 } });
  expect((await ask('GET /metrics')).text).toBe('liyu_gate_spool_waiting 3\n');
  expect((await ask('GET /healthz')).status).toBe(200);
});
