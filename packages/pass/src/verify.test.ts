/** Boundaries to the second, what refusals say, and exits. */
import { describe, expect, it } from 'vitest';
import {
  ANCHOR,
  answerOf,
  CLAIMS,
  DAY,
  gate,
  makeCode,
  makePrinted,
  NOW,
  PHONE_ENTRY,
  PRINTED_ENTRY,
  TRUST_LIST,
  verifyOnce,
} from '../test/world.ts';
import { nodeCrypto } from './crypto-node.ts';
import type { ShowingWindow, VerifyAt } from './index.ts';
import {
  createShowingMemory,
  createVerifier,
  GATE_WINDOW,
  STAFFED_WINDOW,
  UNSYNCED_WINDOW,
} from './index.ts';

const trusting = (changes: Partial<typeof PHONE_ENTRY>): Partial<VerifyAt> => ({
  trustList: { ...TRUST_LIST, entries: [{ ...PHONE_ENTRY, ...changes }, PRINTED_ENTRY] },
});

describe('the moment’s window', () => {
  it.each<[string, ShowingWindow, number, string]>([
    ['gate', GATE_WINDOW, -31, 'stale'],
    ['gate', GATE_WINDOW, -30, 'taken'],
    ['gate', GATE_WINDOW, 15, 'taken'],
    ['gate', GATE_WINDOW, 16, 'ahead'],
    ['staffed', STAFFED_WINDOW, -181, 'stale'],
    ['staffed', STAFFED_WINDOW, -180, 'taken'],
    ['staffed', STAFFED_WINDOW, 180, 'taken'],
    ['staffed', STAFFED_WINDOW, 181, 'ahead'],
    ['unsynced', UNSYNCED_WINDOW, -121, 'stale'],
    ['unsynced', UNSYNCED_WINDOW, -120, 'taken'],
    ['unsynced', UNSYNCED_WINDOW, 120, 'taken'],
    ['unsynced', UNSYNCED_WINDOW, 121, 'ahead'],
  ])('%s: %o %i s is %s', async (_, window, skew, expected) => {
    const answer = await verifyOnce(await makeCode({ iat: NOW + skew }), { window });
    expect(answerOf(answer)).toBe(expected);
    expect(answer.skewSeconds).toBe(skew);
  });

  it('marks what an unsynced gate takes', async () => {
    const answer = await verifyOnce(await makeCode(), { window: UNSYNCED_WINDOW });
    expect(answer).toMatchObject({ ok: true, marks: ['unsynced'] });
  });
});

describe('the life of a pass, to the second', () => {
  const begin = ANCHOR;
  const end = ANCHOR + 7 * DAY;
  it.each<[string, number, string]>([
    ['a second before it begins', begin - 1, 'pass_not_yet'],
    ['as it begins', begin, 'taken'],
    ['its last second', end - 1, 'taken'],
    ['as it ends', end, 'pass_expired'],
  ])('%s', async (_, now, expected) => {
    const code = await makeCode({ iat: now });
    const trustList = { ...TRUST_LIST, exp: end + 1 };
    expect(answerOf(await verifyOnce(code, { now, trustList }))).toBe(expected);
  });

  it('a pass cut short by its card’s end begins where the one before it ended', async () => {
    const exp = ANCHOR + 9 * DAY;
    for (const [now, expected] of [
      [end - 1, 'pass_not_yet'],
      [end, 'taken'],
      [exp - 1, 'taken'],
      [exp, 'pass_expired'],
    ] as const) {
      const code = await makeCode({ claims: { exp }, iat: now });
      expect(answerOf(await verifyOnce(code, { now }))).toBe(expected);
    }
  });

  it.each<[string, number, string]>([
    ['a second before 90 days begin', ANCHOR - 1, 'pass_not_yet'],
    ['as they begin', ANCHOR, 'taken'],
    ['their last second', ANCHOR + 90 * DAY - 1, 'taken'],
    ['as they end', ANCHOR + 90 * DAY, 'pass_expired'],
  ])('a printed card: %s', async (_, now, expected) => {
    const trustList = { ...TRUST_LIST, exp: now + 1 };
    const at = { now, trustList, acceptPrinted: true };
    expect(answerOf(await verifyOnce(await makePrinted(), at))).toBe(expected);
  });
});

describe('the other boundaries', () => {
  it.each<[string, Partial<VerifyAt>, string]>([
    ['trust list, its last second', { trustList: { ...TRUST_LIST, exp: NOW + 1 } }, 'taken'],
    ['trust list, as it ends', { trustList: { ...TRUST_LIST, exp: NOW } }, 'key_unknown'],
    ['trust list without the key', { trustList: { ...TRUST_LIST, entries: [] } }, 'key_unknown'],
    ['key, a second too early', trusting({ notBefore: NOW + 1 }), 'key_unknown'],
    ['key, its first second', trusting({ notBefore: NOW }), 'taken'],
    ['key, its last second', trusting({ notAfter: NOW }), 'taken'],
    ['key, a second too late', trusting({ notAfter: NOW - 1 }), 'key_unknown'],
    ['status list as old as it may be', { statusAgeSeconds: DAY }, 'taken'],
    ['status list a second older', { statusAgeSeconds: DAY + 1 }, 'list_too_old'],
    ['no status list at all', { statusAgeSeconds: Number.POSITIVE_INFINITY }, 'list_too_old'],
    ['a status list of no age', { statusAgeSeconds: Number.NaN }, 'list_too_old'],
    ['zone covered', { zone: 'bus' }, 'taken'],
    ['zone not covered', { zone: 'clinic' }, 'zone_not_covered'],
    ['status suspended', { statusOf: () => 'suspended' }, 'suspended'],
    ['status revoked', { statusOf: () => 'revoked' }, 'revoked'],
  ])('%s', async (_, changes, expected) => {
    expect(answerOf(await verifyOnce(await makeCode(), changes))).toBe(expected);
  });
});

