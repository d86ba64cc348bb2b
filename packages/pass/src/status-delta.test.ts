import { decode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DAY,
  ISSUER,
  NOW,
  PHONE_ENTRY,
  PRINTED_ENTRY,
  STRANGER,
  withBytes,
} from '../test/world.ts';
import type { CborMap, CborValue } from './cbor.ts';
import { nodeCrypto } from './crypto-node.ts';
import { webCrypto } from './crypto-web.ts';
import type { Signer, StatusChange, StatusDeltaContent, StatusList, TrustEntry } from './index.ts';
import {
  buildStatusList,
  PASS_STATUSES,
  readStatus,
  STATUS_DELTA_TYPE,
  signStatusDelta,
  signStatusList,
  statusChanges,
  verifyStatusDelta,
  verifyStatusList,
} from './index.ts';
import { encodeRice } from './rice.ts';
import { sealSign1 } from './sign1.ts';
import { statusListOf } from './status-list.ts';

const SIZE = PHONE_ENTRY.listSize;
const BASE = NOW - 300;
const held = (bits: Uint8Array, entry: TrustEntry = PHONE_ENTRY, iat = BASE): StatusList =>
  statusListOf(entry, { iat, exp: NOW + DAY, ttl: 300 }, bits);
const empty = held(buildStatusList(SIZE, []));
const content: StatusDeltaContent = {
  kid: PHONE_ENTRY.kid,
  address: PHONE_ENTRY.statusAddress,
  baseIat: BASE,
  iat: NOW - 10,
  exp: NOW + 2 * DAY,
  ttlSeconds: 20,
  changes: [
    [77, 'revoked'],
    [SIZE - 1, 'suspended'],
  ],
};
const sign = (changes: Partial<StatusDeltaContent> = {}, by: Signer = ISSUER.signer) =>
  signStatusDelta({ ...content, ...changes }, by);
const verify = (
  bytes: Uint8Array,
  list: StatusList = empty,
  { entry = PHONE_ENTRY, now = NOW, crypto = nodeCrypto } = {},
) => verifyStatusDelta(bytes, entry, list, { now, crypto });
async function apply(bytes: Uint8Array, list: StatusList, entry = PHONE_ENTRY) {
  const answer = await verify(bytes, list, { entry });
  if (!answer.ok) throw new Error(`${answer.code}: ${answer.detail}`);
  return answer.list;
}

const settable = fc.constantFrom('valid' as const, 'revoked' as const, 'suspended' as const);
const changesArbitrary = fc.array(fc.tuple(fc.nat(SIZE - 1), settable));

