/**
 * Issuer keys turn every quarter, and each is accepted for a life and 35 days after its last
 * signature; a list may already name a key of an algorithm that this version does not know.
 */
import { describe, expect, it } from 'vitest';
import {
  ANCHOR,
  answerOf,
  DAY,
  gate,
  makeCode,
  makePass,
  NOW,
  PHONE_ENTRY,
  PRINTED_ENTRY,
  ROOT,
  TRUST_LIST,
  verifyOnce,
} from '../test/world.ts';
import { generateKey, nodeCrypto } from './crypto-node.ts';
import type { TrustEntry, TrustList } from './index.ts';
import {
  createVerifier,
  keyEnd,
  PASS_REACH_SECONDS,
  SM2,
  signTrustList,
  verifyTrustList,
} from './index.ts';

const WEEK = 7 * DAY;
const QUARTER = 13 * WEEK;
const keys = [generateKey(), generateKey(), generateKey()];
/** Three quarters, each with a key of its own. */
const entries = keys.map(({ point }, quarter): TrustEntry => {
  const notBefore = ANCHOR + quarter * QUARTER;
  const notAfter = keyEnd(notBefore + QUARTER, WEEK);
  return { ...PHONE_ENTRY, kid: Uint8Array.of(0x0b, quarter), key: point, notBefore, notAfter };
});
const trustListAt = (now: number): TrustList => ({
  version: 8,
  iat: now,
  exp: now + DAY,
  entries,
});

async function scanOf(quarter: number, exp: number, now: number) {
  const kid = entries[quarter]?.kid ?? new Uint8Array(2);
  const pass = await makePass({ kid, exp }, keys[quarter]?.signer);
  const code = await makeCode({ pass, iat: now });
  return answerOf(await verifyOnce(code, { now, trustList: trustListAt(now) }));
}

describe('a key that has been turned', () => {
  const lastSigned = ANCHOR + QUARTER;
  it('is good for the longest pass of its last day: 35 days ahead, to its last second', async () => {
    const exp = lastSigned + PASS_REACH_SECONDS;
    expect(await scanOf(0, exp, exp - 1)).toBe('taken');
    expect(await scanOf(1, exp, exp - 1)).toBe('taken');
  });

  it('ends a life and 35 days after its last signature', async () => {
    const end = lastSigned + WEEK + PASS_REACH_SECONDS;
    expect(await scanOf(0, end + 1, end)).toBe('taken');
    expect(await scanOf(0, end + 2, end + 1)).toBe('key_unknown');
    expect(await scanOf(1, end + 2, end + 1)).toBe('taken');
  });

  it('of the next quarter does not count before its time', async () => {
    const begin = ANCHOR + QUARTER;
    expect(await scanOf(1, begin + WEEK, begin - 1)).toBe('key_unknown');
    expect(await scanOf(1, begin + WEEK, begin)).toBe('taken');
  });

  it('does not lend its cached passes to another key of the same id', async () => {
    const verifier = createVerifier({ crypto: nodeCrypto });
    const code = await makeCode();
    expect(answerOf(await verifier.verify(code, gate()))).toBe('taken');
    const key = generateKey().point;
    const trustList = { ...TRUST_LIST, version: 8, entries: [{ ...PHONE_ENTRY, key }] };
    const answer = await verifier.verify(code, gate({ trustList }));
    expect(answerOf(answer)).toBe('issuer_signature');
  });

  it('taken out of the list refuses what is in the cache too', async () => {
    const verifier = createVerifier({ crypto: nodeCrypto });
    const code = await makeCode();
    expect(answerOf(await verifier.verify(code, gate()))).toBe('taken');
    const trustList = { ...TRUST_LIST, version: 8, entries: [PRINTED_ENTRY] };
    expect(answerOf(await verifier.verify(code, gate({ trustList })))).toBe('key_unknown');
  });
});

describe('an issuer that signs SM2', () => {
  const sm2 = { ...PHONE_ENTRY, kid: Uint8Array.of(0x0c, 1), alg: SM2 };
  const list = { ...TRUST_LIST, entries: [...TRUST_LIST.entries, sm2] };

  it('has its place in the trust list, on its own curve, and disturbs no other key', async () => {
    const bytes = await signTrustList(list, ROOT.signer);
    const curve = Buffer.from('203a00010000', 'hex');
    expect(Buffer.from(bytes).includes(curve)).toBe(true);
    const at = { now: NOW, lowestVersion: 7, crypto: nodeCrypto };
    expect(await verifyTrustList(bytes, ROOT.point, at)).toEqual({ ok: true, list });
    expect(answerOf(await verifyOnce(await makeCode(), { trustList: list }))).toBe('taken');
  });

  it('is not taken for ES256: a pass that names its key is refused', async () => {
    const pass = await makePass({ kid: sm2.kid });
    const answer = await verifyOnce(await makeCode({ pass }), { trustList: list });
    expect(answer).toMatchObject({
      code: 'alg_mismatch',
      detail: 'the pass says -7, its key is for -65537',
    });
  });
});
