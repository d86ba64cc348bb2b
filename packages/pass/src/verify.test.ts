/** Boundaries to the second, what refusals say, the cache, and exits. */
import { describe, expect, it } from 'vitest';
import {
  ANCHOR,
  answerOf,
  CLAIMS,
  DAY,
  gate,
  makeCode,
  makePass,
  makePrinted,
  NOW,
  PHONE_ENTRY,
  PRINTED_ENTRY,
  STRANGER,
  TRUST_LIST,
  verifyOnce,
} from '../test/world.ts';
import { nodeCrypto } from './crypto-node.ts';
import type { PassCrypto, ShowingWindow, VerifyAt } from './index.ts';
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

/** node:crypto, counting. */
function countingCrypto(): PassCrypto & { imports: number; verifications: number } {
  const counting = {
    ...nodeCrypto,
    imports: 0,
    verifications: 0,
    importKey(alg: number, point: Parameters<PassCrypto['importKey']>[1]) {
      counting.imports += 1;
      return nodeCrypto.importKey(alg, point);
    },
    verify(...args: Parameters<PassCrypto['verify']>) {
      counting.verifications += 1;
      return nodeCrypto.verify(...args);
    },
  };
  return counting;
}

describe('the cache of verified passes', () => {
  it('saves the issuer’s signature and both imports', async () => {
    const crypto = countingCrypto();
    const verifier = createVerifier({ crypto });
    const pass = await makePass();
    await verifier.verify(await makeCode({ pass, seq: 1 }), gate());
    expect([crypto.imports, crypto.verifications]).toEqual([2, 2]);
    await verifier.verify(await makeCode({ pass, seq: 2 }), gate());
    expect([crypto.imports, crypto.verifications]).toEqual([2, 3]);
    const other = await makeCode({ claims: { cti: new Uint8Array(8) } });
    await verifier.verify(other, gate());
    expect([crypto.imports, crypto.verifications]).toEqual([3, 5]);
  });

  it('is filled only after the issuer’s signature held', async () => {
    const verifier = createVerifier({ crypto: nodeCrypto });
    const forged = await makeCode({ pass: await makePass({}, STRANGER.signer) });
    for (let tries = 0; tries < 2; tries += 1) {
      expect(answerOf(await verifier.verify(forged, gate()))).toBe('issuer_signature');
    }
    await verifier.verify(await makeCode({ iat: NOW - 31 }), gate());
    expect(verifier.cachedPasses).toBe(0);
    await verifier.verify(await makeCode(), gate());
    expect(verifier.cachedPasses).toBe(1);
  });

  it('does not keep a pass whose phone key cannot be imported', async () => {
    const verifier = createVerifier({ crypto: nodeCrypto });
    const holderKey = { x: new Uint8Array(32).fill(0xff), yIsOdd: false };
    await verifier.verify(await makeCode({ claims: { holderKey } }), gate());
    expect(verifier.cachedPasses).toBe(0);
  });

  it('spares no judgement: all but the issuer’s signature are made on a hit too', async () => {
    const verifier = createVerifier({ crypto: nodeCrypto });
    const pass = await makePass();
    const code = await makeCode({ pass });
    expect(answerOf(await verifier.verify(code, gate()))).toBe('taken');
    const rows: [Partial<VerifyAt>, string][] = [
      [{ now: NOW + 31 }, 'stale'],
      [{ trustList: { ...TRUST_LIST, entries: [] } }, 'key_unknown'],
      [trusting({ alg: -8 }), 'alg_mismatch'],
      [{ zone: 'site' }, 'zone_not_covered'],
      [{ statusAgeSeconds: DAY + 1 }, 'list_too_old'],
      [{ statusOf: () => 'revoked' }, 'revoked'],
      [{ statusOf: () => 'suspended' }, 'suspended'],
    ];
    for (const [changes, expected] of rows) {
      expect(answerOf(await verifier.verify(code, gate(changes)))).toBe(expected);
    }
    const stolen = await makeCode({ pass, by: STRANGER.signer });
    expect(answerOf(await verifier.verify(stolen, gate()))).toBe('holder_signature');
    const end = CLAIMS.exp;
    const late = await makeCode({ pass, iat: end });
    const trustList = { ...TRUST_LIST, exp: end + 1 };
    const ended = await verifier.verify(late, gate({ now: end, trustList }));
    expect(answerOf(ended)).toBe('pass_expired');
  });

  it('does not let another key with the same id inherit a verified pass', async () => {
    const verifier = createVerifier({ crypto: nodeCrypto });
    const code = await makeCode();
    expect(answerOf(await verifier.verify(code, gate()))).toBe('taken');
    const turned = gate(trusting({ key: STRANGER.point }));
    expect(answerOf(await verifier.verify(code, turned))).toBe('issuer_signature');
  });

  it('lets the least recently used go', async () => {
    const crypto = countingCrypto();
    const verifier = createVerifier({ crypto, cacheSize: 2 });
    const codes = await Promise.all(
      [1, 2, 3].map((n) => makeCode({ claims: { cti: new Uint8Array(8).fill(n) } })),
    );
    const [a = '', b = '', c = ''] = codes;
    for (const code of [a, b, a, c]) await verifier.verify(code, gate());
    expect(verifier.cachedPasses).toBe(2);
    const before = crypto.verifications;
    await verifier.verify(a, gate());
    expect(crypto.verifications - before).toBe(1);
    await verifier.verify(b, gate());
    expect(crypto.verifications - before).toBe(3);
  });

  it('has a size that is a count', () => {
    expect(() => createVerifier({ crypto: nodeCrypto, cacheSize: -1 })).toThrow(RangeError);
    expect(() => createVerifier({ crypto: nodeCrypto, cacheSize: 1.5 })).toThrow(RangeError);
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