describe('a delta', () => {
  it('makes of the list held the list as it is now, with the delta’s times', async () => {
    const list = await apply(await sign(), empty);
    const asked = [0, 77, SIZE - 1, SIZE].map(list.statusOf);
    expect(asked).toEqual(['valid', 'revoked', 'suspended', undefined]);
    expect(list).toMatchObject({ iat: NOW - 10, exp: NOW + 2 * DAY, ttlSeconds: 20, size: SIZE });
  });

  it('of a and b, applied to a, is b: for all lists', async () => {
    await fc.assert(
      fc.asyncProperty(changesArbitrary, changesArbitrary, async (first, second) => {
        const a = buildStatusList(SIZE, first);
        const b = buildStatusList(SIZE, second);
        const before = Uint8Array.from(a);
        const delta = await sign({ changes: statusChanges(a, b, SIZE) });
        expect((await apply(delta, held(a))).bits).toEqual(b);
        expect(a).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });

  it('after delta leads where one delta leads', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(changesArbitrary, { maxLength: 5 }), async (steps) => {
        let list = empty;
        for (const [step, changes] of steps.entries()) {
          const iat = BASE + step + 1;
          list = await apply(await sign({ baseIat: list.iat, iat, changes }), list);
        }
        expect(list.bits).toEqual(buildStatusList(SIZE, steps.flat()));
      }),
      { numRuns: 50 },
    );
  });

  it('without changes renews the moment and shares the bits', async () => {
    const list = await apply(await sign({ changes: [] }), empty);
    expect(list.iat).toBe(NOW - 10);
    expect(list.bits).toBe(empty.bits);
  });

  it('goes on from a list that was signed whole', async () => {
    const whole = await signStatusList(
      { ...content, iat: BASE, bits: buildStatusList(SIZE, [[5, 'suspended']]) },
      ISSUER.signer,
      nodeCrypto,
    );
    const base = await verifyStatusList(whole, PHONE_ENTRY, { now: BASE, crypto: nodeCrypto });
    if (!base.ok) throw new Error(base.detail);
    const list = await apply(await sign({ changes: [[5, 'valid']] }), base.list);
    expect([base.list.statusOf(5), list.statusOf(5)]).toEqual(['suspended', 'valid']);
  });

  it('of two changes of one index has the later', async () => {
    const changes: StatusChange[] = [
      [9, 'revoked'],
      [9, 'suspended'],
    ];
    expect((await apply(await sign({ changes }), empty)).statusOf(9)).toBe('suspended');
  });

  it('is a CWT that a strict CBOR library reads', async () => {
    const bytes = await sign();
    const options = { useMaps: true, strict: true, rejectDuplicateMapKeys: true };
    const [header, , payload] = decode(bytes.subarray(1), options) as Uint8Array[];
    const headers = decode(header ?? bytes, options) as Map<number, unknown>;
    expect(headers.get(16)).toBe(STATUS_DELTA_TYPE);
    const claims = decode(payload ?? bytes, options) as Map<number, unknown>;
    expect([...claims.keys()]).toEqual([2, 4, 6, 65534, -65539, -65540]);
    const changes = claims.get(-65540) as Map<number, unknown[]>;
    expect([...changes.keys()]).toEqual([1, 2]);
  });
});

describe('what a delta costs', () => {
  const size = 10_000_000;
  const entry = { ...PHONE_ENTRY, listSize: size };
  /** Random indexes from a fixed seed (a linear congruence), without repetition. */
  function scatter(count: number): Set<number> {
    const indexes = new Set<number>();
    for (let state = 12_345; indexes.size < count; ) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      indexes.add(Math.floor((state / 2 ** 32) * size));
    }
    return indexes;
  }
  const revoked = (count: number): StatusChange[] =>
    [...scatter(count)].map((index) => [index, 'revoked']);

  it('200 of 10 million passes are 427 bytes, give or take one in fifty', () => {
    const { bits } = encodeRice(Uint32Array.from(scatter(200)).sort());
    expect(Math.abs(bits.length - 427)).toBeLessThan(9);
  });

  it('with all that is signed around them, under 650', async () => {
    const bytes = await sign({ changes: revoked(200) });
    expect(bytes.length).toBeLessThan(650);
    const list = await apply(bytes, held(buildStatusList(size, []), entry), entry);
    expect(list.bits).toEqual(buildStatusList(size, revoked(200)));
  });

  it.each([
    ['0.1 %', 10_000, 23],
    ['1 %', 100_000, 151],
  ])('a whole list with %s set is of the size that was computed', async (_, count, kilobytes) => {
    const bits = buildStatusList(size, revoked(count));
    const bytes = await signStatusList({ ...content, bits }, ISSUER.signer, nodeCrypto);
    expect(bits.length).toBe(2_500_000);
    expect(Math.round(bytes.length / 1000)).toBeLessThanOrEqual(kilobytes);
  });
});

