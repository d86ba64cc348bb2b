import { describe, expect, test } from 'vitest';
import { type CardFacts, secondsAt } from '../test/city.ts';
import { city, type StandFacts, standAt } from '../test/stand.ts';

const NOON = '2026-11-25T12:00:00+08:00';
const DAY = 86_400;

describe('where a code is good', () => {
  const rows: [string, StandFacts, CardFacts, string][] = [
    ['a metro gate', {}, {}, 'granted'],
    ['a regular bus', { venue: 'bus-regular', place: 'bus 7' }, {}, 'granted'],
    ['a tourist line', { venue: 'bus-tourist', place: 'bus 8' }, {}, 'line_excluded'],
    ['a site for both cards', { venue: 'jinci-museum' }, {}, 'granted'],
    ['a site for the honour card', { venue: 'botanical-garden' }, {}, 'honour_only'],
    ['the same, with it', { venue: 'botanical-garden' }, { honour: true }, 'granted'],
    ['nowhere', { venue: 'nowhere' }, {}, 'unknown_venue'],
    ['a printed card at a gate', {}, { kind: 'printed' }, 'kind_not_accepted'],
    ['a printed card at a lane', { staffed: true }, { kind: 'printed' }, 'granted'],
    ['a printed card at a site', { venue: 'jinci-museum' }, { kind: 'printed' }, 'granted'],
  ];
  test.each(rows)('%s', async (_, facts, card, code) => {
    const stand = await standAt(NOON, facts);
    expect(await stand.scan(await city.makeCard(card))).toBe(code);
  });

  test('before codes were part of the promise', async () => {
    const stand = await standAt('2026-06-08T12:00:00+08:00');
    const card = await city.makeCard({ exp: secondsAt('2026-06-14T00:00:00+08:00') });
    expect(await stand.scan(card)).toBe('not_in_force');
  });
});

describe('how far a phone’s clock may be off', () => {
  const rows: [string, StandFacts, number, string][] = [
    ['a gate', {}, -31, 'stale'],
    ['a gate', {}, -30, 'granted'],
    ['a gate', {}, 15, 'granted'],
    ['a gate', {}, 16, 'ahead'],
    ['a staffed lane', { staffed: true }, -180, 'granted'],
    ['a staffed lane', { staffed: true }, -181, 'stale'],
    ['a staffed lane', { staffed: true }, 181, 'ahead'],
  ];
  test.each(rows)('%s, %i, %i s', async (_, facts, offset, code) => {
    const stand = await standAt(NOON, facts);
    const card = await city.makeCard();
    expect((await stand.gate.scan(await stand.show(card, offset))).code).toBe(code);
  });

  test.each([
    [DAY, -31, 'stale', []],
    [DAY + 1, -120, 'granted', ['unsynced', 'offline']],
    [DAY + 1, -121, 'stale', []],
    [DAY + 1, 120, 'granted', ['unsynced', 'offline']],
  ])('%i s after the last contact, phone off by %i s: %s', async (since, offset, code, marks) => {
    const stand = await standAt(NOON);
    // The lists came by hand meanwhile; what is old is the clock.
    const wide = { ...stand.server.served, version: 'wide' };
    const programme = structuredClone(wide.programme) as {
      parameters: Record<string, { value: { rideSeconds: number } }[]>;
    };
    for (const one of programme.parameters['gate.offline_windows'] ?? []) {
      one.value = { ...one.value, rideSeconds: 2 * DAY };
    }
    stand.server.served = { ...wide, programme };
    await stand.gate.refreshOnce();
    stand.clock.pass(since);
    const answer = await stand.gate.scan(await stand.show(await city.makeCard(), offset));
    expect(answer.code).toBe(code);
    if (answer.open) expect(answer.marks).toEqual(marks);
  });
});

