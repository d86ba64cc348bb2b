import { encode as encodeToBuffer } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ANCHOR,
  DAY,
  ISSUER,
  NOW,
  PHONE_ENTRY,
  PRINTED_ENTRY,
  ROOT,
  STRANGER,
  TRUST_LIST,
  withBytes,
} from '../test/world.ts';
import { nodeCrypto, pointFromJwk } from './crypto-node.ts';
import type { TrustList } from './index.ts';
import {
  findTrustEntry,
  fromHex,
  keyEnd,
  passBegin,
  signTrustList,
  trustListAsJson,
  verifyTrustList,
} from './index.ts';

const encode = (value: unknown) => Uint8Array.from(encodeToBuffer(value));
const bytes = await signTrustList(TRUST_LIST, ROOT.signer);
const verify = (list: Uint8Array, changes: { now?: number; lowestVersion?: number } = {}) =>
  verifyTrustList(list, ROOT.point, { now: NOW, lowestVersion: 7, crypto: nodeCrypto, ...changes });

/** A COSE_Sign1 as a stranger's CBOR library would write it, signed by the root. */
async function sealed(
  header: Map<number, unknown>,
  claims: Map<unknown, unknown>,
  unprotectedHeader = new Map<number, unknown>(),
) {
  const parts = [encode(header), encode(claims)] as const;
  const structure = encode(['Signature1', parts[0], new Uint8Array(0), parts[1]]);
  const signature = Uint8Array.from(await ROOT.signer.sign(structure));
  return encode([parts[0], unprotectedHeader, parts[1], signature]);
}

const entryMap = (entry = PHONE_ENTRY) => {
  const key = new Map<number, unknown>([
    [1, 2],
    [-1, 1],
    [-2, entry.key.x],
    [-3, entry.key.yIsOdd],
  ]);
  return new Map<number, unknown>([
    [1, entry.kid],
    [2, entry.alg],
    [3, key],
    [4, entry.use === 'phone' ? 0 : 1],
    [5, entry.notBefore],
    [6, entry.notAfter],
    [7, entry.lifeSeconds],
    [8, entry.anchor],
    [9, entry.statusAddress],
    [10, entry.listSize],
  ]);
};
const claimMap = () =>
  new Map<number, unknown>([
    [4, TRUST_LIST.exp],
    [6, TRUST_LIST.iat],
    [-65537, 7],
    [-65538, [entryMap(), entryMap(PRINTED_ENTRY)]],
  ]);
const ES256_HEADER = new Map([[1, -7]]);

