import { decode, encode as encodeToBuffer } from 'cborg';
import fc from 'fast-check';
import { encode as encodeQr } from 'uqr';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  makeCode,
  makePass,
  makePrinted,
  NOW,
  PHONE,
  textOf,
  verifyOnce,
  withBytes,
} from '../test/world.ts';
import { showingSignatureStructure } from './code.ts';
import { LONGEST_CODE, parseCode, printCode, showCode } from './index.ts';

const encode = (value: unknown) => Uint8Array.from(encodeToBuffer(value));
const STRICT = { useMaps: true, strict: true, rejectDuplicateMapKeys: true };
const pass = await makePass();
const shown = await makeCode({ pass, seq: 0x0102 });
const card = await makePrinted();
const reasonOf = (text: string) => {
  const parsed = parseCode(text);
  return 'malformed' in parsed ? parsed.malformed : 'well-formed';
};

describe('sizes', () => {
  it('a shown code has exactly 235 bytes and 357 characters', () => {
    expect([bytesOf(shown).length, shown.length]).toEqual([235, 357]);
  });

  it('a printed card has 104 bytes and 160 characters', () => {
    expect([bytesOf(card).length, card.length]).toEqual([104, 160]);
  });

  it('a shown code is QR version 11 at level M, which only alphanumeric mode can hold', () => {
    const { version } = encodeQr(shown, { ecc: 'M', boostEcc: false });
    expect(version).toBe(11);
    // One lower-case letter forces byte mode, and with it a larger symbol.
    const inBytes = encodeQr(shown.toLowerCase(), { ecc: 'M', boostEcc: false });
    expect(inBytes.version).toBeGreaterThan(11);
  });

  it('a printed card is QR version 9 at level Q', () => {
    expect(encodeQr(card, { ecc: 'Q', boostEcc: false }).version).toBe(9);
  });
});

describe('a shown code', () => {
  it('is the array that the specification draws, byte by byte', () => {
    const hex = Buffer.from(bytesOf(shown)).toString('hex');
    const inner = Buffer.from(pass).toString('hex');
    const head = `845899a201260d${inner}a04ba2061a${NOW.toString(16)}074201025840`;
    expect(hex.slice(0, -128)).toBe(head);
  });

  it('means to a strict CBOR library what it means here, and signs RFC 9052’s structure', () => {
    const [header, unprotected, payload] = decode(bytesOf(shown), STRICT) as [
      Uint8Array,
      Map<number, unknown>,
      Uint8Array,
    ];
    expect(unprotected).toEqual(new Map());
    const claims = new Map<number, unknown>([
      [6, NOW],
      [7, Uint8Array.of(1, 2)],
    ]);
    expect(decode(payload, STRICT)).toEqual(claims);
    const headers = decode(header, STRICT) as Map<number, unknown>;
    expect(encode(headers.get(13))).toEqual(pass);
    expect(showingSignatureStructure(bytesOf(shown))).toEqual(
      encode(['Signature1', header, new Uint8Array(0), payload]),
    );
  });

  it('gives back its moment and its pass', () => {
    const parsed = parseCode(shown);
    if ('malformed' in parsed) throw new Error(parsed.malformed);
    expect(parsed.showing).toMatchObject({ iat: NOW, seq: 0x0102, alg: -7 });
    expect(parsed.pass.bytes).toEqual(pass);
  });

  it('is read only where a strict CBOR library reads the same and writes the same', () => {
    const bytes = bytesOf(shown);
    const bend = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    let taken = 0;
    fc.assert(
      fc.property(fc.array(bend, { maxLength: 3 }), (bends) => {
        const bent = Uint8Array.from(bytes);
        for (const [at, value] of bends) bent[at] = value;
        const parsed = parseCode(textOf(bent));
        if ('malformed' in parsed) return;
        taken += 1;
        const outer = decode(bent, STRICT) as Uint8Array[];
        expect(encode(outer)).toEqual(bent);
        const headers = decode(outer[0] ?? bent, STRICT) as Map<number, unknown>;
        expect(encode(headers)).toEqual(outer[0]);
        const claims = decode(outer[2] ?? bent, STRICT) as Map<number, unknown>;
        expect(encode(claims)).toEqual(outer[2]);
        expect(claims.get(6)).toBe(parsed.showing?.iat);
        expect(headers.get(1)).toBe(parsed.showing?.alg);
      }),
      { numRuns: 5000 },
    );
    expect(taken).toBeGreaterThan(1000);
  });
});

