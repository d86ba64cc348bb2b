import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase45, encodeBase45 } from './base45.ts';

const ascii = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

describe('base45', () => {
  it.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
    ['', ''],
  ])('writes and reads %j as RFC 9285 does', (plain, text) => {
    expect(encodeBase45(ascii(plain))).toBe(text);
    expect(decodeBase45(text)).toEqual(ascii(plain));
  });

  it.each([
    ['a length of 1 modulo 3', 'BB8B'],
    ['lower case', 'bb8'],
    ['a triple of 65536', 'HGW'],
    ['the largest triple', ':::'],
    ['a last pair of 256', 'V5'],
    ['a character outside the alphabet', 'BB_'],
    ['a character beyond ASCII', 'BB８'],
    ['a line feed', 'BB8\n00'],
  ])('refuses %s', (_, text) => {
    expect(decodeBase45(text)).toBeUndefined();
  });

  it.each([
    ['a triple of 65535', 'FGW', [255, 255]],
    ['a last pair of 255', 'U5', [255]],
  ])('reads %s, the largest there is', (_, text, bytes) => {
    expect(decodeBase45(text)).toEqual(Uint8Array.from(bytes));
  });

  it('gives every byte sequence back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeBase45(encodeBase45(bytes))).toEqual(bytes);
      }),
    );
  });

  it('reads a text only if it is what it would write', () => {
    const digit = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:ab_');
    fc.assert(
      fc.property(fc.string({ unit: digit, maxLength: 24 }), (text) => {
        const bytes = decodeBase45(text);
        if (bytes !== undefined) expect(encodeBase45(bytes)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
});