describe('the trust list', () => {
  it('comes back as it was signed', async () => {
    expect(await verify(bytes)).toEqual({ ok: true, list: TRUST_LIST });
  });

  it('has the bytes that a strict CBOR library writes', async () => {
    const theirs = await sealed(ES256_HEADER, claimMap());
    expect(bytes.subarray(0, -64)).toEqual(theirs.subarray(0, -64));
    expect(await verify(theirs)).toEqual({ ok: true, list: TRUST_LIST });
  });

  it.each<[string, { now?: number; lowestVersion?: number }, string]>([
    ['the same version again', { lowestVersion: 7 }, 'ok'],
    ['a lower version', { lowestVersion: 8 }, 'lower_version'],
    ['its last second', { now: TRUST_LIST.exp - 1 }, 'ok'],
    ['as it ends', { now: TRUST_LIST.exp }, 'expired'],
    ['both: the version first', { now: TRUST_LIST.exp, lowestVersion: 8 }, 'lower_version'],
  ])('%s', async (_, changes, expected) => {
    const answer = await verify(bytes, changes);
    expect(answer.ok ? 'ok' : answer.code).toBe(expected);
  });

  it('is refused from another root, before its version is looked at', async () => {
    const forged = await signTrustList(TRUST_LIST, STRANGER.signer);
    expect(await verify(forged, { lowestVersion: 8 })).toMatchObject({ code: 'bad_signature' });
  });

  it('is refused with any one byte changed, without a throw', async () => {
    const place = fc.nat(bytes.length - 1);
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const answer = await verify(withBytes(bytes, at, (bytes[at] ?? 0) ^ change));
        expect(answer.ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  const bent = (key: number, value: unknown) => claimMap().set(key, value);
  const bentEntry = (field: number, value: unknown) => bent(-65538, [entryMap().set(field, value)]);
  it.each<[string, Map<number, unknown>, Map<unknown, unknown>]>([
    ['another algorithm', new Map([[1, -8]]), claimMap()],
    ['an unknown header', new Map([...ES256_HEADER, [3, 0]]), claimMap()],
    ['an unknown claim', ES256_HEADER, bent(1, 'issuer')],
    ['a life of 30 days and a second', ES256_HEADER, bent(4, TRUST_LIST.iat + 30 * DAY + 1)],
    ['an end before the beginning', ES256_HEADER, bent(4, TRUST_LIST.iat)],
    ['a negative version', ES256_HEADER, bent(-65537, -1)],
    ['a version in words', ES256_HEADER, bent(-65537, 'seven')],
    ['a key id twice', ES256_HEADER, bent(-65538, [entryMap(), entryMap()])],
    ['a key id of 3 bytes', ES256_HEADER, bentEntry(1, Uint8Array.of(1, 2, 3))],
    ['an unknown use', ES256_HEADER, bentEntry(4, 2)],
    ['an end before its beginning', ES256_HEADER, bentEntry(6, 0)],
    ['a life of nothing', ES256_HEADER, bentEntry(7, 0)],
    ['no status address', ES256_HEADER, bentEntry(9, '')],
    ['an empty list', ES256_HEADER, bentEntry(10, 0)],
    ['an unknown field', ES256_HEADER, bentEntry(11, 0)],
    ['a key that is no map', ES256_HEADER, bentEntry(3, ISSUER.point.x)],
  ])('signed by the root, but with %s, is malformed', async (_, header, claims) => {
    expect(await verify(await sealed(header, claims))).toMatchObject({ code: 'malformed' });
  });

  it('signed by the root, but with an unprotected header, is malformed', async () => {
    const list = await sealed(ES256_HEADER, claimMap(), new Map([[4, PHONE_ENTRY.kid]]));
    expect(await verify(list)).toMatchObject({ code: 'malformed' });
  });

  it('takes a life of just 30 days', async () => {
    const list = { ...TRUST_LIST, exp: TRUST_LIST.iat + 30 * DAY };
    expect(await verify(await signTrustList(list, ROOT.signer))).toMatchObject({ ok: true });
  });

  it.each<[string, TrustList]>([
    ['a life of over 30 days', { ...TRUST_LIST, exp: TRUST_LIST.iat + 30 * DAY + 1 }],
    ['a key id twice', { ...TRUST_LIST, entries: [PHONE_ENTRY, PHONE_ENTRY] }],
    ['an address that is not ASCII', withEntry({ statusAddress: 'https://例.cn/' })],
    ['a list of half a pass', withEntry({ listSize: 0.5 })],
  ])('is not signed with %s', async (_, list) => {
    await expect(signTrustList(list, ROOT.signer)).rejects.toThrow(RangeError);
  });

  it('in JSON has keys as JWK and key ids in hexadecimal', () => {
    const json = trustListAsJson(TRUST_LIST);
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(json).toMatchObject({ version: 7, entries: [{ kid: '0a01', use: 'phone' }, {}] });
    const [first] = json.entries;
    const { kty, crv, x, y } = ISSUER.privateJwk;
    expect(first?.key).toEqual({ kty, crv, x, y });
    expect(first && pointFromJwk(first.key)).toEqual(ISSUER.point);
  });

  it('is asked by key id', () => {
    expect(findTrustEntry(TRUST_LIST, fromHex('0a02'))).toBe(PRINTED_ENTRY);
    expect(findTrustEntry(TRUST_LIST, fromHex('0a03'))).toBeUndefined();
    expect(findTrustEntry(TRUST_LIST, fromHex('0a0200'))).toBeUndefined();
  });
});

function withEntry(changes: Partial<typeof PHONE_ENTRY>): TrustList {
  return { ...TRUST_LIST, entries: [{ ...PHONE_ENTRY, ...changes }] };
}

describe('passBegin', () => {
  const week = 7 * DAY;
  it.each([
    ['a whole life after the anchor', ANCHOR + week, ANCHOR],
    ['a second less', ANCHOR + week - 1, ANCHOR],
    ['a second more', ANCHOR + week + 1, ANCHOR + week],
    ['midweek, three lives on', ANCHOR + 3 * week + 2 * DAY, ANCHOR + 3 * week],
    ['at the anchor itself', ANCHOR, ANCHOR - week],
    ['before the anchor', ANCHOR - week - 1, ANCHOR - 2 * week],
  ])('%s', (_, exp, begin) => {
    expect(passBegin(PHONE_ENTRY, exp)).toBe(begin);
  });

  it('is always an anchor + k x life, before exp by a life at most', () => {
    const seconds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(seconds, seconds, fc.integer({ min: 1, max: 90 * DAY }), (anchor, exp, life) => {
        const begin = passBegin({ anchor, lifeSeconds: life }, exp);
        expect(Math.abs((begin - anchor) % life)).toBe(0);
        expect(exp - begin).toBeGreaterThan(0);
        expect(exp - begin).toBeLessThanOrEqual(life);
      }),
    );
  });

  it('a key counts a life and 35 days after its last signature', () => {
    expect(keyEnd(NOW, week)).toBe(NOW + 42 * DAY);
  });
});
