/** WebCrypto as browsers have it, run in Node: what one signs the other must take. */
import { describe, expect, it } from 'vitest';
import { answerOf, gate, makeCode, makePass, makePrinted, PHONE, STRANGER } from '../test/world.ts';
import { nodeCrypto, pointFromJwk } from './crypto-node.ts';
import { generateHolderKey, holderSigner, webCrypto } from './crypto-web.ts';
import { createVerifier, decompressY, toBase64Url } from './index.ts';

const IMPLEMENTATIONS = { node: nodeCrypto, web: webCrypto };

describe.each(Object.entries(IMPLEMENTATIONS))('verified by %s', (_, crypto) => {
  const verifier = createVerifier({ crypto });

  it('a code that a browser signed is taken, from the cache too', async () => {
    const holder = await generateHolderKey();
    const pass = await makePass({ holderKey: holder.point });
    for (const seq of [1, 2]) {
      const code = await makeCode({ pass, seq, by: holderSigner(holder.privateKey) });
      expect(answerOf(await verifier.verify(code, gate()))).toBe('taken');
    }
  });

  it('a code that Node signed is taken, from the cache too', async () => {
    const pass = await makePass();
    for (const seq of [1, 2]) {
      const code = await makeCode({ pass, seq });
      expect(answerOf(await verifier.verify(code, gate()))).toBe('taken');
    }
  });

  it('a printed card is taken', async () => {
    const answer = await verifier.verify(await makePrinted(), gate({ acceptPrinted: true }));
    expect(answerOf(answer)).toBe('taken');
  });

  it('forged passes and stolen ones are refused', async () => {
    const forged = await makeCode({ pass: await makePass({}, STRANGER.signer) });
    expect(answerOf(await verifier.verify(forged, gate()))).toBe('issuer_signature');
    const stolen = await makeCode({ by: STRANGER.signer });
    expect(answerOf(await verifier.verify(stolen, gate()))).toBe('holder_signature');
  });

  it('a phone key that is no point of the curve is refused', async () => {
    const holderKey = { x: new Uint8Array(32).fill(0xff), yIsOdd: true };
    const code = await makeCode({ claims: { holderKey }, by: PHONE.signer });
    expect(answerOf(await verifier.verify(code, gate()))).toBe('holder_signature');
  });

  it('keys of other algorithms are not imported, keys of other makers not used', async () => {
    await expect((async () => crypto.importKey(-8, PHONE.point))()).rejects.toThrow(RangeError);
    const verifying = async () => crypto.verify({}, new Uint8Array(1), new Uint8Array(64));
    await expect(verifying()).rejects.toThrow(TypeError);
  });

  it('a signature in DER is no signature', async () => {
    const key = await crypto.importKey(-7, PHONE.point);
    expect(await crypto.verify(key, new Uint8Array(1), new Uint8Array(71))).toBe(false);
  });

  it('zlib comes back, and not beyond its limit', async () => {
    const bytes = new Uint8Array(1000).fill(7);
    const packed = await crypto.deflate(bytes);
    expect(Uint8Array.from(await crypto.inflate(packed, 1000))).toEqual(bytes);
    await expect((async () => crypto.inflate(packed, 999))()).rejects.toThrow();
    await expect((async () => crypto.inflate(Uint8Array.of(1, 2), 9))()).rejects.toThrow();
  });
});

describe('what one implementation packs the other unpacks', () => {
  it.each([
    ['node', nodeCrypto, webCrypto],
    ['web', webCrypto, nodeCrypto],
  ])('%s packs', async (_, packer, unpacker) => {
    const bytes = Uint8Array.from({ length: 5000 }, (_unused, at) => at % 251);
    const packed = await packer.deflate(bytes);
    expect(Uint8Array.from(await unpacker.inflate(packed, 5000))).toEqual(bytes);
  });
});

/** An x in 32 bytes. */
const xOf = (x: bigint) => Uint8Array.from(Buffer.from(x.toString(16).padStart(64, '0'), 'hex'));
const FIELD = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;

describe('the phone’s key', () => {
  it('cannot leave the browser', async () => {
    const { privateKey } = await generateHolderKey();
    expect(privateKey.extractable).toBe(false);
    await expect(globalThis.crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow();
  });

  it('is completed from x and the sign of y, for either sign', () => {
    const jwk = PHONE.privateJwk;
    const point = pointFromJwk(jwk);
    const y = decompressY(point);
    expect(y && toBase64Url(y)).toBe(jwk.y);
    const mirrored = decompressY({ ...point, yIsOdd: !point.yIsOdd });
    expect(((mirrored?.[31] ?? 0) & 1) === 1).toBe(!point.yIsOdd);
  });

  it('has one form: x plus the field’s prime is not taken for x', () => {
    const small = [...Array(20).keys()].map(BigInt);
    const x = small.find((each) => decompressY({ x: xOf(each), yIsOdd: false }) !== undefined);
    if (x === undefined) throw new Error('none of twenty');
    expect(decompressY({ x: xOf(FIELD + x), yIsOdd: false })).toBeUndefined();
  });

  it.each([
    ['an x beyond the field', new Uint8Array(32).fill(0xff)],
    ['an x of 31 bytes', new Uint8Array(31)],
    // x = 1: 1 - 3 + b is no square modulo p.
    ['an x without a point', Uint8Array.from({ length: 32 }, (_, at) => (at === 31 ? 1 : 0))],
  ])('%s has no y', (_, x) => {
    expect(decompressY({ x, yIsOdd: false })).toBeUndefined();
  });
});