describe('how old the lists may be', () => {
  const fee = { level: 'general', feeFen: 3000, insuredFen: 0 } as const;
  test.each([
    ['metro-demo', DAY, 'granted'],
    ['metro-demo', DAY + 1, 'list_too_old'],
    ['jinci-museum', DAY, 'granted'],
    ['jinci-museum', DAY + 1, 'list_too_old'],
    ['H01', 4 * 3600, 'granted'],
    ['H01', 4 * 3600 + 1, 'list_too_old'],
  ])('%s after %i s without the server: %s', async (venue, age, code) => {
    const stand = await standAt(NOON, { venue });
    stand.server.isDown = true;
    await stand.gate.refreshOnce();
    stand.clock.pass(age);
    const answer = await stand.gate.scan(await stand.show(await city.makeCard()), { fee });
    expect(answer.code).toBe(code);
    if (answer.open) expect(answer.marks).toContain('offline');
    else expect(answer.staffedLane).toBe(true);
  });

  test('a list is good no longer than it says itself', async () => {
    const stand = await standAt(NOON);
    stand.server.statusLifeSeconds = 3600;
    stand.clock.pass(1);
    await stand.gate.refreshOnce();
    stand.clock.pass(3599);
    expect(await stand.scan(await city.makeCard())).toBe('granted');
    stand.clock.pass(1);
    expect(await stand.scan(await city.makeCard())).toBe('list_too_old');
  });

  test.each([
    [5000, undefined, 'granted'],
    [5001, undefined, 'list_too_old'],
    [5001, { open: true, code: 'granted' }, 'granted'],
    [5001, { open: false, code: 'revoked' }, 'revoked'],
  ])('a waiver of %i fen, the server says %j: %s', async (feeFen, word, code) => {
    const stand = await standAt(NOON, { venue: 'H01', staffed: true });
    const answer = await stand.gate.scan(await stand.show(await city.makeCard()), {
      fee: { level: 'general', feeFen, insuredFen: 0 },
      confirm: async () => word,
    });
    expect(answer.code).toBe(code);
    if (answer.open) expect(answer).toMatchObject({ waivedFen: feeFen, toPayFen: 0 });
  });

  test('a desk that does not say what is to be paid is a mistake of its maker', async () => {
    const stand = await standAt(NOON, { venue: 'H01' });
    const code = await stand.show(await city.makeCard());
    await expect(stand.gate.scan(code)).rejects.toThrow(RangeError);
  });
});

describe('a card that ends at 24:00', () => {
  const exp = secondsAt('2026-11-26T00:00:00+08:00');
  const rows: [string, 'in' | 'out', string, string[]][] = [
    ['2026-11-25T23:59:59+08:00', 'in', 'granted', []],
    ['2026-11-26T00:00:00+08:00', 'in', 'pass_expired', []],
    ['2026-11-26T00:20:00+08:00', 'in', 'pass_expired', []],
    ['2026-11-26T00:20:00+08:00', 'out', 'granted', ['exit_after_expiry']],
    ['2026-11-26T03:30:00+08:00', 'out', 'granted', ['exit_after_expiry']],
    ['2026-11-26T03:30:01+08:00', 'out', 'pass_expired', []],
    ['2026-11-26T12:00:00+08:00', 'out', 'pass_expired', []],
  ];
  test.each(rows)('%s, %s: %s', async (moment, direction, code, marks) => {
    const stand = await standAt(moment);
    const card = await city.makeCard({ exp });
    const answer = await stand.gate.scan(await stand.show(card), { direction });
    expect([answer.code, answer.marks]).toEqual([code, answer.open ? marks : []]);
  });

  test('its holder inside: the exit opens at 00:20, the entry does not; with the power gone too', async () => {
    const stand = await standAt('2026-11-25T23:50:00+08:00');
    const card = await city.makeCard({ exp });
    expect(await stand.scan(card, 'in')).toBe('granted');
    stand.clock.pass(30 * 60);
    await stand.restart();
    expect(await stand.scan(card, 'in')).toBe('pass_expired');
    stand.clock.pass(20);
    expect(await stand.scan(card, 'out')).toBe('granted');
  });

  test('a revoked one is not spared at midnight', async () => {
    const stand = await standAt('2026-11-26T00:20:00+08:00');
    const card = await city.makeCard({ exp });
    city.setStatus('phone', card.index, 'revoked');
    stand.clock.pass(1);
    await stand.gate.refreshOnce();
    expect(await stand.scan(card, 'out')).toBe('pass_expired');
  });
});

