import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RiceCode } from './rice.ts';
import { decodeRice, encodeRice } from './rice.ts';

const row = (...indexes: number[]) => Uint32Array.from(indexes);
const bits = (text: string) =>
  Uint8Array.from(text.match(/[01]{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
const answerOf = (code: RiceCode, size: number) => {
  const decoded = decodeRice(code, size);
  return 'malformed' in decoded ? decoded.malformed : [...decoded];
};

describe('a row of indexes', () => {
  it('is coded as the specification draws it', () => {
    // Distances 5, 2, 9: in two low bits 1|0 01, 0|10, 11|0 01.
    const code = { parameter: 2, count: 3, bits: bits('1001010110010000'.slice(0, 16)) };
    expect(encodeRice(row(5, 8, 18))).toEqual(code);
    expect(answerOf(code, 19)).toEqual([5, 8, 18]);
  });

  it('comes back, from every size up to 2^32', () => {
    const size = fc.constantFrom(1, 2, 1000, 10_000_000, 2 ** 32);
    fc.assert(
      fc.property(size, fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (within, places) => {
        const unique = new Set([0, ...places.map((at) => Math.min(within - 1, at * within) >>> 0)]);
        const indexes = Uint32Array.from(unique).sort();
        const code = encodeRice(indexes);
        expect(decodeRice(code, within)).toEqual(indexes);
        expect(code.bits.length).toBeLessThanOrEqual(Math.ceil((indexes.length * 33) / 8));
      }),
    );
  });

  it('is not coded unless it rises, nor when it is empty', () => {
    expect(() => encodeRice(row(4, 4))).toThrow(RangeError);
    expect(() => encodeRice(row(4, 3))).toThrow(RangeError);
    expect(() => encodeRice(row())).toThrow(RangeError);
  });
});

describe('a code that is none', () => {
  const good = { parameter: 2, count: 3, bits: bits('1001010110010000') };
  it.each<[string, Partial<RiceCode>, number, string]>([
    ['an index just beyond the size', {}, 18, 'an index beyond the list of 18'],
    ['ones without an end', { bits: new Uint8Array(1000).fill(255) }, 19, 'an index beyond'],
    [
      'ones without an end, in a large list',
      { bits: new Uint8Array(3).fill(255) },
      2 ** 32,
      'the bits end too early',
    ],
    [
      'ones to the very end without low bits',
      { parameter: 0, count: 1, bits: Uint8Array.of(255) },
      100,
      'the bits end too early',
    ],
    ['low bits that end too early', { count: 1, bits: bits('11111101') }, 99, 'the bits end'],
    ['no index', { count: 0 }, 19, '0 indexes'],
    ['fewer than there is room for', { count: -1 }, 19, '-1 indexes'],
    ['more than there is room for', { count: 6 }, 19, '6 indexes in 2 bytes'],
    ['2^53 - 1 of them', { count: Number.MAX_SAFE_INTEGER }, 19, '9007199254740991 indexes'],
    ['one too many', { count: 4 }, 19, 'an index beyond the list'],
    ['one too few', { count: 2 }, 19, 'bytes are left over'],
    ['a parameter of 32', { parameter: 32, count: 1, bits: new Uint8Array(9) }, 19, 'a parameter'],
    ['a negative parameter', { parameter: -1 }, 19, 'a parameter of -1'],
    ['a byte left over', { bits: bits('100101011001000000000000') }, 19, 'bytes are left over'],
    ['a bit left over', { bits: bits('1001010110010001') }, 19, 'bits are left over'],
    [
      'a sum that needs 33 bits',
      {
        parameter: 31,
        count: 3,
        bits: Uint8Array.from({ length: 12 }, (_, at) => (at % 4 ? 255 : 127)),
      },
      2 ** 32,
      'an index beyond the list of 4294967296',
    ],
  ])('%s', (_, changes, size, expected) => {
    expect(answerOf({ ...good, ...changes }, size)).toContain(expected);
  });

  it('is never thrown at, and what is read is written in the same bits', () => {
    const parameter = fc.integer({ min: -1, max: 33 });
    const count = fc.integer({ min: -1, max: 40 });
    let taken = 0;
    fc.assert(
      fc.property(parameter, count, fc.uint8Array({ maxLength: 12 }), (low, some, hostile) => {
        const decoded = decodeRice({ parameter: low, count: some, bits: hostile }, 1_000_000);
        if ('malformed' in decoded) return;
        taken += 1;
        expect([...decoded]).toEqual([...new Set(decoded)].sort((a, b) => a - b));
        const again = encodeRice(decoded);
        expect(again.bits.length).toBeLessThanOrEqual(hostile.length);
        if (again.parameter === low) expect(again.bits).toEqual(hostile);
      }),
      { numRuns: 5000 },
    );
    expect(taken).toBeGreaterThan(20);
  });
});
