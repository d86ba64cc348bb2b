import { decode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DAY,
  ISSUER,
  NOW,
  PHONE_ENTRY,
  PRINTED_ENTRY,
  PRINTER,
  STRANGER,
  withBytes,
} from '../test/world.ts';
import { nodeCrypto } from './crypto-node.ts';
import { webCrypto } from './crypto-web.ts';
import type { PassCrypto, Signer, StatusListContent } from './index.ts';
import {
  buildStatusList,
  readStatus,
  signStatusList,
  statusAge,
  statusLookup,
  verifyStatusList,
} from './index.ts';

const SIZE = PHONE_ENTRY.listSize;
const content: StatusListContent = {
  kid: PHONE_ENTRY.kid,
  address: PHONE_ENTRY.statusAddress,
  iat: NOW - 100,
  exp: NOW + DAY,
  ttlSeconds: 600,
  bits: buildStatusList(SIZE, [
    [77, 'revoked'],
    [SIZE - 1, 'suspended'],
  ]),
};
const sign = (changes: Partial<StatusListContent> = {}, by: Signer = ISSUER.signer) =>
  signStatusList({ ...content, ...changes }, by, nodeCrypto);
const verify = (bytes: Uint8Array, now = NOW, crypto: PassCrypto = nodeCrypto) =>
  verifyStatusList(bytes, PHONE_ENTRY, { now, crypto });

describe('the bits', () => {
  it('are those of the draft’s example with 2 bits a status', () => {
    // Section 4.1: the bytes 0xC9 0x44 0xF9 hold 1 2 0 3, 0 1 0 1, 1 2 3 3 from the lowest bits.
    const bits = Uint8Array.of(0xc9, 0x44, 0xf9);
    const statuses = Array.from({ length: 12 }, (_, index) => readStatus(bits, 12, index));
    const numbers = statuses.map((s) =>
      ['valid', 'revoked', 'suspended', 'refused'].indexOf(`${s}`),
    );
    expect(numbers).toEqual([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
  });

  it('say what was put in, and valid for all others', () => {
    const status = fc.constantFrom('valid' as const, 'revoked' as const, 'suspended' as const);
    const entries = fc.array(fc.tuple(fc.nat(49), status));
    fc.assert(
      fc.property(entries, (set) => {
        const bits = buildStatusList(50, set);
        expect(bits.length).toBe(13);
        const last = new Map(set);
        for (let index = 0; index < 50; index += 1) {
          expect(readStatus(bits, 50, index)).toBe(last.get(index) ?? 'valid');
        }
      }),
    );
  });

  it.each([-1, 50, 0.5])('have no index %d in a list of 50', (index) => {
    expect(() => buildStatusList(50, [[index, 'revoked']])).toThrow(RangeError);
    expect(readStatus(buildStatusList(50, []), 50, index)).toBeUndefined();
  });

  it('are not those of an empty list', () => {
    expect(() => buildStatusList(0, [])).toThrow(RangeError);
  });
});

describe('the signed list', () => {
  it('comes back with its statuses and times', async () => {
    const answer = await verify(await sign());
    if (!answer.ok) throw new Error(answer.detail);
    const { list } = answer;
    expect([0, 77, SIZE - 1, SIZE].map(list.statusOf)).toEqual([
      'valid',
      'revoked',
      'suspended',
      undefined,
    ]);
    expect(list).toMatchObject({ iat: NOW - 100, ttlSeconds: 600, size: SIZE });
  });

  it('is the CWT form of a Token Status List', async () => {
    const bytes = await sign();
    expect(bytes[0]).toBe(0xd2);
    const options = { useMaps: true, strict: true, rejectDuplicateMapKeys: true };
    const [header, , payload] = decode(bytes.subarray(1), options) as Uint8Array[];
    const headers = decode(header ?? bytes, options) as Map<number, unknown>;
    expect(headers.get(16)).toBe('application/statuslist+cwt');
    const claims = decode(payload ?? bytes, options) as Map<number, unknown>;
    expect([...claims.keys()]).toEqual([2, 4, 6, 65533, 65534]);
    const list = claims.get(65533) as Map<string, unknown>;
    expect(list.get('bits')).toBe(2);
    expect(nodeCrypto.inflate(list.get('lst') as Uint8Array, 250)).toEqual(
      Buffer.from(content.bits),
    );
  });

  it.each<[string, () => Promise<Uint8Array>, number, string]>([
    ['its last second', () => sign(), NOW + DAY - 1, 'ok'],
    ['as it ends', () => sign(), NOW + DAY, 'expired'],
    ['a stranger’s signature', () => sign({}, STRANGER.signer), NOW, 'bad_signature'],
    [
      'another key’s list',
      () => sign({ kid: PRINTED_ENTRY.kid }, PRINTER.signer),
      NOW,
      'other_list',
    ],
    ['another address', () => sign({ address: 'https://example.org/x' }), NOW, 'other_list'],
    ['too short a list', () => sign({ bits: new Uint8Array(249) }), NOW, 'malformed'],
    ['too long a list', () => sign({ bits: new Uint8Array(251) }), NOW, 'malformed'],
    ['a bomb', () => sign({ bits: new Uint8Array(50_000_000) }), NOW, 'malformed'],
  ])('%s', async (_, make, now, expected) => {
    const bytes = await make();
    for (const crypto of [nodeCrypto, webCrypto]) {
      const answer = await verify(bytes, now, crypto);
      expect(answer.ok ? 'ok' : answer.code).toBe(expected);
    }
  });

  it('what is not zlib is malformed', async () => {
    const broken = { ...nodeCrypto, deflate: () => Uint8Array.of(1, 2, 3) };
    const bytes = await signStatusList(content, ISSUER.signer, broken);
    for (const crypto of [nodeCrypto, webCrypto]) {
      expect(await verify(bytes, NOW, crypto)).toMatchObject({ code: 'malformed' });
    }
  });

  it('is refused with any one byte changed, without a throw', async () => {
    const bytes = await sign();
    const change = fc.integer({ min: 1, max: 255 });
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), change, async (at, by) => {
        const answer = await verify(withBytes(bytes, at, (bytes[at] ?? 0) ^ by));
        expect(answer.ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

describe('several lists', () => {
  it('are asked by key, and are as old as the oldest', async () => {
    const first = await verify(await sign());
    const other = await signStatusList(
      {
        ...content,
        kid: PRINTED_ENTRY.kid,
        address: PRINTED_ENTRY.statusAddress,
        iat: NOW - 900,
        bits: buildStatusList(SIZE, [[5, 'suspended']]),
      },
      PRINTER.signer,
      nodeCrypto,
    );
    const second = await verifyStatusList(other, PRINTED_ENTRY, { now: NOW, crypto: nodeCrypto });
    if (!first.ok || !second.ok) throw new Error('a list was refused');
    const lists = [first.list, second.list];
    const statusOf = statusLookup(lists);
    expect(statusOf(PHONE_ENTRY.kid, 5)).toBe('valid');
    expect(statusOf(PRINTED_ENTRY.kid, 5)).toBe('suspended');
    expect(statusOf(Uint8Array.of(9, 9), 5)).toBeUndefined();
    expect(statusAge(lists, NOW)).toBe(900);
    expect(statusAge([], NOW)).toBe(Number.POSITIVE_INFINITY);
  });
});
