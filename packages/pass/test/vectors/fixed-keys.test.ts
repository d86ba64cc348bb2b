/** The fixed signatures are those of RFC 6979, and OpenSSL takes them. */
import { expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto-node.ts';
import { fixedKey, signFixed } from './fixed-keys.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

it.each([
  [
    'sample',
    'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716' +
      'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  ],
  [
    'test',
    'f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367' +
      '019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083',
  ],
])('RFC 6979, A.2.5: "%s"', (message, signature) => {
  const d = Buffer.from('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721', 'hex');
  expect(hex(signFixed(d, Buffer.from(message)))).toBe(signature);
});

it('OpenSSL takes a fixed signature under the fixed key', () => {
  const key = fixedKey('a name');
  const message = Uint8Array.of(1, 2, 3);
  const imported = nodeCrypto.importKey(-7, key.point) as object;
  expect(nodeCrypto.verify(imported, message, signFixed(key.d, message))).toBe(true);
  expect(hex(fixedKey('a name').d)).toBe(hex(key.d));
});
