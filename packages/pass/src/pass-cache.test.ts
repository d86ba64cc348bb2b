/** What the cache saves, what it must not spare, and its bound. */
import { describe, expect, it } from 'vitest';
import {
  answerOf,
  CLAIMS,
  DAY,
  gate,
  makeCode,
  makePass,
  NOW,
  PHONE_ENTRY,
  PRINTED_ENTRY,
  STRANGER,
  TRUST_LIST,
} from '../test/world.ts';
import { nodeCrypto } from './crypto-node.ts';
import type { PassCrypto, VerifyAt } from './index.ts';
import { createVerifier } from './index.ts';

const trusting = (changes: Partial<typeof PHONE_ENTRY>): Partial<VerifyAt> => ({
  trustList: { ...TRUST_LIST, entries: [{ ...PHONE_ENTRY, ...changes }, PRINTED_ENTRY] },
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
