/** code.json: texts and what they say, before any signature is verified. */
import { toHex } from '../../src/index.ts';
import type { CodeCase, CodeMeaning } from '../../vectors/shapes.ts';
import { bytesOf, textOf, withBytes } from '../world.ts';
import {
  CLAIMS,
  KEYS,
  makeCard,
  makeCode,
  makePass,
  NOW,
  PRINTED_CLAIMS,
  pointAsJson,
} from './scene.ts';

const shown = await makeCode({ seq: 0x0102 });
const card = await makeCard();
const bytes = bytesOf(shown);
const cardBytes = bytesOf(card);

/** Bytes of the shown code with some replaced by others, of the same number or not. */
const spliced = (whole: Uint8Array, from: number, to: number, ...middle: Uint8Array[]) =>
  textOf(Uint8Array.from(Buffer.concat([whole.subarray(0, from), ...middle, whole.subarray(to)])));
const bent = (at: number, ...values: number[]) => textOf(withBytes(bytes, at, ...values));
const bentCard = (at: number, ...values: number[]) => textOf(withBytes(cardBytes, at, ...values));
const of = (...values: number[]) => Uint8Array.from(values);

const SHOWN_MEANING = {
  wellFormed: true,
  pass: {
    alg: -7,
    kid: toHex(CLAIMS.kid),
    exp: CLAIMS.exp,
    cti: toHex(CLAIMS.cti),
    holderKey: pointAsJson(KEYS.phone.point),
    scope: CLAIMS.scope,
  },
  showing: { alg: -7, iat: NOW, seq: 0x0102 },
} as const;
const CARD_MEANING = {
  wellFormed: true,
  pass: {
    alg: -7,
    kid: toHex(PRINTED_CLAIMS.kid),
    exp: PRINTED_CLAIMS.exp,
    cti: toHex(PRINTED_CLAIMS.cti),
    holderKey: null,
    scope: PRINTED_CLAIMS.scope,
  },
  showing: null,
} as const;

type Good = Extract<CodeMeaning, { wellFormed: true }>;
type Row = readonly [name: string, description: string, text: string, meaning?: Good];

const withPass = (changes: Partial<Good['pass']>): Good => ({
  ...SHOWN_MEANING,
  pass: { ...SHOWN_MEANING.pass, ...changes },
});
const withScope = (changes: Partial<Good['pass']['scope']>): Good =>
  withPass({ scope: { ...SHOWN_MEANING.pass.scope, ...changes } });

/** In the shown code: the pass begins at 7, so its byte n stands at 7 + n. */
const IN_PASS = 7;
const WELL_FORMED: readonly Row[] = [
  ['shown code', '235 bytes, 357 characters', shown, SHOWN_MEANING],
  ['printed card', '104 bytes, 160 characters', card, CARD_MEANING],
  [
    'smallest iat of 4 bytes',
    '65536 is the first moment that needs 4 bytes',
    bent(161, 0, 1, 0, 0),
    { ...SHOWN_MEANING, showing: { ...SHOWN_MEANING.showing, iat: 65_536 } },
  ],
  [
    'largest iat',
    '2106-02-07T06:28:15Z; the number is unsigned',
    bent(161, 255, 255, 255, 255),
    { ...SHOWN_MEANING, showing: { ...SHOWN_MEANING.showing, iat: 0xffffffff } },
  ],
  [
    'largest exp',
    'the number is unsigned here too',
    bent(IN_PASS + 15, 255, 255, 255, 255),
    withPass({ exp: 0xffffffff }),
  ],
  [
    'seq 65535',
    'the running number has 2 bytes, whatever its value',
    bent(167, 255, 255),
    { ...SHOWN_MEANING, showing: { ...SHOWN_MEANING.showing, seq: 65_535 } },
  ],
  [
    'seq 0',
    'the running number is a byte string: no shortest form',
    bent(167, 0, 0),
    { ...SHOWN_MEANING, showing: { ...SHOWN_MEANING.showing, seq: 0 } },
  ],
  [
    'status index 4294967295',
    'the index is big-endian and unsigned',
    bent(IN_PASS + 79, 255, 255, 255, 255),
    withScope({ statusIndex: 0xffffffff }),
  ],
  ['no zone', 'well-formed, and good nowhere', bent(IN_PASS + 78, 0), withScope({ zones: [] })],
  [
    'all zones',
    'bits 0 to 3',
    bent(IN_PASS + 78, 15),
    withScope({ zones: ['metro', 'bus', 'clinic', 'site'] }),
  ],
  [
    'tier 1, no honour card',
    'byte 1 of the scope is 10',
    bent(IN_PASS + 77, 0x10),
    withScope({
      tier: 1,
      honour: false,
    }),
  ],
  ['tier 5', 'byte 1 of the scope is 51', bent(IN_PASS + 77, 0x51), withScope({ tier: 5 })],
  [
    'another algorithm in the phone’s header',
    '-8 is well-formed; the verifier refuses it',
    bent(5, 0x27),
    { ...SHOWN_MEANING, showing: { ...SHOWN_MEANING.showing, alg: -8 } },
  ],
  [
    'another algorithm in the pass’s header',
    '-24 is the last that fits the byte',
    bent(IN_PASS + 4, 0x37),
    withPass({ alg: -24 }),
  ],
  [
    'signature of zeros',
    'the reader verifies nothing',
    textOf(withBytes(bytes, 171, ...new Uint8Array(64))),
    SHOWN_MEANING,
  ],
  [
    'pass cut out of a shown code',
    'well-formed: a bare pass with a phone’s key. The verifier refuses it',
    textOf(bytes.subarray(IN_PASS, IN_PASS + 149)),
    { ...SHOWN_MEANING, showing: null },
  ],
];

