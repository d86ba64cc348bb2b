import { serialiseProgramme } from '@liyu/domain/programme';
import { signTrustList, TRUST_LIST_LIFE_SECONDS } from '@liyu/pass';
import { generateKey } from '@liyu/pass/node';
import { expect, test } from 'vitest';
import { programme } from '../../test/city.ts';
import { city, type Stand, standAt } from '../../test/stand.ts';
import type { Fetched } from '../server-seam.ts';

const NOON = '2026-11-25T12:00:00+08:00';

/** The server serves this trust list from now on. */
function serveTrustList(stand: Stand, content: Uint8Array): void {
  stand.server.trustList = async () => {
    if (stand.server.isDown) throw new Error('connection refused');
    const answer: Fetched<Uint8Array> = {
      kind: 'newer',
      content,
      etag: null,
      now: new Date(stand.clock.time).toISOString() as Fetched<Uint8Array>['now'],
    };
    return answer;
  };
}

const secondsNow = (stand: Stand) => Math.floor(stand.clock.time / 1000);
const version = (stand: Stand) => stand.gate.status().trust?.version;

test('a lower version of the trust list is refused, also after a restart and without its file', async () => {
  const stand = await standAt(NOON);
  const held = version(stand) ?? 0;
  const lower = await city.trustList(secondsNow(stand), held - 1);
  serveTrustList(stand, lower);
  for (const lost of ['nothing', 'lists/trust']) {
    await stand.disk.remove(lost);
    await stand.restart();
    const { faults } = await stand.gate.refreshOnce();
    expect(faults).toEqual([expect.stringContaining('lower_version')]);
    expect(version(stand)).not.toBe(held - 1);
  }
  serveTrustList(stand, await city.trustList(secondsNow(stand), held + 1));
  expect((await stand.gate.refreshOnce()).faults).toEqual([]);
  expect(version(stand)).toBe(held + 1);
});

test('a list that is not the root’s never takes the place of the one that is', async () => {
  const stand = await standAt(NOON);
  const iat = secondsNow(stand);
  const forged = { version: 99_999, iat, exp: iat + TRUST_LIST_LIFE_SECONDS, entries: [] };
  serveTrustList(stand, await signTrustList(forged, generateKey().signer));
  expect((await stand.gate.refreshOnce()).faults).toEqual([
    expect.stringContaining('bad_signature'),
  ]);
  expect(await stand.scan(await city.makeCard())).toBe('granted');
});

test('lists come back after a restart, deltas included, without a server', async () => {
  const stand = await standAt(NOON);
  const card = await city.makeCard();
  for (const status of ['suspended', 'valid', 'revoked'] as const) {
    city.setStatus('phone', card.index, status);
    stand.clock.pass(300);
    expect((await stand.gate.refreshOnce()).faults).toEqual([]);
  }
  expect(stand.server.lists).toEqual({ whole: 2, deltas: 6 });
  stand.server.isDown = true;
  await stand.restart();
  expect(await stand.scan(card)).toBe('revoked');
  expect(await stand.scan(await city.makeCard())).toBe('granted');
  expect(stand.gate.status().statusLists[0]?.ageSeconds).toBe(0);
});

test('a bit flipped in any file of the lists: refused, and fetched again', async () => {
  const names = ['lists/trust', 'lists/trust-version', 'lists/status-0101', 'lists/programme'];
  for (const name of names) {
    const stand = await standAt(NOON);
    const bytes = (await stand.disk.read(name)) ?? new Uint8Array();
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 4;
    await stand.disk.replace(name, bytes);
    await stand.restart();
    const card = await city.makeCard();
    if (name !== 'lists/trust-version') expect(await stand.scan(card)).not.toBe('granted');
    expect((await stand.gate.refreshOnce()).faults).toEqual([]);
    expect(await stand.scan(card)).toBe('granted');
    await stand.restart();
    stand.clock.pass(601);
    expect(await stand.scan(card)).toBe('granted');
  }
});

test('the power goes while lists are taken: the gate has those before, or the new ones', async () => {
  const stand = await standAt(NOON);
  const card = await city.makeCard();
  city.setStatus('phone', card.index, 'suspended');
  for (let at = 1; at < 12; at += 1) {
    stand.clock.pass(300);
    const from = stand.disk.asked;
    stand.disk.failWhen((_, number) => (number === from + at ? 'EIO' : undefined));
    await stand.gate.refreshOnce();
    stand.disk.failWhen(() => undefined);
    stand.disk.cutPower(() => at / 12);
    await stand.restart();
    expect(['granted', 'suspended', 'passback']).toContain(await stand.scan(card));
    expect((await stand.gate.refreshOnce()).faults).toEqual([]);
    expect(await stand.scan(card)).toBe('suspended');
  }
});