describe('a clock', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, NOW + 0.5])(
    'that says %d is a fault',
    async (now) => {
      await expect(verifyOnce(await makeCode(), { now })).rejects.toThrow(RangeError);
    },
  );
});

describe('every refusal says how much', () => {
  it.each<[string, number, Partial<VerifyAt>, string, number | null]>([
    ['stale', -73, {}, 'phone is 73 s slow', 73],
    ['ahead', 20, {}, 'phone is 20 s fast', 20],
    ['key_unknown', 0, trusting({ notAfter: NOW - 9 }), 'key 0a01 ended 9 s ago', 9],
    ['key_unknown', 0, trusting({ notBefore: NOW + 9 }), 'key 0a01 counts in 9 s', 9],
    [
      'key_unknown',
      0,
      { trustList: { ...TRUST_LIST, entries: [] } },
      'key 0a01 is not in trust list 7',
      null,
    ],
    [
      'key_unknown',
      0,
      { trustList: { ...TRUST_LIST, exp: NOW - 60 } },
      'the trust list ended 60 s ago',
      60,
    ],
    [
      'list_too_old',
      0,
      { statusAgeSeconds: DAY + 30 },
      'the status list is 86430 s old, 30 s too much',
      30,
    ],
    ['zone_not_covered', 0, { zone: 'site' }, 'good for metro, bus, not for site', null],
    ['suspended', 0, { statusOf: () => 'suspended' }, 'index 77 is suspended', null],
  ])('%s at %i s', async (code, skew, changes, detail, bySeconds) => {
    const answer = await verifyOnce(await makeCode({ iat: NOW + skew }), changes);
    expect(answer).toMatchObject({ ok: false, code, detail, bySeconds, skewSeconds: skew });
  });

  it('pass_expired and pass_not_yet', async () => {
    const ended = await verifyOnce(await makeCode({ claims: { exp: NOW - 40 } }));
    expect(ended).toMatchObject({ detail: 'the pass ended 40 s ago', bySeconds: 40 });
    const early = await verifyOnce(await makeCode({ claims: { exp: ANCHOR + 14 * DAY } }));
    const wait = ANCHOR + 7 * DAY - NOW;
    expect(early).toMatchObject({ detail: `the pass begins in ${wait} s`, bySeconds: wait });
  });

  it('replayed and passback', async () => {
    const verifier = createVerifier({ crypto: nodeCrypto });
    const memory = createShowingMemory();
    const passage = { direction: 'in', place: 'station 1' } as const;
    const first = await makeCode({ seq: 1 });
    await verifier.verify(first, gate({ memory, passage }));
    const again = await verifier.verify(first, gate({ memory, passage, now: NOW + 7 }));
    expect(again).toMatchObject({
      code: 'replayed',
      detail: 'the same showing was taken 7 s ago',
      bySeconds: 7,
    });
    const next = await makeCode({ seq: 2, iat: NOW + 8 });
    const back = await verifier.verify(next, gate({ memory, passage, now: NOW + 8 }));
    expect(back).toMatchObject({
      code: 'passback',
      detail: 'went in here 8 s ago',
      bySeconds: 8,
    });
  });
});

describe('exits', () => {
  const out = { direction: 'out', place: 'station 2' } as const;
  const open = { passage: out, openEntry: () => true };
  const end = CLAIMS.exp;
  const afterEnd = { now: end, trustList: { ...TRUST_LIST, exp: end + 1 } };

  it.each<[string, number, Partial<VerifyAt>, string | string[]]>([
    ['in order', NOW, open, []],
    ['after exp, entry open', end, { ...open, ...afterEnd }, ['exit_after_expiry']],
    [
      'after exp, no entry',
      end,
      { ...afterEnd, passage: out, openEntry: () => false },
      'pass_expired',
    ],
    [
      'after exp, at an entrance',
      end,
      { ...open, ...afterEnd, passage: { ...out, direction: 'in' } },
      'pass_expired',
    ],
    ['revoked, entry open', NOW, { ...open, statusOf: () => 'revoked' }, ['exit_despite_status']],
    ['old list, entry open', NOW, { ...open, statusAgeSeconds: 2 * DAY }, ['exit_despite_status']],
    ['suspended, no entry', NOW, { passage: out, statusOf: () => 'suspended' }, 'suspended'],
    ['without an entry', NOW, { passage: out, openEntry: () => false }, ['exit_without_entry']],
    ['nobody knows of entries', NOW, { passage: out }, []],
    ['another zone, entry open', NOW, { ...open, zone: 'site' }, 'zone_not_covered'],
  ])('%s', async (_, iat, changes, expected) => {
    const answer = await verifyOnce(await makeCode({ iat }), changes);
    if (typeof expected === 'string') expect(answer).toMatchObject({ code: expected });
    else expect(answer).toMatchObject({ ok: true, marks: expected });
  });

  it('asks the memory for the entry where nobody else is named', async () => {
    const verifier = createVerifier({ crypto: nodeCrypto });
    const memory = createShowingMemory();
    const passages = ['out', 'in', 'out'] as const;
    const marks: unknown[] = [];
    for (const [seq, direction] of passages.entries()) {
      const now = NOW + seq * 700;
      const at = gate({ now, memory, passage: { direction, place: 'station 1' } });
      const answer = await verifier.verify(await makeCode({ iat: now, seq }), at);
      marks.push(answer.ok ? answer.marks : answer.code);
    }
    expect(marks).toEqual([['exit_without_entry'], [], []]);
  });
});