describe('entry and exit', () => {
  test('the same way again within ten minutes is refused, the other way is not', async () => {
    const stand = await standAt(NOON);
    const card = await city.makeCard();
    expect(await stand.scan(card, 'in')).toBe('granted');
    stand.clock.pass(30);
    expect(await stand.scan(card, 'out')).toBe('granted');
    stand.clock.pass(570);
    expect(await stand.scan(card, 'in')).toBe('passback');
    stand.clock.pass(1);
    expect(await stand.scan(card, 'in')).toBe('granted');
  });

  test('an exit of which no gate here saw the entry opens and is marked; of another operator too', async () => {
    for (const venue of ['metro-demo', 'metro-1-20']) {
      const stand = await standAt(NOON, { venue });
      const code = await stand.show(await city.makeCard());
      expect(await stand.gate.scan(code, { direction: 'out' })).toMatchObject({
        open: true,
        marks: ['exit_without_entry'],
      });
    }
  });

  test.each(['revoked', 'suspended'] as const)(
    '%s meanwhile: who came in here gets out',
    async (status) => {
      const stand = await standAt(NOON);
      const inside = await city.makeCard();
      const stranger = await city.makeCard();
      expect(await stand.scan(inside, 'in')).toBe('granted');
      city.setStatus('phone', inside.index, status);
      city.setStatus('phone', stranger.index, status);
      stand.clock.pass(20);
      await stand.gate.refreshOnce();
      expect(stand.server.lists.deltas).toBeGreaterThan(0);
      expect(await stand.scan(stranger, 'in')).toBe(status);
      expect(await stand.scan(stranger, 'out')).toBe(status);
      const code = await stand.show(inside);
      expect(await stand.gate.scan(code, { direction: 'out' })).toMatchObject({
        open: true,
        marks: ['exit_despite_status'],
      });
    },
  );

  test('a bus is a station of its own: one ride in ten minutes, in another bus at once', async () => {
    const first = await standAt(NOON, { venue: 'bus-regular', place: 'bus 7' });
    const second = await standAt(NOON, { venue: 'bus-regular', place: 'bus 8' });
    const card = await city.makeCard();
    expect(await first.scan(card)).toBe('granted');
    first.clock.pass(60);
    expect(await first.scan(card, 'out')).toBe('passback');
    expect(await second.scan(card)).toBe('granted');
  });

  test('on a bus there is no way out to be told from the way in, also after a restart', async () => {
    const stand = await standAt(NOON, { venue: 'bus-regular', place: 'bus 7' });
    const card = await city.makeCard();
    expect(await stand.scan(card, 'out')).toBe('granted');
    stand.clock.pass(60);
    await stand.restart();
    expect(await stand.scan(card, 'in')).toBe('passback');
  });
});

describe('how often', () => {
  test('a site once a day, also after a restart; the next day again', async () => {
    const stand = await standAt(NOON, { venue: 'jinci-museum' });
    const card = await city.makeCard();
    expect(await stand.scan(card)).toBe('granted');
    stand.clock.pass(6 * 3600);
    await stand.restart();
    expect(await stand.scan(card)).toBe('already_today');
    stand.clock.pass(6 * 3600);
    expect(await stand.scan(card)).toBe('granted');
  });

  test('a printed card once in 20 minutes, and six times a day', async () => {
    const stand = await standAt('2026-11-25T08:00:00+08:00', { staffed: true });
    const card = await city.makeCard({ kind: 'printed' });
    expect(await stand.scan(card)).toBe('granted');
    stand.clock.pass(1200);
    expect(await stand.scan(card)).toBe('passback');
    for (let use = 2; use <= 6; use += 1) {
      stand.clock.pass(1201);
      expect(await stand.scan(card)).toBe('granted');
    }
    stand.clock.pass(1201);
    expect(await stand.scan(card)).toBe('already_today');
  });
});
