import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLiyu } from '../../test/command.ts';
import { openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { verifyAudit } from '../audit/workflow.ts';
import { buildHttp } from '../edge/http.ts';
import { addLogin } from '../login/workflow.ts';

const PASSWORD = 'the sun over the river';
const NAME = '欧阳测试';
const DOCUMENT = residentNumber(1);
const PHONE = '15400000001';
let city: TestCore;
let server: FastifyInstance;
let donorId: string;
let said = '';
const cookies = new Map<string, string>();

beforeAll(async () => {
  city = await openTestCore('2026-11-24T12:00:00+08:00');
  await city.importRows([
    { number: 'A1', document: DOCUMENT, name: NAME, phone: PHONE, donatedOn: '2026-03-10' },
  ]);
  donorId = await city.donorOf(DOCUMENT);
  const logTo = new Writable({
    write(part, _encoding, done) {
      said += String(part);
      done();
    },
  });
  const { core } = city;
  const options = { token: 'secret-of-the-home', open: false, checkAnswers: true } as const;
  server = await buildHttp({ core, ...options, logLevel: 'info', logTo });
  for (const [role, partner] of [['operator'], ['auditor'], ['clerk', 'bus']] as const) {
    await addLogin(core, { name: role, role, partner, password: PASSWORD }, 'owner');
    const payload = { name: role, password: PASSWORD };
    const signedIn = await server.inject({ method: 'POST', url: '/api/v1/sessions', payload });
    cookies.set(role, `liyu=${signedIn.cookies[0]?.value}`);
  }
});
afterAll(async () => {
  await server.close();
  await city.close();
});

const headersOf = (role: string) => ({
  cookie: cookies.get(role) ?? '',
  'sec-fetch-site': 'same-origin',
});
const post = (role: string, url: string, payload: object) =>
  server.inject({ method: 'POST', url: `/api/v1${url}`, payload, headers: headersOf(role) });
const get = (role: string, url: string) =>
  server.inject({ url: `/api/v1${url}`, headers: headersOf(role) });
const looks = async (): Promise<Record<string, unknown>[]> =>
  (await get('auditor', `/donors/${donorId}/looks`)).json().looks;
const lastLook = async () => (await looks())[0];

describe('by the document that is shown', () => {
  test('an operator finds the donor, masked', async () => {
    const answer = await post('operator', '/donors/search', { number: DOCUMENT });
    expect(answer.json()).toEqual({
      donors: [{ donorId, name: '欧**', card: { kind: 'annual', validThrough: '2027-03-10' } }],
    });
    expect(await lastLook()).toMatchObject({ by: 'operator', role: 'operator', what: 'search' });
  });

  test('a clerk sees the masked name and the card, and nothing by which to follow a person', async () => {
    const answer = await post('clerk', '/donors/search', { number: ` ${DOCUMENT.toLowerCase()} ` });
    expect(answer.json()).toEqual({
      donors: [{ name: '欧**', card: { kind: 'annual', validThrough: '2027-03-10' } }],
    });
    expect(await lastLook()).toMatchObject({ by: 'clerk', partner: 'bus', what: 'search' });
  });

  test('nobody is nobody, and leaves no look', async () => {
    const before = await looks();
    const answer = await post('clerk', '/donors/search', { number: residentNumber(2) });
    expect([answer.statusCode, answer.json()]).toEqual([200, { donors: [] }]);
    expect(await looks()).toEqual(before);
  });

  test('a clerk lets the donor in by the document; the look says why', async () => {
    const body = { document: { number: DOCUMENT }, venue: 'bus-regular', reason: 'phone is empty' };
    const answer = await post('clerk', '/manual-fallbacks', body);
    expect(answer.json()).toMatchObject({ open: true, code: 'granted' });
    expect(await lastLook()).toMatchObject({ what: 'admit', reason: 'phone is empty' });
    const use = await city.core.database.selectFrom('redemption').select('clerk').execute();
    expect(use).toEqual([{ clerk: 'clerk' }]);
    const both = { ...body, donorId };
    expect((await post('clerk', '/manual-fallbacks', both)).statusCode).toBe(400);
  });
});

test('what an act would do to a donor is a look, for who asks and who decides', async () => {
  const act = { donation: 'A1', correction: 'mistake', reason: 'a wrong tube' };
  const shown = await post('operator', '/corrections', { ...act, preview: true });
  expect(shown.json().effect.donors[0].before.card.kind).toBe('annual');
  expect(await lastLook()).toMatchObject({ by: 'operator', what: 'effect' });
  const asked = await post('operator', '/corrections', act);
  const { id } = asked.json().approval;
  const before = (await looks()).length;
  expect((await get('auditor', `/approvals/${id}`)).statusCode).toBe(200);
  expect(await looks()).toHaveLength(before + 1);
  expect(await lastLook()).toMatchObject({ by: 'auditor', what: 'effect' });
});

describe('by the id', () => {
  test('everything is masked, and the look is recorded', async () => {
    const answer = await get('operator', `/donors/${donorId}`);
    expect(answer.json()).toMatchObject({ name: '欧**', bornOn: '1985-**-**', tier: 'first' });
    for (const clear of [NAME, DOCUMENT, PHONE]) expect(answer.body).not.toContain(clear);
    expect(await lastLook()).toMatchObject({ what: 'read' });
  });

  test('the standing is a look, too', async () => {
    const answer = await get('operator', `/donors/${donorId}/standing`);
    expect(answer.json()).toMatchObject({ on: '2026-11-24', evidence: [{ donation: 'A1' }] });
    expect(await lastLook()).toMatchObject({ what: 'standing' });
  });

  test('in clear only after the password again, for a reason, until five minutes are over', async () => {
    const url = `/donors/${donorId}/reveal`;
    const before = await looks();
    const without = await post('operator', url, { reason: 'a letter' });
    expect([without.statusCode, without.json().code]).toEqual([403, 'step_up_needed']);
    await post('operator', '/sessions/current/step-up', { password: PASSWORD });
    expect((await post('operator', url, {})).statusCode).toBe(400);
    expect(await looks()).toEqual(before);
    const answer = await post('operator', url, { reason: 'a letter' });
    expect(answer.json()).toEqual({
      name: NAME,
      bornOn: '1985-01-01',
      phone: PHONE,
      documents: [{ type: 'resident_id', number: DOCUMENT }],
    });
    expect(await lastLook()).toMatchObject({ what: 'reveal', reason: 'a letter' });
    city.setNow('2026-11-24T12:05:00+08:00');
    expect((await post('operator', url, { reason: 'a letter' })).statusCode).toBe(403);
  });
});

async function command(...argv: string[]): Promise<unknown> {
  return (await runLiyu(city, argv)).answer;
}

describe('a command of the owner that names a person', () => {
  test.each([
    [['standing', '--document', DOCUMENT], 'standing'],
    [['decide', '--document', DOCUMENT, '--benefit', 'ride', '--line', 'metro-1'], 'decide'],
    [
      ['admit', '--document', DOCUMENT, '--venue', 'jinci-museum', '--by', 'x', '--reason', 'y'],
      'admit',
    ],
  ])('%j is a look of the owner', async (argv, what) => {
    expect(await command(...argv)).not.toHaveProperty('code', 'unknown_document');
    expect(await lastLook()).toMatchObject({ by: 'owner', role: 'owner', what });
  });

  test('one that counts everyone is none', async () => {
    const before = await looks();
    await command('standing', '--summary');
    await command('standing', '--document', residentNumber(2));
    expect(await looks()).toEqual(before);
  });
});

test('looks are read page by page, and stand in the audit log', async () => {
  const all = await looks();
  expect(all.length).toBeGreaterThan(8);
  const third = String(all[2]?.lookId);
  const older = await get('auditor', `/donors/${donorId}/looks?before=${third}`);
  expect(older.json().looks).toEqual(all.slice(3));
  expect(await verifyAudit(city.core, () => {})).toMatchObject({ ok: true });
});

test('no look, leaf or line of the log holds name, document, telephone, password or cookie', async () => {
  const { database } = city.core;
  const kept = [
    ...(await database.selectFrom('access_look').selectAll().execute()),
    ...(await database.selectFrom('audit_leaf').select('body').execute()),
  ];
  expect(said).toContain('/api/v1/donors/:id');
  for (const secret of [NAME, DOCUMENT, PHONE, PASSWORD, ...cookies.values()]) {
    expect(JSON.stringify(kept)).not.toContain(secret);
    expect(said).not.toContain(secret.replace('liyu=', ''));
  }
});
