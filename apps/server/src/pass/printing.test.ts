/** A card on paper: it can be scanned, measured and read, and another one ends it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { secondsOf } from '@liyu/domain/kernel';
import { createVerifier, parseCode, STAFFED_WINDOW, verifyStatusList } from '@liyu/pass';
import { nodeCrypto } from '@liyu/pass/node';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLiyu } from '../../test/command.ts';
import { openProduction, TOKEN } from '../../test/donor-phone.ts';
import { countDarkDots, measureCode, readWords, scanPage } from '../../test/printed-page.ts';
import { openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { claimAtCounter } from '../claim/workflow.ts';
import { scan } from '../redemption/workflow.ts';
import { cardPage, setCardPage } from './card-page.ts';
import { printCardFor } from './printing.ts';

const NOW = '2026-11-24T08:00:00+08:00';
const CLERK = { by: 'clerk-1', seen: 'identity card seen' };
const document = residentNumber(1);
const unclaimed = residentNumber(2);
const NAME = '孟=#拾柒';
let city: TestCore;
let server: FastifyInstance;

beforeAll(async () => {
  city = await openTestCore(NOW);
  await city.importRows([
    { number: 'A1', document, donatedOn: '2026-06-10', name: NAME },
    { number: 'A2', document: unclaimed, donatedOn: '2026-06-10' },
  ]);
  await claimAtCounter(city.core, { document }, CLERK);
  server = await openProduction(city.core);
});
afterAll(async () => {
  await server.close();
  await city.close();
});

async function print(accept: string) {
  const headers = { authorization: `Bearer ${TOKEN}`, accept };
  const payload = { document, seen: 'same' };
  return server.inject({ method: 'POST', url: '/api/v1/passes/printed', headers, payload });
}

const get = async (url: string) =>
  new Uint8Array((await server.inject({ method: 'GET', url: `/api/v1/${url}` })).rawPayload);

async function verify(code: string) {
  const now = secondsOf(city.core.clock.now());
  const { list } = await city.core.keyring.trustList(now);
  return createVerifier({ crypto: nodeCrypto }).verify(code, {
    now,
    zone: 'site',
    window: STAFFED_WINDOW,
    acceptPrinted: true,
    trustList: list,
    statusOf: () => 'valid',
    statusAgeSeconds: 0,
    maxStatusAgeSeconds: 0,
  });
}

test('the page is scanned, and what is read is a good printed pass of version 9-Q, large enough', async () => {
  const answer = await print('application/pdf');
  expect(answer.headers['content-type']).toBe('application/pdf');
  expect(answer.headers['cache-control']).toBe('no-store');
  const codes = scanPage(answer.rawPayload);
  const [code = ''] = codes;
  expect(codes).toHaveLength(1);
  expect(await verify(code)).toMatchObject({ ok: true, pass: { scope: { kind: 'printed' } } });
  expect(await scan(city.core, WHOLE_CITY, { code, venue: 'jinci-museum' })).toMatchObject({
    open: true,
  });

  const { left, top, right, bottom } = measureCode(answer.rawPayload);
  const version9 = 53;
  const moduleMm = (right - left) / version9;
  expect(moduleMm).toBeGreaterThanOrEqual(0.5);
  expect((bottom - top) / version9).toBeCloseTo(moduleMm, 3);
  const quiet = 4 * moduleMm;
  // Two dots beside the code may be half its own.
  const edge = 0.2;
  const around = [
    { left: left - quiet, right: right + quiet, top: top - quiet, bottom: top - edge },
    { left: left - quiet, right: right + quiet, top: bottom + edge, bottom: bottom + quiet },
    { left: left - quiet, right: left - edge, top, bottom },
    { left: right + edge, right: right + quiet, top, bottom },
  ];
  const dots = countDarkDots(answer.rawPayload, [...around, { left, top, right, bottom }]);
  expect(dots.slice(0, 4)).toEqual([0, 0, 0, 0]);
  expect(dots[4]).toBeGreaterThan(1000);
});

test('it says whose it is, masked, until when, how it is used, whom to call, and that it is a sample', async () => {
  const text = readWords((await print('application/pdf, */*')).rawPayload);
  // The printed key's passes end with its 90 days, before the annual card.
  const { expiresAt } = (await print('application/json')).json();
  const lastDay = new Date(Date.parse(expiresAt) + 8 * 3_600_000 - 1);
  const zh = `${lastDay.getUTCFullYear()}年${lastDay.getUTCMonth() + 1}月${lastDay.getUTCDate()}日`;
  for (const words of [
    '孟**',
    `有效至${zh}`,
    `Validthrough${lastDay.getUTCDate()}`,
    city.core.programme.city.counter.telephone,
    '爱心启航款',
    'Firstvoyage',
    '年卡',
    '一天最多用6次',
    'Oncein20minutes',
    '样例数据',
    'Sampledata',
  ]) {
    expect(text).toContain(words);
  }
  for (const secret of [NAME, '拾柒', document]) expect(text).not.toContain(secret);
});

