import { decode, encode as encodeToBuffer } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CLAIMS,
  ISSUER,
  makePass,
  PHONE,
  PRINTED_CLAIMS,
  PRINTER,
  SCOPE,
  STRANGER,
  withBytes,
} from '../test/world.ts';
import { nodeCrypto } from './crypto-node.ts';
import type { PassClaims, PassTier } from './index.ts';
import { parsePass, signPass, ZONES } from './index.ts';
import { passSignature, passSignatureStructure } from './pass.ts';

const encode = (value: unknown) => Uint8Array.from(encodeToBuffer(value));
const STRICT = { useMaps: true, strict: true, rejectDuplicateMapKeys: true };
const reasonOf = (bytes: Uint8Array) => {
  const parsed = parsePass(bytes);
  return 'malformed' in parsed ? parsed.malformed : 'well-formed';
};
const phone = await makePass();
const printed = await signPass(PRINTED_CLAIMS, PRINTER.signer);

/** A pass as a stranger's CBOR library would write it: the oracle of the layout. */
function encodeByCborg(claims: PassClaims, signature: Uint8Array): Uint8Array {
  const { kind, tier, honour, zones, statusIndex } = claims.scope;
  const scope = Buffer.alloc(7);
  scope[0] = 0x10 | (kind === 'printed' ? 1 : 0);
  scope[1] = (tier << 4) | (honour ? 1 : 0);
  for (const zone of zones) scope[2] = (scope[2] ?? 0) | (1 << ZONES.indexOf(zone));
  scope.writeUInt32BE(statusIndex, 3);
  const payload = new Map<number, unknown>([
    [4, claims.exp],
    [7, claims.cti],
  ]);
  const { holderKey } = claims;
  if (holderKey !== undefined) {
    const key = new Map<number, unknown>([
      [1, 2],
      [-1, 1],
      [-2, holderKey.x],
      [-3, holderKey.yIsOdd],
    ]);
    payload.set(8, new Map([[1, key]]));
  }
  payload.set(9, Uint8Array.from(scope));
  const header = new Map<number, unknown>([
    [1, -7],
    [4, claims.kid],
  ]);
  return encode([encode(header), new Map(), encode(payload), signature]);
}

const claimsArbitrary = fc
  .record({
    kid: fc.uint8Array({ minLength: 2, maxLength: 2 }),
    exp: fc.integer({ min: 0x10000, max: 0xffffffff }),
    cti: fc.uint8Array({ minLength: 8, maxLength: 8 }),
    x: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    yIsOdd: fc.boolean(),
    isPrinted: fc.boolean(),
    tier: fc.constantFrom<PassTier>(1, 2, 3, 4, 5),
    honour: fc.boolean(),
    zones: fc.subarray([...ZONES]),
    statusIndex: fc.integer({ min: 0, max: 0xffffffff }),
  })
  .map(({ kid, exp, cti, x, yIsOdd, isPrinted, tier, honour, zones, statusIndex }): PassClaims => {
    const kind = isPrinted ? 'printed' : 'phone';
    const scope = { kind, tier, honour, zones, statusIndex } as const;
    return { kid, exp, cti, scope, ...(isPrinted ? {} : { holderKey: { x, yIsOdd } }) };
  });

describe('the bytes of a pass', () => {
  it('are 149 with a phone key and 104 printed', () => {
    expect([phone.length, printed.length]).toEqual([149, 104]);
  });

  it('are those of the specification, byte by byte', () => {
    const signature = Buffer.from(passSignature(phone)).toString('hex');
    const x = Buffer.from(PHONE.point.x).toString('hex');
    const words = [
      '84 47a2 0126 0442 0a01 a0 5847 a4',
      `04 1a ${CLAIMS.exp.toString(16)}`,
      '07 48 0102030405060708',
      `08 a101a4 0102 2001 215820 ${x} 22 ${PHONE.point.yIsOdd ? 'f5' : 'f4'}`,
      '09 47 10 31 03 0000004d',
      `5840 ${signature}`,
    ];
    expect(Buffer.from(phone).toString('hex')).toBe(words.join('').replaceAll(' ', ''));
  });

  it('are those that a strict CBOR library writes, and mean the same', async () => {
    await fc.assert(
      fc.asyncProperty(claimsArbitrary, async (claims) => {
        const bytes = await signPass(claims, ISSUER.signer);
        expect(bytes).toEqual(encodeByCborg(claims, passSignature(bytes)));
        expect(parsePass(bytes)).toEqual({ bytes, alg: -7, claims });
      }),
    );
  });

  it('carry a signature over the structure of RFC 9052', () => {
    const [header, , payload] = decode(phone, STRICT) as [Uint8Array, unknown, Uint8Array];
    const structure = encode(['Signature1', header, new Uint8Array(0), payload]);
    expect(passSignatureStructure(phone)).toEqual(structure);
    const key = nodeCrypto.importKey(-7, ISSUER.point) as object;
    expect(nodeCrypto.verify(key, structure, passSignature(phone))).toBe(true);
    const other = nodeCrypto.importKey(-7, STRANGER.point) as object;
    expect(nodeCrypto.verify(other, structure, passSignature(phone))).toBe(false);
  });
});

