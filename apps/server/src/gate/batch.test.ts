import { parseProgramme } from '@liyu/domain/programme';
import { generateKey } from '@liyu/pass/node';
import { afterAll, describe, expect, test } from 'vitest';
import { ANNUAL, at, HONOUR, openTestGate } from '../../test/gate.ts';
import { bootText, scanText } from '../../test/gate-records.ts';
import type { Caller } from '../access/caller.ts';
import { buildHttp } from '../edge/http.ts';

const { city, codeOf } = await openTestGate();
const core = {
  ...city.core,
  config: { ...city.core.config, origin: 'https://liyu.example' },
};
const CALLERS = new Map<string, Caller>();
const lines: string[] = [];
const server = await buildHttp({
  core,
  token: 'the-owner',
  open: true,
  logLevel: 'info',
  logTo: { write: (line) => void lines.push(line) },
  checkAnswers: true,
  ways: [async ({ headers }) => CALLERS.get(String(headers['x-device']))],
});
afterAll(async () => {
  await server.close();
  await city.close();
});

interface Enrolled {
  readonly id: string;
  readonly clientId: string;
}

async function call(method: 'GET' | 'POST', url: string, body?: object, device?: string) {
  const answer = await server.inject({
    method,
    url: `/api/v1${url}`,
    ...(body === undefined ? {} : { payload: body }),
    headers: device === undefined ? {} : { 'x-device': device },
  });
  return { status: answer.statusCode, json: answer.json(), headers: answer.headers };
}

async function enrol(venue: string): Promise<Enrolled> {
  const { json } = await call('POST', '/gates', { venue });
  return enrolAt(json.id, json.secret);
}

async function enrolAt(id: string, secret: string): Promise<Enrolled> {
  const { kty, crv, x, y } = generateKey().privateJwk;
  const key = { kty, crv, x, y };
  const { json } = await call('POST', `/gates/${id}/enrolment`, { secret, key });
  CALLERS.set(json.clientId, {
    kind: 'machine',
    id: `machine:${json.clientId}`,
    role: 'device',
    partner: json.partner,
  });
  return { id, clientId: json.clientId };
}

function record(seq: number, body: string, bootEpoch = 1) {
  return { bootEpoch, seq, body };
}

function batch({ id, clientId }: Enrolled, records: object[], more: object = {}) {
  const body = { sentAt: core.clock.now(), records, ...more };
  return call('POST', `/gates/${id}/batches`, body, clientId);
}

async function healthOf(id: string) {
  const { json } = await call('GET', '/gates');
  return (json as { id: string }[]).find((gate) => gate.id === id);
}

const NO_LISTS = { trust: null, status: null, programme: null };
const CODE = { at: at('12:00:00'), venue: 'bus-regular', code: 'LY1:FORGED' };
/** What no gate of ours would write. */
const POISON = [
  '\u0000',
  '\ud800',
  '['.repeat(2000),
  '{"__proto__":{"v":1},"kind":"scan"}',
  '{"v":1e999}',
  scanText({ ...CODE, venue: 'metro-demo' }),
  scanText({ ...CODE, opened: false, reason: 'stale', skewSeconds: Number.MAX_SAFE_INTEGER }),
  scanText({ ...CODE, admission: { clerk: 'a\u0000', reason: '\ud800', person: 'x' } }),
  bootText(at('08:00:00')),
];

