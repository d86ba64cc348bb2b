import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Server as GateServer } from '../server-seam.ts';
import { openHttpServer } from './http-server-seam.ts';
import type { Identity } from './identity.ts';
import { listenOn } from './listen.ts';
import { openTokens } from './token.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let origin: string;
let answers: Record<string, Answer>;
let asked: string[];
let revocations: number;
let gate: GateServer;

beforeAll(async () => {
  server = createServer((request, response) => {
    const route = (request.url ?? '').split('?')[0] ?? '';
    asked.push(`${request.method} ${request.url}`);
    const answer = answers[route];
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  origin = `http://${await listenOn(server, { host: '127.0.0.1', port: 0 })}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  revocations = 0;
  answers = { '/api/v1/token': json(200, { access_token: 'one', expires_in: 600 }) };
  const identity = {
    server: origin,
    gateId: 'g1',
    clientId: 'c1',
    venue: 'v',
    tokenUrl: `${origin}/api/v1/token`,
    rootKey: { kty: 'EC', crv: 'P-256', x: '', y: '' },
    // RFC 7517, appendix A.2.
    key: {
      kty: 'EC',
      crv: 'P-256',
      kid: 'k',
      x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
      y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
      d: '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE',
    },
  } as const satisfies Identity;
  const tokens = openTokens({
    identity,
    nowSeconds: () => 1_764_000_000,
    monotonicMs: () => 0,
    random: { bytes: (length) => new Uint8Array(length) },
  });
  gate = openHttpServer({ identity, tokens, onRevoked: () => (revocations += 1) });
});

const DATE = 'Tue, 24 Nov 2026 08:00:00 GMT';
function json(status: number, said: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { date: DATE, 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(said));
  };
}

test('a list comes with its ETag and the server’s clock; the same list is not sent again', async () => {
  answers['/api/v1/trust-list'] = (request, response) => {
    const isSame = request.headers['if-none-match'] === '"1"';
    response.writeHead(isSame ? 304 : 200, { date: DATE, etag: '"1"' }).end(isSame ? '' : 'list');
  };
  const now = '2026-11-24T08:00:00.000Z';
  const first = await gate.trustList(null);
  expect(first).toMatchObject({ kind: 'newer', etag: '"1"', now });
  expect(first.kind === 'newer' && Buffer.from(first.content).toString()).toBe('list');
  expect(await gate.trustList('"1"')).toEqual({ kind: 'same', now });
  expect(
    asked.filter((what) => what.includes('token')),
    'one token for both',
  ).toHaveLength(1);
});

test('a status list is asked for from the moment of the one that is held', async () => {
  await expect(gate.statusList('0a01', 1_764_000_000, null)).rejects.toThrow('404');
  expect(asked.at(-1)).toBe('GET /api/v1/status-lists/0a01?since=1764000000');
});

test('a token that the server no longer takes is got anew, once', async () => {
  let tokens = 0;
  answers['/api/v1/token'] = (request, response) => {
    tokens += 1;
    json(200, { access_token: `t${tokens}`, expires_in: 600 })(request, response);
  };
  answers['/api/v1/trust-list'] = (request, response) => {
    const isGood = request.headers.authorization === 'Bearer t2';
    response.writeHead(isGood ? 200 : 401, { date: DATE }).end('list');
  };
  expect((await gate.trustList(null)).kind).toBe('newer');
  answers['/api/v1/trust-list'] = (_request, response) => response.writeHead(401).end();
  await expect(gate.trustList(null)).rejects.toThrow('401');
  expect(tokens).toBe(3);
});

test.each([
  ['the server’s own refusal', json(403, { code: 'not_allowed' }), 1],
  ['a proxy’s page', json(403, '<html>'), 0],
  ['a fault', json(500, { code: 'not_allowed' }), 0],
])('%s is heard as a revocation or not', async (_what, answer, heard) => {
  answers['/api/v1/gates/g1/programme'] = answer;
  await expect(gate.programme(null)).rejects.toThrow(/403|500/);
  expect(revocations).toBe(heard);
});

test.each([
  [
    'a redirect',
    (_: unknown, r: ServerResponse) => r.writeHead(302, { location: '/x' }).end(),
    /./,
  ],
  [
    'more than a list may be',
    (_: unknown, r: ServerResponse) => {
      r.on('error', () => undefined).writeHead(200, { date: DATE });
      r.end(Buffer.alloc(9 * 1_048_576));
    },
    'more than',
  ],
  ['a connection that is cut', (_: unknown, r: ServerResponse) => void r.destroy(), 'trust-list'],
])('%s is a fault', async (_what, answer, message) => {
  answers['/api/v1/trust-list'] = answer;
  await expect(gate.trustList(null)).rejects.toThrow(message);
});

const RECEIPT = { bootEpoch: 3, seq: 1, outcome: 'recorded', redemptionId: 'r' };
const TAKEN = { now: DATE, receipts: [RECEIPT], gaps: [] };

test('a batch goes as it was spooled, and comes back record by record', async () => {
  const parts: Buffer[] = [];
  answers['/api/v1/gates/g1/batches'] = (request, response) => {
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () =>
      json(200, { ...TAKEN, now: '2026-11-24T08:00:00Z', ledger: 'l1' })(request, response),
    );
  };
  const records = [{ bootEpoch: 3, seq: 1, body: '{"v":1,  "kind":"scan"}' }];
  const sentAt = '2026-11-24T08:00:00.000Z' as never;
  expect(await gate.sendBatch(records, sentAt)).toMatchObject({
    now: '2026-11-24T08:00:00.000Z',
    receipts: [RECEIPT],
    ledger: 'l1',
  });
  expect(JSON.parse(Buffer.concat(parts).toString())).toEqual({ sentAt, records });
});

test.each([
  ['400', json(400, {}), 'refused'],
  ['413', json(413, {}), 'refused'],
  ['503', json(503, {}), '503'],
  ['receipts in another form', json(200, { receipts: 'all' }), 'another form'],
  ['no JSON', (_: unknown, r: ServerResponse) => r.writeHead(200).end('ok'), 'without JSON'],
])('a batch that is answered %s is not acknowledged', async (_what, answer, message) => {
  answers['/api/v1/gates/g1/batches'] = answer;
  await expect(gate.sendBatch([], '2026-11-24T08:00:00.000Z' as never)).rejects.toThrow(message);
});
