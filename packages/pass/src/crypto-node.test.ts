import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateKey, nodeCrypto, pointFromJwk, signerFromJwk } from './crypto-node.ts';
import { fromBase64Url, fromHex, toBase64Url, toHex } from './index.ts';

describe('keys of Node', () => {
  it('sign raw r and s, which their public point verifies', async () => {
    const { privateJwk, point, signer } = generateKey();
    const message = Uint8Array.of(1, 2, 3);
    for (const each of [signer, signerFromJwk(privateJwk)]) {
      const signature = await each.sign(message);
      expect(signature.length).toBe(64);
      const key = await nodeCrypto.importKey(-7, point);
      expect(await nodeCrypto.verify(key, message, signature)).toBe(true);
      expect(await nodeCrypto.verify(key, Uint8Array.of(1, 2, 4), signature)).toBe(false);
    }
  });

  it('verify the vector of RFC 6979 A.2.5', async () => {
    const x = fromHex('60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6');
    const y = fromHex('7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299');
    const jwk = { kty: 'EC', crv: 'P-256', x: toBase64Url(x), y: toBase64Url(y) } as const;
    const signature = fromHex(
      'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716' +
        'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
    );
    const key = await nodeCrypto.importKey(-7, pointFromJwk(jwk));
    const message = Uint8Array.from(Buffer.from('sample'));
    expect(await nodeCrypto.verify(key, message, signature)).toBe(true);
  });

  it('are refused from JWKs that are not on P-256', () => {
    const { privateJwk } = generateKey();
    expect(() => pointFromJwk({ ...privateJwk, x: 'AAAA' })).toThrow(RangeError);
    expect(() => pointFromJwk({ ...privateJwk, x: 'not base64' })).toThrow(RangeError);
  });
});

describe('texts of bytes', () => {
  it('come back in hexadecimal and base64url, as Node writes them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each(['0', '0g', 'é'])('hexadecimal is not %j', (text) => {
    expect(() => fromHex(text)).toThrow(RangeError);
  });

  it.each(['A', 'AA=', 'A+'])('base64url is not %j', (text) => {
    expect(() => fromBase64Url(text)).toThrow(RangeError);
  });
});
