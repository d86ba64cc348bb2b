import { decode, encode as encodeToBuffer } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CborValue } from './cbor.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { fromHex } from './index.ts';

const STRICT = { useMaps: true, strict: true, rejectDuplicateMapKeys: true };
const ascii = fc.string({ maxLength: 30 });
const key = fc.oneof(fc.maxSafeInteger(), ascii);
const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.maxSafeInteger(),
    ascii,
    fc.boolean(),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  ),
}));

describe('deterministic CBOR', () => {
  it('comes back, and a strict library reads the same', () => {
    fc.assert(
      fc.property(value, (original) => {
        const bytes = encodeCbor(original);
        expect(decodeCbor(bytes)).toEqual({ value: original });
        expect(decode(bytes, STRICT)).toEqual(original);
      }),
    );
  });

  it('is read only if it is what it would write', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const decoded = decodeCbor(bytes);
        if ('value' in decoded) expect(encodeCbor(decoded.value)).toEqual(bytes);
      }),
      { numRuns: 20_000 },
    );
  });

  it('writes integers as a strict library does', () => {
    for (const n of [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]) {
      for (const integer of [n, -1 - n]) {
        if (!Number.isSafeInteger(integer)) continue;
        expect(encodeCbor(integer)).toEqual(Uint8Array.from(encodeToBuffer(integer)));
      }
    }
  });

  it.each([
    ['nothing', ''],
    ['a byte left over', '0101'],
    ['a number in a longer form', '1817'],
    ['0 in 8 bytes', '1b0000000000000000'],
    ['2^32 - 1 in 8 bytes', '1b00000000ffffffff'],
    ['2^53', '1b0020000000000000'],
    ['-2^53', '3b001fffffffffffff'],
    ['an indefinite array', '9f01ff'],
    ['an indefinite string', '5f4101ff'],
    ['a map out of order', 'a202000100'],
    ['a map with a key twice', 'a201000100'],
    ['a map with a strange key', 'a1410000'],
    ['a string that ends too early', '4201'],
    ['a string longer than memory', '5b001fffffffffffff'],
    ['an array longer than its bytes', '9affffffff'],
    ['null', 'f6'],
    ['a float', 'f93c00'],
    ['a tag', 'c100'],
    ['a text beyond ASCII', '62c3a9'],
    ['nesting without end', '81'.repeat(5000)],
  ])('refuses %s', (_, hex) => {
    expect(decodeCbor(fromHex(hex))).toHaveProperty('malformed');
  });

  it('throws on what has no encoding', () => {
    expect(() => encodeCbor(0.5)).toThrow(RangeError);
    expect(() => encodeCbor(2 ** 53)).toThrow(RangeError);
    expect(() => encodeCbor('é')).toThrow(RangeError);
  });
});