test('a delta that does not fit the list that is held: the whole one is asked for at once', async () => {
  const stand = await standAt(NOON);
  const original = stand.server.statusList.bind(stand.server);
  const others = await standAt('2026-11-25T11:00:00+08:00');
  const foreign = await (async () => {
    await others.server.statusList('0101', null, null);
    const since = secondsNow(others);
    others.clock.pass(60);
    return others.server.statusList('0101', since, null);
  })();
  stand.clock.pass(60);
  stand.server.statusList = async (kid, since, etag) =>
    since !== null && kid === '0101' ? foreign : original(kid, since, etag);
  expect((await stand.gate.refreshOnce()).faults).toEqual([]);
  expect(stand.gate.status().statusLists[0]).toEqual({ kid: '0101', ageSeconds: 0 });
});

test('an older whole list does not take the place of a newer one', async () => {
  const stand = await standAt(NOON);
  const old = await stand.server.statusList('0101', null, null);
  stand.clock.pass(300);
  await stand.gate.refreshOnce();
  stand.server.statusList = async () => old;
  expect((await stand.gate.refreshOnce()).faults).toContainEqual(
    expect.stringContaining('an older one'),
  );
  expect(stand.gate.status().statusLists[0]?.ageSeconds).toBe(0);
});

test('the next programme takes over at 00:00 of its day, without the server', async () => {
  const stand = await standAt('2026-11-25T23:59:58+08:00');
  const json = serialiseProgramme(programme);
  const next = { from: '2026-11-26', version: 'v2', programme: { ...json, stations: [] } };
  stand.server.served = { version: 'v1b', programme: json, next };
  await stand.gate.refreshOnce();
  stand.server.isDown = true;
  await stand.restart();
  expect(await stand.scan(await city.makeCard())).toBe('granted');
  stand.clock.pass(2);
  expect(await stand.scan(await city.makeCard())).toBe('unknown_venue');
  expect(stand.gate.status().programme).toBe('v2');
});

test('a programme that is none is refused, and the one that is held goes on', async () => {
  const stand = await standAt(NOON);
  stand.server.served = { version: 'v3', programme: { id: 'x' }, next: null };
  expect((await stand.gate.refreshOnce()).faults).toEqual([expect.stringContaining('programme:')]);
  expect(stand.gate.status().programme).toBe('v1');
});

test('without the server: told what went wrong, and longer from try to try', async () => {
  const stand = await standAt(NOON);
  expect((await stand.gate.refreshOnce()).nextDelayMs).toBe(20_000);
  stand.server.isDown = true;
  const delays: number[] = [];
  for (let turn = 0; turn < 9; turn += 1) {
    const { faults, nextDelayMs } = await stand.gate.refreshOnce();
    expect(faults.length).toBe(4);
    delays.push(nextDelayMs);
  }
  expect(delays).toEqual([750, 1500, 3000, 6000, 12_000, 24_000, 45_000, 45_000, 45_000]);
  stand.server.isDown = false;
  expect((await stand.gate.refreshOnce()).nextDelayMs).toBe(20_000);
});

test('one list that is not to be had makes the others no older', async () => {
  const stand = await standAt(NOON);
  const original = stand.server.statusList.bind(stand.server);
  stand.server.statusList = async (kid, since, etag) => {
    if (kid === '0202') throw new Error('404');
    return original(kid, since, etag);
  };
  for (let turn = 0; turn < 5; turn += 1) {
    stand.clock.pass(20);
    const { faults, nextDelayMs } = await stand.gate.refreshOnce();
    expect(faults).toEqual(['status list 0202: 404']);
    expect(nextDelayMs).toBe(20_000);
  }
  expect(await stand.scan(await city.makeCard())).toBe('granted');
});

test('a clock before the programme’s first day is no fault, and opens nothing', async () => {
  const stand = await standAt(NOON);
  await stand.disk.remove('contact');
  await stand.disk.remove('lists/trust');
  stand.clock.time = 86_400_000;
  stand.server.isDown = true;
  await stand.restart();
  expect(await stand.scan(await city.makeCard())).toBe('list_too_old');
  expect(stand.gate.remembered()).toEqual([]);
});

test('a delta that was torn by a power cut is cut off, and those after it are kept', async () => {
  const stand = await standAt(NOON);
  stand.clock.pass(300);
  await stand.gate.refreshOnce();
  const name = 'lists/status-0101';
  const bytes = (await stand.disk.read(name)) ?? new Uint8Array();
  await stand.disk.replace(name, bytes.subarray(0, bytes.length - 5));
  await stand.restart();
  for (const seconds of [300, 300]) {
    stand.clock.pass(seconds);
    expect((await stand.gate.refreshOnce()).faults).toEqual([]);
  }
  stand.server.isDown = true;
  await stand.restart();
  expect(stand.gate.status().statusLists[0]).toEqual({ kid: '0101', ageSeconds: 0 });
});

test('a pass that is revoked while the gate has its server is refused within a minute', async () => {
  const stand = await standAt(NOON);
  for (let turn = 0; turn < 10; turn += 1) {
    const { nextDelayMs } = await stand.gate.refreshOnce();
    const card = await city.makeCard();
    expect(await stand.scan(card)).toBe('granted');
    stand.clock.pass(1);
    city.setStatus('phone', card.index, 'revoked');
    stand.clock.pass(nextDelayMs / 1000);
    expect(nextDelayMs).toBeLessThan(59_000);
    await stand.gate.refreshOnce();
    expect(await stand.scan(card)).toBe('revoked');
  }
});