const longIat = Buffer.from(`061b00000000${NOW.toString(16)}`, 'hex');
const phonePass = await makePass();
const TEXTS: readonly Row[] = [
  ['empty', 'no text at all', ''],
  ['prefix alone', 'nothing behind the prefix', 'LY1:'],
  ['another prefix', 'the prefix is LY1:', `HC1:${shown.slice(4)}`],
  ['prefix in lower case', 'upper case only', `ly1:${shown.slice(4)}`],
  ['lower-case base45', 'upper case only', `LY1:${shown.slice(4).toLowerCase()}`],
  ['one lower-case letter', 'the last letter that has a lower case', lowerLast(shown)],
  ['blank in front', 'nothing is trimmed', ` ${shown}`],
  ['line feed behind', 'nothing is trimmed', `${shown}\n`],
  ['one character too few', '352 digits are 1 more than a multiple of 3', shown.slice(0, -1)],
  ['one character too many', '354 digits are a whole group more', `${shown}0`],
  ['a character outside of base45', 'an underscore', `${shown.slice(0, 100)}_${shown.slice(101)}`],
  ['a full-width digit', 'U+FF10 is no 0', `${shown.slice(0, 100)}０${shown.slice(101)}`],
  ['group that overflows', ':::, 91124, is over 65535', `LY1::::${shown.slice(7)}`],
  ['last group that overflows', '::, 2024, is over 255', `${shown.slice(0, -2)}::`],
  ['421 characters', 'longer than 420', shown.padEnd(421, '0')],
  ['420 characters of another code', 'as long as may be looked at', shown.padEnd(420, '0')],
  ['10000 characters', 'refused before it is decoded', `LY1:${'0'.repeat(9_996)}`],
];

