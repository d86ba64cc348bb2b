/** A second person on the real database: asked, approved once, never by who asked. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { verifyAudit } from '../audit/workflow.ts';
import { correctDonation } from '../donation/correct.ts';
import { buildHttp } from '../edge/http.ts';
import { loadStanding } from '../standing/workflow.ts';
import { ACTS } from './acts.ts';
import { insertDecision } from './store.ts';
import { decideApproval, findApprovalById, loadApprovals } from './workflow.ts';

const NOON = '2026-11-24T12:00:00+08:00';
const HONOUR = residentNumber(1);
const OTHER = residentNumber(2);
let city: TestCore;
let server: FastifyInstance;

beforeAll(async () => {
  city = await openTestCore(NOON);
  await city.importRows([
    ...Array.from({ length: 10 }, (_, at) => ({
      number: `H${at}`,
      document: HONOUR,
      donatedOn: `20${16 + at}-05-05`,
      amount: '400',
    })),
    { number: 'O1', document: OTHER, donatedOn: '2026-09-09' },
  ]);
  const options = { token: 'owner', open: true, logLevel: 'silent', checkAnswers: true } as const;
  server = await buildHttp({ core: city.core, ...options });
});
afterAll(async () => {
  await server.close();
  await city.close();
});

const ask = async (donation: string, correction: 'mistake' | 'restored' = 'mistake') => {
  const request = { donation, correction, reason: 'the tube was another’s' };
  const report = await correctDonation(city.core, request, { by: 'li', mode: 'ask_on_loss' });
  if ('refused' in report) throw new Error(report.refused);
  return report;
};
const decide = (id: string | undefined, by: string, granted = true) =>
  decideApproval(city.core, ACTS, id ?? '', { granted, by, reason: granted ? null : 'not so' });
const tier = async (document = HONOUR) => {
  const on = '2026-11-24' as Parameters<typeof loadStanding>[2];
  return (await loadStanding(city.core, await city.donorOf(document), on)).tier;
};
const post = (url: string, payload: object) =>
  server.inject({ method: 'POST', url, payload, headers: { host: 'localhost' } });
const get = (url: string) => server.inject({ url, headers: { host: 'localhost' } });

test('what takes the honour card waits; who asked may not decide, in the store neither', async () => {
  const { kept, approval } = await ask('H0');
  expect({ kept, needed: approval.needed }).toEqual({ kept: false, needed: true });
  expect(await tier()).toBe('bronze');
  expect(await decide(approval.id, 'li')).toEqual({ refused: 'same_person' });
  const forged = insertDecision(city.core.database, {
    approval_id: approval.id ?? '',
    outcome: 'approved',
    decided_by: 'li',
    decided_at: city.core.clock.now(),
    reason: null,
    next_id: null,
  });
  await expect(forged).rejects.toMatchObject({ code: '23514' });
  expect((await loadApprovals(city.core)).map(({ id }) => id)).toEqual([approval.id]);
});

test('approved by another it is done, once, and names both', async () => {
  const [waiting] = await loadApprovals(city.core);
  expect(await decide(waiting?.id, 'wang')).toMatchObject({
    outcome: 'approved',
    effect: { lost: 1, donors: [{ lost: true, after: { tier: 'second' } }] },
  });
  expect(await tier()).toBe('second');
  expect(await decide(waiting?.id, 'zhao')).toEqual({ refused: 'decided_already' });
  expect(await loadApprovals(city.core)).toEqual([]);
  const row = await city.core.database
    .selectFrom('donation_correction')
    .select(['recorded_by', 'approval_id'])
    .executeTakeFirst();
  expect(row).toEqual({ recorded_by: 'li', approval_id: waiting?.id });
  const found = await findApprovalById(city.core, waiting?.id ?? '');
  expect(found?.decision).toMatchObject({ outcome: 'approved', by: 'wang' });
});

test('what only gives is done at once', async () => {
  expect(await ask('H0', 'restored')).toMatchObject({ kept: true, approval: { needed: false } });
  expect(await tier()).toBe('bronze');
});

test('refused, nothing is done; an unknown id is refused', async () => {
  const { approval } = await ask('H1');
  expect(await decide(approval.id, 'wang', false)).toMatchObject({ outcome: 'refused' });
  expect(await decide(approval.id, 'wang')).toEqual({ refused: 'decided_already' });
  expect(await decide(city.core.newId(), 'wang')).toEqual({ refused: 'unknown_approval' });
  expect(await tier()).toBe('bronze');
});

test('of two who approve at once, one does it', async () => {
  const { approval } = await ask('H2');
  const both = await Promise.all([decide(approval.id, 'wang'), decide(approval.id, 'zhao')]);
  const outcomes = both.map((one) => ('outcome' in one ? one.outcome : one.refused));
  expect(outcomes.sort()).toEqual(['approved', 'decided_already']);
  await ask('H2', 'restored');
});

test('another effect by then: nothing is done, it is asked anew with what it is now', async () => {
  const { approval } = await ask('H3');
  await city.importRows([{ number: 'N1', document: HONOUR, donatedOn: '2026-11-23' }]);
  const answer = await decide(approval.id, 'wang');
  expect(answer).toMatchObject({ refused: 'changed_meanwhile' });
  expect(await tier()).toBe('bronze');
  const [anew] = await loadApprovals(city.core);
  expect(answer).toMatchObject({ nextId: anew?.id });
  expect(anew).toMatchObject({
    askedBy: 'li',
    effect: { donors: [{ before: { counts: { city: '21' } } }] },
  });
  expect(await decide(approval.id, 'zhao')).toEqual({ refused: 'decided_already' });
  expect(await decide(anew?.id, 'wang')).toMatchObject({ outcome: 'approved' });
  await ask('H3', 'restored');
});

test('after 14 days it is open no more', async () => {
  const { approval } = await ask('O1');
  expect(approval.endsAt).toBe('2026-12-08T04:00:00.000Z');
  city.setNow('2026-12-08T11:59:59+08:00');
  expect(await loadApprovals(city.core)).toHaveLength(1);
  city.setNow('2026-12-08T12:00:00+08:00');
  expect(await loadApprovals(city.core)).toEqual([]);
  expect(await decide(approval.id, 'wang')).toEqual({ refused: 'approval_ended' });
  city.setNow(NOON);
});

describe('over HTTP', () => {
  const body = { donation: 'O1', correction: 'mistake', reason: 'the tube was another’s' };

  test('a preview shows the cascade, and keeps and asks nothing', async () => {
    const before = (await get('/api/v1/approvals')).json();
    const response = await post('/api/v1/corrections', { ...body, preview: true });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({
      kept: false,
      approval: { needed: true },
      effect: {
        lost: 1,
        donors: [{ before: { card: { kind: 'annual' } }, after: { card: null } }],
      },
    });
    expect((await get('/api/v1/approvals')).json()).toEqual(before);
  });

  test('202 names what waits; the owner who asked may not approve it', async () => {
    const response = await post('/api/v1/corrections', body);
    expect(response.statusCode).toBe(202);
    const { id } = response.json().approval;
    const url = `/api/v1/approvals/${id}`;
    expect((await get(url)).json()).toMatchObject({ kind: 'correction', decision: null });
    const own = await post(`${url}/decision`, { granted: true });
    expect([own.statusCode, own.json().code]).toEqual([403, 'same_person']);
    expect((await post(`${url}/decision`, { granted: false })).statusCode).toBe(400);
  });

  test('what is not there is 404, what is not well-formed names the field', async () => {
    expect((await post('/api/v1/corrections', { ...body, donation: 'NONE' })).statusCode).toBe(404);
    expect((await get(`/api/v1/approvals/${city.core.newId()}`)).statusCode).toBe(404);
    const long = await post('/api/v1/corrections', { ...body, reason: residentNumber(1) });
    expect(long.json().errors[0].pointer).toBe('/reason');
  });
});

test('the audit log speaks of every request and decision', async () => {
  expect(await verifyAudit(city.core)).toMatchObject({ ok: true, problems: [] });
});
