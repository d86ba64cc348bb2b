/** Donations pushed by a blood bank's machine: an answer for each, seen at the next read. */
import type { CivilDate } from '@liyu/domain/kernel';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instant, openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { revertImport } from '../donation/revert.ts';
import { buildHttp } from '../edge/http.ts';
import { makeMachine, ORIGIN, signInAt } from '../machine/test/machines.ts';
import { findPassPeriods } from '../pass/workflow.ts';
import { describeStanding } from '../standing/workflow.ts';

const NOON = '2026-11-24T12:00:00+08:00';
const TODAY = '2026-11-24' as CivilDate;
let city: TestCore;
let server: FastifyInstance;
let bank: string;
let other: string;

beforeAll(async () => {
  city = await openTestCore(NOON);
  const core = { ...city.core, config: { ...city.core.config, origin: ORIGIN } };
  server = await buildHttp({
    core,
    token: 'the-home-owner-shows-this',
    open: false,
    logLevel: 'silent',
    checkAnswers: true,
  });
  const [one, two] = [
    await makeMachine(core, 'bank-1', ['ES256']),
    await makeMachine(core, 'bank-2', ['ES256']),
  ];
  bank = await signInAt(server, core, one);
  other = await signInAt(server, core, two);
});
afterAll(async () => {
  await server.close();
  await city.close();
});

const call = (method: 'GET' | 'POST', url: string, token: string, payload?: object) =>
  server.inject({
    method,
    url: `/api/v1${url}`,
    headers: { authorization: `Bearer ${token}` },
    ...(payload === undefined ? {} : { payload }),
  });

/** Pushes as the first machine and answers what became of it. */
async function push(body: object) {
  const response = await call('POST', '/donations', bank, body);
  expect(response.statusCode).toBe(200);
  return response.json();
}

const donation = (number: string, ordinal: number, donatedOn: string, more: object = {}) => ({
  donation_number: number,
  name: '测试甲',
  document_type: 'resident_id',
  document_number: residentNumber(ordinal),
  donated_on: donatedOn,
  kind: 'whole_blood',
  amount: 400,
  ...more,
});

test('half a character is refused where it stands, and the others are taken in', async () => {
  const half = '\ud842';
  const answer = await push([
    donation('U1', 8, '2026-03-01', { city: half }),
    donation('U2', 8, '2026-03-01', { kind: half }),
    donation('U3', 8, '2026-03-01', { site: '𠮷' }),
  ]);
  expect(answer).toMatchObject({
    imported: 1,
    donations: [
      { outcome: 'rejected', errors: [{ pointer: '/0/city', code: 'characters_unreadable' }] },
      { outcome: 'rejected', errors: [{ pointer: '/1/kind', code: 'characters_unreadable' }] },
      { outcome: 'imported' },
    ],
  });
});

test('what is sent in another form is named where it stands', async () => {
  const wrong = async (body: object): Promise<object> => {
    const response = await call('POST', '/donations', bank, body);
    expect(response.statusCode).toBe(400);
    return response.json().errors;
  };
  const good = donation('W1', 9, '2026-03-01');
  expect(await wrong([good, { ...good, amount: true }])).toMatchObject([{ pointer: '/1/amount' }]);
  expect(await wrong(Array.from({ length: 1001 }, () => good))).toMatchObject([
    { code: 'too_big', message: { zh: expect.stringMatching('1000') } },
  ]);
  expect(await wrong([good, null])).toMatchObject([{ pointer: '/1', code: 'invalid_type' }]);
  expect(await wrong({ ...good, name: ['x'] })).toMatchObject([{ pointer: '/name' }]);
});

test('one donation: when it is answered, standing, card and passes are new', async () => {
  await city.importRows([{ number: 'A0', document: residentNumber(1), donatedOn: '2025-12-01' }]);
  const donorId = await city.donorOf(residentNumber(1));
  const before = await describeStanding(city.core, donorId, TODAY);
  expect(before.card?.validThrough).toBe('2026-12-01');
  const periods = await findPassPeriods(city.core, donorId, 'phone', instant(NOON));

  const answer = await push(donation('A1', 1, '2026-11-24'));
  expect(answer).toMatchObject({
    imported: 1,
    donations: [{ pointer: '', donation: 'A1', outcome: 'imported', errors: [] }],
  });
  const after = await describeStanding(city.core, donorId, TODAY);
  expect(after.card?.validThrough).toBe('2027-11-24');
  const events = await city.core.database
    .selectFrom('card_event')
    .select(['event', 'valid_through'])
    .where('donor_id', '=', donorId)
    .orderBy('event_id')
    .execute();
  expect(events.at(-1)).toEqual({ event: 'extended', valid_through: '2027-11-24' });
  const later = await findPassPeriods(city.core, donorId, 'phone', instant(NOON));
  expect(later.length).toBeGreaterThan(periods.length);
});