test('where the programme prints full names, a name is words and never markup', () => {
  const facts = { code: 'LY1:AB', cardNumber: '123456789012', tier: 5, honour: true };
  const name = '#panic() $x$ *王* _甲_';
  const at = city.core.clock.now();
  const page = cardPage(city.core.programme, { ...facts, name, endsAt: at }, at);
  expect(readWords(setCardPage(page, at))).toContain(name.replaceAll(' ', ''));
});

async function statusOf(code: string) {
  const now = secondsOf(city.core.clock.now());
  const parsed = parseCode(code);
  if ('malformed' in parsed) throw new Error(parsed.malformed);
  const { kid, scope } = parsed.pass.claims;
  const { list } = await city.core.keyring.trustList(now);
  const entry = list.entries.find((one) => Buffer.compare(one.kid, kid) === 0);
  if (entry === undefined) throw new Error('the trust list has the key');
  const bytes = await get(`status-lists/${Buffer.from(kid).toString('hex')}`);
  const verified = await verifyStatusList(bytes, entry, { now, crypto: nodeCrypto });
  if (!verified.ok) throw new Error(verified.detail);
  return verified.list.statusOf(scope.statusIndex);
}

test('another card ends the one before, in the signed list that gates read too', async () => {
  const first = (await print('application/json')).json().code;
  expect(await statusOf(first)).toBe('valid');
  const second = (await print('application/json')).json().code;
  expect(second).not.toBe(first);
  expect([await statusOf(first), await statusOf(second)]).toEqual(['revoked', 'valid']);
  expect(await scan(city.core, WHOLE_CITY, { code: first, venue: 'mengshan' })).toMatchObject({
    open: false,
    code: 'revoked',
  });
});

test('a printing that fails leaves the card before it good', async () => {
  const { code } = (await print('application/json')).json();
  const broken = {
    ...city.core,
    // The third id is the audit leaf's: by then the transaction has changed everything.
    newId: (() => {
      const ids = ['one', 'two'].map(() => city.core.newId());
      return () => {
        const id = ids.pop();
        if (id === undefined) throw new Error('broken on purpose');
        return id;
      };
    })(),
  };
  await expect(printCardFor(broken, { document }, CLERK)).rejects.toThrow('broken on purpose');
  expect(await statusOf(code)).toBe('valid');
});

test('the command writes the page, claims where it is asked to, and refuses where it may not', async () => {
  const argv = ['print-card', '--document', unclaimed, '--seen', 'card seen', '--out', 'card.pdf'];
  expect(await runLiyu(city, argv)).toMatchObject({ status: 1, answer: { code: 'not_claimed' } });
  const ran = await runLiyu(city, [...argv, '--claim']);
  expect(ran).toMatchObject({ status: 0, answer: { name: '测**', file: 'card.pdf' } });
  expect(scanPage(readFileSync(path.join(city.home, 'card.pdf')))).toEqual([ran.answer.code]);
  const nobody = ['print-card', '--document', residentNumber(9), ...argv.slice(3)];
  expect(await runLiyu(city, nobody)).toMatchObject({
    status: 1,
    answer: { code: 'unknown_donor' },
  });
});