describe('a batch', () => {
  test('a gate that sends nothing is heard of, and told the time', async () => {
    const gate = await enrol('bus-regular');
    const lists = { trust: 20_600, status: at('11:55:00'), programme: 'v1' };
    city.setNow(at('12:00:00'));
    const { status, json } = await batch(gate, [], { waiting: 7, lists });
    expect(status).toBe(200);
    expect(json).toMatchObject({ now: core.clock.now(), receipts: [], gaps: [], resendFrom: null });
    expect(await healthOf(gate.id)).toMatchObject({
      state: 'at_work',
      lastContactAt: core.clock.now(),
      waiting: 7,
      statusAgeSeconds: 300,
      clockSkewSeconds: 0,
      lists: { trust: 20_600, programme: 'v1' },
    });
  });

  test('only its own device sends for a gate; anybody else hears of no such gate', async () => {
    const [one, other] = [await enrol('bus-regular'), await enrol('metro-demo')];
    const nobody = await call('POST', `/gates/${one.id}/batches`, {
      sentAt: core.clock.now(),
      records: [],
    });
    const wrong = await batch({ id: one.id, clientId: other.clientId }, []);
    expect([nobody.status, wrong.status]).toEqual([404, 404]);
  });

  test('more than 500 records, or more than a megabyte, is refused whole', async () => {
    const gate = await enrol('bus-regular');
    const many = Array.from({ length: 501 }, (_, seq) => record(seq, '{}'));
    expect((await batch(gate, many)).status).toBe(400);
    expect((await batch(gate, [record(0, 'x'.repeat(1 << 20))])).status).toBe(413);
  });

  test('a gap in the middle and a lost end are told until they are filled', async () => {
    const gate = await enrol('bus-regular');
    const no = (seq: number) =>
      record(
        seq,
        scanText({
          at: at('12:00:00'),
          venue: 'bus-regular',
          opened: false,
          reason: 'malformed',
          code: 'x',
        }),
      );
    const first = await batch(gate, [record(0, bootText(at('08:00:00'))), no(1), no(4)]);
    expect(first.json.gaps).toEqual([{ bootEpoch: 1, from: 2, to: 3 }]);
    const again = record(0, bootText(at('09:00:00'), { bootEpoch: 1, lastSeq: 6 }), 2);
    const second = await batch(gate, [no(2), again]);
    expect(second.json.gaps).toEqual([
      { bootEpoch: 1, from: 3, to: 3 },
      { bootEpoch: 1, from: 5, to: 6 },
    ]);
    expect(await healthOf(gate.id)).toMatchObject({ gaps: second.json.gaps });
    expect((await batch(gate, [no(3), no(5), no(6)])).json.gaps).toEqual([]);
    expect(await healthOf(gate.id)).toMatchObject({ gaps: [] });
  });

  test('a start that has not come stays a gap when the gate only says that it is there', async () => {
    const gate = await enrol('bus-regular');
    const gap = [{ bootEpoch: 1, from: 0, to: 0 }];
    expect((await batch(gate, [record(1, '{}')])).json.gaps).toEqual(gap);
    expect((await batch(gate, [])).json.gaps).toEqual(gap);
    expect(await healthOf(gate.id)).toMatchObject({ gaps: gap });
  });

  test.each([
    ['a year that no database knows', { sentAt: '0000-01-01T00:00:00Z' }],
    ['a year that it becomes in our zone', { sentAt: '9999-12-31T23:59:59-01:00' }],
    ['a list of such a year', { lists: { ...NO_LISTS, status: '0000-06-01T00:00:00Z' } }],
    ['a character that no database takes', { lists: { ...NO_LISTS, programme: 'a\u0000' } }],
  ])('a batch is refused as it came for %s, and nothing of it is stored', async (_, more) => {
    const gate = await enrol('bus-regular');
    const boot = record(0, bootText(at('08:00:00')));
    expect(await batch(gate, [boot], more)).toMatchObject({ status: 400 });
    expect((await batch(gate, [boot])).json.receipts).toMatchObject([{ outcome: 'recorded' }]);
  });

  test('500 records, poison among them, sent three times at once: each stored once', async () => {
    const gate = await enrol('bus-regular');
    const codes: string[] = [];
    for (const minute of ['01', '02', '03']) {
      codes.push(await codeOf(HONOUR, at(`14:${minute}:00`)));
    }
    city.setNow(at('15:00:00'));
    const texts = Array.from({ length: 500 }, (_, seq) => {
      const code = codes[seq - 1];
      if (code !== undefined)
        return scanText({ at: at(`14:0${seq}:00`), venue: 'bus-regular', code });
      return POISON[seq % POISON.length] ?? '';
    });
    const records = texts.map((body, seq) => record(seq, body));
    const turned = records.toReversed();
    const answers = await Promise.all([records, turned, records].map((all) => batch(gate, all)));
    const names = answers.map(({ status, json }) => {
      expect(status).toBe(200);
      const receipts = json.receipts as { seq: number; outcome: string; redemptionId: string }[];
      expect(receipts.map(({ outcome }) => outcome)).not.toContain('failed');
      const uses = receipts.filter(({ redemptionId }) => redemptionId !== null);
      return uses.toSorted((a, b) => a.seq - b.seq).map(({ redemptionId }) => redemptionId);
    });
    expect(new Set(names[0]).size).toBe(codes.length);
    expect(names[1]).toEqual(names[0]);
    expect(names[2]).toEqual(names[0]);
    expect(await healthOf(gate.id)).toMatchObject({ quarantined: 500 - codes.length });
  });

  test('what is kept aside is counted, logged without what it says, and listed', async () => {
    const gate = await enrol('bus-regular');
    const { json } = await batch(gate, [
      record(0, bootText(at('08:00:00'))),
      record(1, scanText({ at: at('12:00:00'), venue: 'bus-regular', code: 'LY1:FORGED' })),
    ]);
    expect(json.receipts.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'recorded',
      'quarantined',
    ]);
    const metrics = await server.inject('/metrics');
    expect(metrics.body).toMatch(/liyu_gate_quarantined_total\{because="unverified"\} 1/);
    const told = lines.filter((line) => line.includes('"quarantined"'));
    expect(told.at(-1)).toContain(gate.id);
    expect(lines.join('')).not.toContain('FORGED');
    const listed = await call('GET', `/gates/${gate.id}/quarantine`);
    expect(listed.json.records).toMatchObject([{ seq: 1, because: 'unverified', opened: true }]);
    expect(await healthOf(gate.id)).toMatchObject({ quarantined: 1 });
  });

  test('a revoked device still sends, and everything is kept aside', async () => {
    const gate = await enrol('bus-regular');
    const code = await codeOf(ANNUAL, at('12:30:00'));
    await call('POST', `/gates/${gate.id}/revocation`, { reason: 'stolen' });
    const text = scanText({ at: at('12:30:00'), venue: 'bus-regular', code });
    const { json } = await batch(gate, [record(1, text)]);
    expect(json.receipts).toMatchObject([{ outcome: 'quarantined', redemptionId: null }]);
  });

  test('a reinstalled device begins at 0 again, and meets nothing of its own', async () => {
    const gate = await enrol('bus-regular');
    const boot = record(0, bootText(at('08:00:00')));
    await batch(gate, [boot]);
    const { json } = await call('POST', `/gates/${gate.id}/secret`, {});
    const fresh = await enrolAt(gate.id, json.secret);
    const other = record(0, bootText(at('09:00:00')));
    expect((await batch(fresh, [other])).json.receipts).toMatchObject([{ outcome: 'recorded' }]);
    expect((await batch(gate, [record(1, '{}')])).json.receipts).toMatchObject([
      { outcome: 'quarantined' },
    ]);
  });

  test('a use that was doubtful is listed for people', async () => {
    const gate = await enrol('bus-regular');
    const code = await codeOf(HONOUR, at('13:00:00'));
    const text = (time: string) => scanText({ at: at(time), venue: 'bus-regular', code });
    await batch(gate, [record(1, text('13:00:00')), record(2, text('13:00:10'))]);
    const { json } = await call('GET', `/gates/${gate.id}/quarantine`);
    expect(json.uses).toMatchObject([{ judged: 'replayed', seq: 2 }]);
  });
});

test('the ledger keeps its name', async () => {
  const gate = await enrol('bus-regular');
  const names = [await batch(gate, []), await batch(gate, [])].map(({ json }) => json.ledger);
  expect(names[0]).toMatch(/^[\w-]{22}$/);
  expect(names[1]).toBe(names[0]);
});

test('a gate gets the programme once, and a gate that is gone gets none', async () => {
  const gate = await enrol('bus-regular');
  const first = await call('GET', `/gates/${gate.id}/programme`, undefined, gate.clientId);
  expect(first.json).toMatchObject({ version: expect.stringContaining('2026-06-09'), next: null });
  const read = parseProgramme(first.json.programme);
  expect('malformed' in read ? read.malformed : read.stations.size).toBe(
    core.programme.stations.size,
  );
  const again = await server.inject({
    url: `/api/v1/gates/${gate.id}/programme`,
    headers: { 'x-device': gate.clientId, 'if-none-match': String(first.headers.etag) },
  });
  expect(again.statusCode).toBe(304);
});