describe('parseCode', () => {
  const bytes = bytesOf(shown);
  const printedBytes = bytesOf(card);
  it.each([
    ['no text', ''],
    ['the prefix alone', 'LY1:'],
    ['another prefix', `HC1:${shown.slice(4)}`],
    ['the prefix in lower case', `ly1:${shown.slice(4)}`],
    ['a blank in front', ` ${shown}`],
    ['a line feed behind', `${shown}\n`],
    ['lower case', `LY1:${shown.slice(4).toLowerCase()}`],
    ['one character too few', shown.slice(0, -1)],
    ['one character too many', `${shown}0`],
    ['a byte left over', textOf(Uint8Array.from([...bytes, 0]))],
    ['more than 420 characters', shown.padEnd(LONGEST_CODE + 1, '0')],
    ['an unknown header', textOf(withBytes(bytes, 6, 14))],
    ['an unprotected header', textOf(withBytes(bytes, 156, 0xa1))],
    ['an unknown claim', textOf(withBytes(bytes, 165, 8))],
    ['iat that fits 2 bytes', textOf(withBytes(bytes, 161, 0, 0, 255, 255))],
    ['an alg that is no negative number', textOf(withBytes(bytes, 5, 0x18))],
    ['an unknown kind in the pass', textOf(withBytes(bytes, 7 + 76, 0x13))],
    ['neither kind of array', textOf(withBytes(bytes, 1, 0x59))],
    ['a printed card in a phone’s code', textOf(withBytes(bytes, 7, ...printedBytes))],
  ])('refuses %s', async (_, text) => {
    expect(reasonOf(text)).not.toBe('well-formed');
    expect(await verifyOnce(text)).toMatchObject({ code: 'malformed', skewSeconds: null });
  });

  it('looks no further into a text of more than 420 characters', () => {
    expect(reasonOf(shown.padEnd(420, '0'))).toBe('bytes are left over at byte 235');
    expect(reasonOf(shown.padEnd(421, '0'))).toBe('421 characters are too many');
  });

  it('never throws, whatever the text is', async () => {
    const digits = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:');
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 430 }),
      fc.string({ unit: digits, maxLength: 430 }).map((text) => `LY1:${text}`),
      fc.uint8Array({ maxLength: 280 }).map(textOf),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const parsed = parseCode(text);
        expect('malformed' in parsed).toBe(true);
        expect(await verifyOnce(text)).toMatchObject({ ok: false, code: 'malformed' });
      }),
      { numRuns: 1000 },
    );
  });

  it('never throws, and never takes, a code with any bytes changed, cut out or put in', async () => {
    const change = fc.record({
      at: fc.nat(bytes.length - 1),
      cut: fc.nat(3),
      put: fc.uint8Array({ maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(bytes, printedBytes),
        change,
        async (whole, { at, cut, put }) => {
          const from = at % whole.length;
          const head = whole.subarray(0, from);
          const bent = Buffer.concat([head, put, whole.subarray(from + cut)]);
          if (bent.equals(whole)) return;
          const answer = await verifyOnce(textOf(bent), { acceptPrinted: true });
          expect(answer.ok).toBe(false);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('showCode and printCode throw on what they must not show', () => {
  it.each([
    ['a printed pass', { pass: bytesOf(card) }],
    ['a pass that is none', { pass: new Uint8Array(149) }],
    ['iat before 65536', { iat: 65_535 }],
    ['seq of 3 bytes', { seq: 0x10000 }],
    ['a negative seq', { seq: -1 }],
    ['another algorithm', { by: { alg: -8, sign: PHONE.signer.sign } }],
  ])('%s', async (_, changes) => {
    await expect(makeCode(changes)).rejects.toThrow(RangeError);
  });

  it('a phone’s pass in print', () => {
    expect(() => printCode(pass)).toThrow(RangeError);
    expect(() => printCode(pass.subarray(1))).toThrow(RangeError);
  });

  it('counts seq to 65,535', async () => {
    const last = parseCode(await showCode(pass, PHONE.signer, { iat: NOW, seq: 0xffff }));
    expect(last).toMatchObject({ showing: { seq: 0xffff } });
  });
});