describe('a delta is refused', () => {
  it.each<[string, () => Promise<Uint8Array>, string]>([
    ['in order', () => sign(), 'ok'],
    ['of a stranger’s key', () => sign({}, STRANGER.signer), 'bad_signature'],
    ['of another key id', () => sign({ kid: PRINTED_ENTRY.kid }), 'other_list'],
    ['of another address', () => sign({ address: 'https://example.org/2' }), 'other_list'],
    ['of an older base', () => sign({ baseIat: BASE - 1 }), 'other_base'],
    ['of a newer base', () => sign({ baseIat: BASE + 1 }), 'other_base'],
    ['in its last second', () => sign({ exp: NOW + 1 }), 'ok'],
    ['as it ends', () => sign({ exp: NOW }), 'expired'],
    ['with an index beyond the list', () => sign({ changes: [[SIZE, 'revoked']] }), 'malformed'],
    [
      'with the last index of 4 bytes',
      () => sign({ changes: [[2 ** 32 - 1, 'valid']] }),
      'malformed',
    ],
  ])('%s', async (_, make, expected) => {
    const bytes = await make();
    for (const crypto of [nodeCrypto, webCrypto]) {
      const answer = await verify(bytes, empty, { crypto });
      expect(answer.ok ? 'ok' : answer.code).toBe(expected);
    }
  });

  it('where the list held is another key’s or of another size: the whole is wanted', async () => {
    const other = held(buildStatusList(SIZE, []), PRINTED_ENTRY);
    expect(await verify(await sign(), other)).toMatchObject({ code: 'other_base' });
    const longer = { ...PHONE_ENTRY, listSize: 2 * SIZE };
    const grown = await verify(await sign(), empty, { entry: longer });
    expect(grown).toMatchObject({ code: 'other_base' });
  });

  it('where the trust list’s key is no point, or of another algorithm', async () => {
    const key = { x: new Uint8Array(32).fill(255), yIsOdd: true };
    const bent = await verify(await sign(), empty, { entry: { ...PHONE_ENTRY, key } });
    expect(bent).toMatchObject({ code: 'bad_signature' });
    const sm2 = await verify(await sign(), empty, { entry: { ...PHONE_ENTRY, alg: -65536 } });
    expect(sm2).toMatchObject({ code: 'malformed' });
  });

  it('as a whole list, and a whole list as a delta', async () => {
    const at = { now: NOW, crypto: nodeCrypto };
    expect(await verifyStatusList(await sign(), PHONE_ENTRY, at)).toMatchObject({
      code: 'malformed',
    });
    const whole = { ...content, bits: empty.bits };
    const bytes = await signStatusList(whole, ISSUER.signer, nodeCrypto);
    expect(await verify(bytes)).toMatchObject({ code: 'malformed' });
  });

  it('with any one byte changed, or cut anywhere, without a throw', async () => {
    const bytes = await sign();
    const change = fc.integer({ min: 1, max: 255 });
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), change, async (at, by) => {
        const bent = await verify(withBytes(bytes, at, (bytes[at] ?? 0) ^ by));
        const cut = await verify(bytes.subarray(0, at));
        expect([bent.ok, cut.ok]).toEqual([false, false]);
      }),
      { numRuns: 300 },
    );
  });

  /** Claims as only a broken issuer would sign them. */
  async function signed(bend: Record<number, CborValue>) {
    const claims = new Map<number, CborValue>([
      [2, PHONE_ENTRY.statusAddress],
      [4, NOW + DAY],
      [6, NOW],
      [65534, 20],
      [-65539, BASE],
      [-65540, new Map()],
    ]);
    for (const [claim, value] of Object.entries(bend)) claims.set(Number(claim), value);
    const header: CborMap = new Map<number, CborValue>([
      [1, -7],
      [4, PHONE_ENTRY.kid],
      [16, STATUS_DELTA_TYPE],
    ]);
    return sealSign1({ header, claims, tagged: true }, ISSUER.signer);
  }
  const changes = (...rows: [number | string, CborValue][]) => ({ [-65540]: new Map(rows) });
  const one = (index: number): CborValue => {
    const { parameter, count, bits } = encodeRice(Uint32Array.of(index));
    return [parameter, count, bits];
  };
  it.each<[string, Record<number, CborValue>, string]>([
    ['nothing wrong', {}, 'ok'],
    ['an unknown claim', { 7: 1 }, 'claims are missing or unknown'],
    ['an address that is no text', { 2: 5 }, 'claims are missing or unknown'],
    ['an iat that is no number', { 6: 'now' }, 'exp, iat or ttl is no number'],
    ['an iat that is the base’s', { 6: BASE }, 'not in this order'],
    ['an end before its moment', { 4: NOW }, 'not in this order'],
    ['a base that is no number', { [-65539]: true }, 'not in this order'],
    ['changes that are no map', { [-65540]: [] }, 'claims are missing or unknown'],
    ['status 3', changes([3, one(1)]), 'sets no status 3'],
    ['a negative status', changes([-1, one(1)]), 'sets no status -1'],
    ['a status in words', changes(['revoked', one(1)]), 'sets no status revoked'],
    ['indexes that are no array', changes([1, Uint8Array.of(1)]), 'no array of three'],
    ['four parts', changes([1, [0, 1, Uint8Array.of(0), 0]]), 'no array of three'],
    ['a count in words', changes([1, [0, 'one', Uint8Array.of(0)]]), 'no numbers'],
    ['indexes in words', changes([1, [0, 1, 'bits']]), 'no byte string'],
    ['no index under a status', changes([1, [0, 0, new Uint8Array(0)]]), '0 indexes in 0 bytes'],
    ['2^53 - 1 indexes', changes([1, [0, 2 ** 53 - 1, Uint8Array.of(0)]]), 'in 1 bytes'],
    ['an index in two statuses', changes([0, one(5)], [2, one(5)]), 'index 5 has two statuses'],
    ['an index just beyond', changes([1, one(SIZE)]), 'an index beyond the list of 1000'],
    ['the last index', changes([1, one(SIZE - 1)]), 'ok'],
  ])('signed by the issuer, but with %s', async (_, bend, expected) => {
    const answer = await verify(await signed(bend));
    expect(answer.ok ? 'ok' : answer.detail).toContain(expected);
  });

  it('whatever is signed: never throws, and changes nothing but what it says', async () => {
    const number = fc.oneof(fc.integer({ min: -1, max: 40 }), fc.maxSafeNat());
    const code = fc.tuple(number, number, fc.uint8Array({ maxLength: 40 }));
    await fc.assert(
      fc.asyncProperty(fc.nat(4), fc.nat(4), code, code, async (one_, other, first, second) => {
        const bytes = await signed(changes([one_, first], [other, second]));
        const answer = await verify(bytes);
        if (!answer.ok) return;
        const set = statusChanges(empty.bits, answer.list.bits, SIZE);
        expect(set.length).toBeLessThanOrEqual(first[1] + second[1]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('is not signed', () => {
  it.each<[string, Partial<StatusDeltaContent>]>([
    ['of the same moment as its base', { iat: BASE }],
    ['with an end that is its moment', { exp: NOW - 10 }],
    ['with a negative index', { changes: [[-1, 'revoked']] }],
    ['with half an index', { changes: [[0.5, 'revoked']] }],
    ['with an index of 5 bytes', { changes: [[2 ** 32, 'revoked']] }],
    ['with status 3', { changes: [[1, 'refused' as 'revoked']] }],
  ])('%s', async (_, bend) => {
    await expect(sign(bend)).rejects.toThrow(RangeError);
  });

  it('from lists of different sizes, or from status 3', () => {
    expect(() => statusChanges(new Uint8Array(2), new Uint8Array(3), 8)).toThrow(RangeError);
    expect(() => statusChanges(Uint8Array.of(0), Uint8Array.of(3), 4)).toThrow('never written');
  });

  it('from what stands beyond the size', () => {
    expect(statusChanges(Uint8Array.of(0), Uint8Array.of(0x40), 3)).toEqual([]);
    expect(PASS_STATUSES[1]).toBe(readStatus(Uint8Array.of(0x10), 3, 2));
  });
});