test('a new donor has a card at once', async () => {
  await push([donation('B1', 2, '2026-11-23')]);
  const donorId = await city.donorOf(residentNumber(2));
  const { card } = await describeStanding(city.core, donorId, TODAY);
  expect(card).toMatchObject({ kind: 'annual', validThrough: '2027-11-23' });
});

test('each donation has its answer, with the field that is wrong', async () => {
  const again = donation('C1', 3, '2026-01-05');
  await push(again);
  const answer = await push([
    again,
    donation('C1', 3, '2026-01-06'),
    donation('C2', 3, '2026-02-30', { kind: 'tea' }),
    donation('C3', 3, '2026-01-07'),
    donation('C3', 3, '2026-01-07'),
    {},
  ]);
  expect(answer).toMatchObject({ imported: 1, unchanged: 2, conflicts: 1, rejected: 2 });
  const outcomes = answer.donations.map((one: { outcome: string }) => one.outcome);
  expect(outcomes).toEqual([
    'unchanged',
    'conflict',
    'rejected',
    'imported',
    'unchanged',
    'rejected',
  ]);
  const [, conflict, wrong, , , empty] = answer.donations;
  expect(conflict.errors).toMatchObject([{ pointer: '/1/donation_number', code: 'conflict' }]);
  expect(wrong.errors.map((one: { pointer: string }) => one.pointer)).toEqual([
    '/2/donated_on',
    '/2/kind',
  ]);
  expect(wrong.errors[0].message.zh).toMatch(/\p{Script=Han}/u);
  expect(empty.errors).toMatchObject([{ pointer: '/5/donation_number', code: 'missing' }]);
});

test('sent again after a lost answer nothing is double', async () => {
  const sent = Array.from({ length: 1000 }, (_, at) =>
    donation(`D${at}`, 100 + (at % 300), `20${10 + (at % 15)}-03-04`),
  );
  const answers = await Promise.all([push(sent), push(sent)]);
  expect(answers.map(({ imported }) => imported).sort((a, b) => a - b)).toEqual([0, 1000]);
  expect((await push(sent)).unchanged).toBe(1000);
});

test('every push is an import of its own, and can be taken back', async () => {
  const { importId } = await push(donation('E1', 4, '2026-11-20'));
  const donorId = await city.donorOf(residentNumber(4));
  const answer = (await call('GET', `/donation-imports/${importId}`, bank)).json();
  expect(answer).toMatchObject({
    state: 'done',
    received: { source: 'push', by: expect.any(String) },
  });
  await revertImport(city.core, { importId, reason: 'a test' }, { by: 'li', mode: 'at_once' });
  expect((await describeStanding(city.core, donorId, TODAY)).card).toBe(null);
  expect((await push(donation('E1', 4, '2026-11-20'))).imported).toBe(1);
});

describe('who may', () => {
  test('a machine sees what it has sent itself; what another sent is as unknown', async () => {
    const { importId } = await push(donation('F1', 5, '2026-11-20'));
    const unknown = '01a205b3-e388-7000-a496-3529da07342d';
    for (const what of ['', '/events', '/errors.csv']) {
      const foreign = await call('GET', `/donation-imports/${importId}${what}`, other);
      const none = await call('GET', `/donation-imports/${unknown}${what}`, other);
      expect([foreign.statusCode, foreign.body]).toEqual([404, none.body]);
    }
    const listed = (await call('GET', '/donation-imports', other)).json();
    expect(listed).toEqual({ imports: [] });
    const mine = (await call('GET', '/donation-imports', bank)).json().imports;
    expect(mine[0]).toMatchObject({ importId, source: 'push' });
  });

  test('no gate, and nobody unknown; a machine takes nothing back', async () => {
    const gate = await makeMachine(city.core, 'gate-1', ['ES256'], 'device', 'metro-2');
    const token = await signInAt(server, city.core, gate);
    expect(
      (await call('POST', '/donations', token, donation('G1', 6, '2026-01-01'))).statusCode,
    ).toBe(403);
    expect(
      (await call('POST', '/donations', 'nothing', donation('G1', 6, '2026-01-01'))).statusCode,
    ).toBe(401);
    const { importId } = await push(donation('G2', 6, '2026-01-01'));
    const body = { reason: 'a test' };
    const response = await call('POST', `/donation-imports/${importId}/revert`, bank, body);
    expect(response.statusCode).toBe(403);
  });
});

test.each([
  ['an unknown field', { ...donation('H1', 7, '2026-01-01'), colour: 'red' }],
  ['a field that is no text', donation('H1', 7, '2026-01-01', { name: { first: 'x' } })],
  ['none at all', []],
  ['more than a thousand', Array.from({ length: 1001 }, () => ({}))],
])('%s is refused whole', async (_what, body) => {
  expect((await call('POST', '/donations', bank, body)).statusCode).toBe(400);
});
