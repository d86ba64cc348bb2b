/** The keyed hash is HMAC-SHA-256, by Node's own as the oracle. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyedHash } from './keyed-hash.ts';

test('any text under any key has the bytes of HMAC-SHA-256, in any order of asking', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ minLength: 4000, maxLength: 5000 }),
  );
  const key = fc.uint8Array({ minLength: 1, maxLength: 64 });
  fc.assert(
    fc.property(key, fc.array(text, { minLength: 1, maxLength: 5 }), (bytes, texts) => {
      const keyed = createKeyedHash(Buffer.from(bytes).toString('hex'));
      const made = texts.map(keyed);
      expect(made).toEqual(
        texts.map((one) => createHmac('sha256', bytes).update(one).digest('hex')),
      );
    }),
  );
});

test('the key is never cut', () => {
  expect(() => createKeyedHash('ab'.repeat(65))).toThrow(RangeError);
});
