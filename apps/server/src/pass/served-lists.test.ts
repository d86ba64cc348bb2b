import { instantOf, secondsOf } from '@liyu/domain/kernel';
import {
  type StatusList,
  type TrustEntry,
  toHex,
  verifyStatusDelta,
  verifyStatusList,
  verifyTrustList,
} from '@liyu/pass';
import { nodeCrypto, pointFromJwk } from '@liyu/pass/node';
import { afterAll, expect, test } from 'vitest';
import { ANNUAL, at, HONOUR, openTestGate } from '../../test/gate.ts';
import { instant } from '../../test/test-core.ts';
import { buildHttp } from '../edge/http.ts';
import { reinstatePasses, suspendPasses } from './status-store.ts';
import { revokeAll } from './workflow.ts';

const gate = await openTestGate();
const { city } = gate;
const { core } = city;
const NOON = secondsOf(instant(at('12:00:00')));
await gate.codeOf(ANNUAL, at('11:00:00'));
await gate.codeOf(HONOUR, at('11:00:00'));
const donorId = await city.donorOf(ANNUAL);
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

const { entry } = core.keyring.issuer('phone', NOON);
const [pass] = await core.database
  .selectFrom('pass')
  .select('status_index')
  .where('donor_id', '=', donorId)
  .execute();
const INDEX = pass?.status_index ?? -1;

/** A gate's way of asking: what it holds, and when it asks. */
class Asking {
  list: StatusList | undefined;
  etag: string | undefined;
  readonly entry: TrustEntry = entry;

  async ask(seconds: number): Promise<{ status: number; type: string; bytes: number }> {
    city.setNow(instantOf(seconds));
    const since = this.list === undefined ? '' : `?since=${this.list.iat}`;
    const answer = await server.inject({
      url: `/api/v1/status-lists/${toHex(this.entry.kid)}${since}`,
      headers: this.etag === undefined ? {} : { 'if-none-match': this.etag },
    });
    const type = String(answer.headers['content-type'] ?? '');
    if (answer.statusCode !== 200) return { status: answer.statusCode, type, bytes: 0 };
    const how = { now: seconds, crypto: nodeCrypto };
    const bytes = new Uint8Array(answer.rawPayload);
    const verified =
      this.list !== undefined && type.includes('delta')
        ? await verifyStatusDelta(bytes, this.entry, this.list, how)
        : await verifyStatusList(bytes, this.entry, how);
    if (!verified.ok) throw new Error(verified.code);
    this.list = verified.list;
    this.etag = String(answer.headers.etag);
    return { status: 200, type, bytes: bytes.length };
  }
}

test('a change is in the delta at once, and nothing is sent while there is none', async () => {
  const asking = new Asking();
  expect(await asking.ask(NOON)).toMatchObject({ status: 200, type: 'application/statuslist+cwt' });
  expect(asking.list?.statusOf(INDEX)).toBe('valid');
  expect(await asking.ask(NOON + 20)).toMatchObject({ status: 304 });
  await suspendPasses(core.database, donorId, instantOf(NOON + 21));
  const delta = await asking.ask(NOON + 22);
  expect(delta).toMatchObject({ status: 200, type: 'application/statuslist-delta+cwt' });
  expect(delta.bytes).toBeLessThan(300);
  expect(asking.list?.statusOf(INDEX)).toBe('suspended');
  await reinstatePasses(core.database, donorId, instantOf(NOON + 30), []);
  await asking.ask(NOON + 31);
  expect(asking.list?.statusOf(INDEX)).toBe('valid');
});

test('no 304 proves for longer than five minutes how old a list is', async () => {
  const asking = new Asking();
  await asking.ask(NOON + 100);
  expect(await asking.ask(NOON + 399)).toMatchObject({ status: 304 });
  expect(await asking.ask(NOON + 400)).toMatchObject({
    status: 200,
    type: 'application/statuslist-delta+cwt',
  });
  expect(asking.list?.iat).toBe(NOON + 400);
});

test('a change that was committed after the list was signed is told all the same', async () => {
  const asking = new Asking();
  await asking.ask(NOON + 500);
  const other = await city.donorOf(HONOUR);
  await suspendPasses(core.database, other, instantOf(NOON + 450));
  await asking.ask(NOON + 520);
  const [row] = await core.database
    .selectFrom('pass')
    .select('status_index')
    .where('donor_id', '=', other)
    .execute();
  expect(asking.list?.statusOf(row?.status_index ?? -1)).toBe('suspended');
});

test('two changes within a second: the second is not lost', async () => {
  const asking = new Asking();
  await asking.ask(NOON + 600);
  await suspendPasses(core.database, donorId, instantOf(NOON + 600));
  expect(await asking.ask(NOON + 600)).toMatchObject({ status: 304 });
  await asking.ask(NOON + 601);
  expect(asking.list?.statusOf(INDEX)).toBe('suspended');
  await reinstatePasses(core.database, donorId, instantOf(NOON + 602), []);
});

test.each([
  ['a day', 86_400, 'application/statuslist-delta+cwt'],
  ['longer', 86_401, 'application/statuslist+cwt'],
])('a list that is %s old gets %i: %s', async (_, age, type) => {
  const asking = new Asking();
  await asking.ask(NOON + 700);
  expect((await asking.ask(NOON + 700 + age)).type).toBe(type);
});

test('who ask in the same moment get the same bytes, signed once', async () => {
  await revokeAll(core.database, donorId, instantOf(NOON + 800));
  const one = new Asking();
  await one.ask(NOON + 800);
  city.setNow(instantOf(NOON + 815));
  const url = `/api/v1/status-lists/${toHex(entry.kid)}?since=${one.list?.iat}`;
  const [first, second] = await Promise.all([server.inject(url), server.inject(url)]);
  expect(first.rawPayload.equals(second.rawPayload)).toBe(true);
});

test('the trust list has a tag, and is not sent again', async () => {
  city.setNow(at('12:00:00'));
  const first = await server.inject('/api/v1/trust-list');
  const { x, y } = core.keyring.rootKey();
  const root = pointFromJwk({ kty: 'EC', crv: 'P-256', x, y });
  const verified = await verifyTrustList(new Uint8Array(first.rawPayload), root, {
    now: NOON,
    lowestVersion: 0,
    crypto: nodeCrypto,
  });
  expect(verified.ok).toBe(true);
  const again = await server.inject({
    url: '/api/v1/trust-list',
    headers: { 'if-none-match': String(first.headers.etag) },
  });
  expect(again.statusCode).toBe(304);
  expect(again.rawPayload).toHaveLength(0);
});

test.each([
  ['/api/v1/status-lists/ffff', 404],
  [`/api/v1/status-lists/${toHex(entry.kid)}?since=soon`, 400],
])('%s: %i', async (url, status) => {
  expect((await server.inject(url)).statusCode).toBe(status);
});