describe('one byte sequence per meaning', () => {
  it('whatever is read, a strict CBOR library reads with the same meaning and bytes', () => {
    const place = fc.integer({ min: 0, max: 148 });
    const bend = fc.tuple(place, fc.nat(255));
    let taken = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(phone, printed),
        fc.array(bend, { maxLength: 3 }),
        (pass, bends) => {
          const bent = Uint8Array.from(pass);
          for (const [at, value] of bends) bent[at % bent.length] = value;
          const parsed = parsePass(bent);
          if ('malformed' in parsed || parsed.alg !== -7) return;
          taken += 1;
          const [header, , payload, signature] = decode(bent, STRICT) as Uint8Array[];
          decode(header ?? bent, STRICT);
          decode(payload ?? bent, STRICT);
          expect(encodeByCborg(parsed.claims, signature ?? bent)).toEqual(bent);
        },
      ),
      { numRuns: 5000 },
    );
    expect(taken).toBeGreaterThan(1000);
  });

  const exp = CLAIMS.exp;
  const longExp = Buffer.from(`041b00000000${exp.toString(16)}`, 'hex');
  const swapped = Buffer.concat([phone.subarray(19, 29), phone.subarray(13, 19)]);
  const twice = Buffer.concat([phone.subarray(13, 19), phone.subarray(13, 19)]);
  const spliced = (from: number, to: number, ...middle: Uint8Array[]) =>
    Uint8Array.from(Buffer.concat([phone.subarray(0, from), ...middle, phone.subarray(to)]));
  it.each([
    ['a byte left over', spliced(149, 149, Uint8Array.of(0))],
    ['a byte too few', phone.subarray(0, 148)],
    ['nothing at all', new Uint8Array(0)],
    ['exp in 8 bytes', spliced(13, 19, longExp)],
    ['exp that fits 2 bytes', withBytes(phone, 15, 0, 0, 255, 255)],
    ['claims in another order', spliced(13, 29, swapped)],
    ['exp twice', spliced(13, 29, twice)],
    ['an array of indefinite length', withBytes(phone, 0, 0x9f)],
    ['a map of indefinite length', withBytes(phone, 12, 0xbf)],
    ['a longer string head', spliced(1, 2, Uint8Array.of(0x58, 7))],
    ['a tag in front', spliced(0, 0, Uint8Array.of(0xd2))],
    ['an unknown header', withBytes(phone, 5, 5)],
    ['an unprotected header', withBytes(phone, 9, 0xa1)],
    ['an unknown claim instead of scope', withBytes(phone, 74, 10)],
    ['another key type', withBytes(phone, 34, 1)],
    ['another curve', withBytes(phone, 36, 2)],
    ['y that is no boolean', withBytes(phone, 73, 0xf6)],
    ['an alg that is no negative number', withBytes(phone, 4, 0x07)],
    ['an unknown kind', withBytes(phone, 76, 0x12)],
    ['an unknown profile', withBytes(phone, 76, 0x20)],
    ['tier 0', withBytes(phone, 77, 0x01)],
    ['tier 6', withBytes(phone, 77, 0x60)],
    ['an unknown bit beside honour', withBytes(phone, 77, 0x32)],
    ['an unknown zone', withBytes(phone, 78, 0x10)],
    ['a printed pass with a byte too many', Uint8Array.from([...printed, 0])],
  ])('%s is refused', (_, bytes) => {
    expect(reasonOf(bytes)).not.toBe('well-formed');
  });

  it('says where the format is left', () => {
    expect(reasonOf(withBytes(phone, 74, 10))).toBe('the pass leaves the format at its byte 74');
  });

  it('takes the smallest exp that needs 4 bytes', () => {
    expect(reasonOf(withBytes(phone, 15, 0, 1, 0, 0))).toBe('well-formed');
  });
});

describe('signPass throws on what has no encoding', () => {
  const { holderKey: _, ...withoutKey } = CLAIMS;
  it.each<[string, PassClaims]>([
    ['kid of 1 byte', { ...CLAIMS, kid: Uint8Array.of(1) }],
    ['cti of 7 bytes', { ...CLAIMS, cti: new Uint8Array(7) }],
    ['exp before 65536', { ...CLAIMS, exp: 65_535 }],
    ['exp after 2106', { ...CLAIMS, exp: 2 ** 32 }],
    ['exp of half a second', { ...CLAIMS, exp: CLAIMS.exp + 0.5 }],
    ['a phone pass without a key', withoutKey],
    ['a printed pass with a key', { ...CLAIMS, scope: { ...SCOPE, kind: 'printed' } }],
    ['x of 31 bytes', { ...CLAIMS, holderKey: { x: new Uint8Array(31), yIsOdd: true } }],
    ['a status index of 5 bytes', { ...CLAIMS, scope: { ...SCOPE, statusIndex: 2 ** 32 } }],
    ['tier 6', { ...CLAIMS, scope: { ...SCOPE, tier: 6 as PassTier } }],
  ])('%s', async (_name, claims) => {
    await expect(signPass(claims, ISSUER.signer)).rejects.toThrow(RangeError);
  });

  it('another algorithm, and a signature that is not raw', async () => {
    const other = { alg: -8, sign: ISSUER.signer.sign };
    await expect(signPass(CLAIMS, other)).rejects.toThrow('algorithm -8 is not supported');
    const der = { alg: -7, sign: () => new Uint8Array(71) };
    await expect(signPass(CLAIMS, der)).rejects.toThrow('71 bytes');
  });
});