const BYTES: readonly Row[] = [
  ['byte left over', 'one 00 behind the signature', spliced(bytes, 235, 235, of(0))],
  ['byte too few', 'the signature has 63 bytes', spliced(bytes, 234, 235)],
  ['card with a byte left over', 'one 00 behind it', spliced(cardBytes, 104, 104, of(0))],
  ['card with a byte too few', '103 bytes', spliced(cardBytes, 103, 104)],
  ['tag 18 in front', 'the code is untagged', spliced(bytes, 0, 0, of(0xd2))],
  ['array of indefinite length', 'definite lengths only', bent(0, 0x9f)],
  ['array of five', 'four elements', bent(0, 0x85)],
  ['map of indefinite length in the header', 'definite lengths only', bent(3, 0xbf)],
  ['payload map of indefinite length', 'definite lengths only', bent(159, 0xbf)],
  ['header length not the shortest', '59 0099 instead of 58 99', spliced(bytes, 1, 2, of(0x59, 0))],
  [
    'payload length not the shortest',
    '58 0b instead of 4b',
    spliced(bytes, 157, 158, of(0x58, 11)),
  ],
  ['iat of 8 bytes', '1b instead of 1a', spliced(bytes, 159, 165, longIat)],
  ['iat that fits 2 bytes', '1a 0000ffff instead of 19 ffff', bent(161, 0, 0, 255, 255)],
  ['exp that fits 2 bytes', 'not the shortest', bent(IN_PASS + 15, 0, 0, 255, 255)],
  [
    'payload in the wrong order',
    'seq before iat',
    spliced(bytes, 159, 169, bytes.subarray(165, 169), bytes.subarray(159, 165)),
  ],
  [
    'header in the wrong order',
    'kcwt before alg',
    spliced(bytes, 4, 156, bytes.subarray(6, 156), bytes.subarray(4, 6)),
  ],
  [
    'claims in the wrong order',
    'cti before exp',
    spliced(
      bytes,
      IN_PASS + 13,
      IN_PASS + 29,
      bytes.subarray(IN_PASS + 19, IN_PASS + 29),
      bytes.subarray(IN_PASS + 13, IN_PASS + 19),
    ),
  ],
  ['duplicate key in the header', 'alg twice', bent(6, 1)],
  ['duplicate key in the payload', 'claim 6 twice', bent(165, 6)],
  ['duplicate claim', 'claim 4 twice', bent(IN_PASS + 19, 4)],
  ['unknown header', '14 instead of kcwt', bent(6, 14)],
  ['unknown header in the pass', '5 instead of kid', bent(IN_PASS + 5, 5)],
  ['unknown claim', '10 instead of scope', bent(IN_PASS + 74, 10)],
  ['unknown claim in the payload', '8 instead of seq', bent(165, 8)],
  ['unprotected header', 'must be empty', bent(156, 0xa1)],
  ['unprotected header in the pass', 'must be empty', bent(IN_PASS + 9, 0xa1)],
  ['alg that is no negative number', '07', bent(5, 0x07)],
  ['alg of two bytes', '38 18, -25: no algorithm of this version', bent(IN_PASS + 4, 0x38)],
  ['seq of 3 bytes', '43 instead of 42', bent(166, 0x43)],
  ['key type OKP', 'EC2 only', bent(IN_PASS + 34, 1)],
  ['curve P-384', 'P-256 only', bent(IN_PASS + 36, 2)],
  ['sign of y that is no boolean', 'null', bent(IN_PASS + 73, 0xf6)],
  ['profile 2', 'unknown', bent(IN_PASS + 76, 0x20)],
  ['profile 0', 'unknown', bent(IN_PASS + 76, 0x00)],
  ['kind 2', 'unknown', bent(IN_PASS + 76, 0x12)],
  ['tier 0', 'tiers are 1 to 5', bent(IN_PASS + 77, 0x01)],
  ['tier 6', 'tiers are 1 to 5', bent(IN_PASS + 77, 0x61)],
  ['bit 1 beside the honour card', 'unknown', bent(IN_PASS + 77, 0x33)],
  ['bit 3 beside the honour card', 'unknown', bent(IN_PASS + 77, 0x39)],
  ['zone 4', 'unknown', bent(IN_PASS + 78, 0x13)],
  ['zone 7', 'unknown', bent(IN_PASS + 78, 0x83)],
  ['card with kind 2', 'unknown', bentCard(31, 0x12)],
  ['card whose map says four claims', 'A4 instead of A3', bentCard(12, 0xa4)],
  ['card with a tag', 'the pass is untagged', spliced(cardBytes, 0, 0, of(0xd2))],
  [
    'pass inside as a byte string',
    'kcwt is the nested array itself',
    spliced(bytes, IN_PASS, IN_PASS, of(0x58, 0x95)),
  ],
  [
    'printed pass inside a shown code',
    'a shown code has the pass of a phone',
    spliced(bytes, IN_PASS, IN_PASS + 149, cardBytes),
  ],
  ['two passes one behind the other', 'one meaning, one text', textOf(twice(phonePass))],
  ['zeros', '235 of them', textOf(new Uint8Array(235))],
];

function twice(pass: Uint8Array): Uint8Array {
  return Uint8Array.from([...pass, ...pass.subarray(0, 86)]);
}

function lowerLast(text: string): string {
  const at = text.search(/[A-Z][^A-Z]*$/);
  return text.slice(0, at) + text.charAt(at).toLowerCase() + text.slice(at + 1);
}

export const CODES: readonly CodeCase[] = [...WELL_FORMED, ...TEXTS, ...BYTES].map(
  ([name, description, text, meaning]) => ({
    name,
    description,
    text,
    expected: meaning ?? { wellFormed: false },
  }),
);
