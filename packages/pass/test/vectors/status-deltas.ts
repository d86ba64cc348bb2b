/** status-delta.json. */
import type { CborValue } from '../../src/cbor.ts';
import type { Signer, StatusChange, StatusDeltaContent } from '../../src/index.ts';
import {
  buildStatusList,
  fromHex,
  STATUS_DELTA_TYPE,
  signStatusDelta,
  toHex,
} from '../../src/index.ts';
import { encodeRice } from '../../src/rice.ts';
import { sealSign1 } from '../../src/sign1.ts';
import type { StatusDeltaCase } from '../../vectors/shapes.ts';
import { withBytes } from '../world.ts';
import { DAY, KEYS, NOW, PHONE_ENTRY, PRINTED_ENTRY } from './scene.ts';
import type { StatusRow } from './status-lists.ts';
import { BASE, SET, SIZE, statusAnswer, statusCase, WHOLE } from './status-lists.ts';

const issuer = KEYS.issuer.signer;

const DELTA: StatusDeltaContent = {
  kid: PHONE_ENTRY.kid,
  address: PHONE_ENTRY.statusAddress,
  baseIat: BASE,
  iat: NOW - 10,
  exp: NOW + DAY,
  ttlSeconds: 20,
  changes: [
    [5, 'revoked'],
    [8, 'revoked'],
    [18, 'revoked'],
    [77, 'valid'],
    [78, 'suspended'],
  ],
};
const signDelta = (changes: Partial<StatusDeltaContent> = {}, by: Signer = issuer) =>
  signStatusDelta({ ...DELTA, ...changes }, by);
const after = (changes: StatusChange[]) =>
  statusAnswer(buildStatusList(SIZE, [...SET, ...changes]), DELTA.iat, DELTA.exp);

function sealedDelta(bend: Record<number, CborValue>): Promise<Uint8Array> {
  const claims = new Map<number, CborValue>([
    [2, DELTA.address],
    [4, DELTA.exp],
    [6, DELTA.iat],
    [65534, 20],
    [-65539, DELTA.baseIat],
    [-65540, new Map()],
  ]);
  for (const [claim, value] of Object.entries(bend)) claims.set(Number(claim), value);
  const header = new Map<number, CborValue>([
    [1, -7],
    [4, DELTA.kid],
    [16, STATUS_DELTA_TYPE],
  ]);
  return sealSign1({ header, claims, tagged: true }, issuer);
}
const changed = (...rows: [number, CborValue][]) => sealedDelta({ [-65540]: new Map(rows) });
const rice = (...indexes: number[]): CborValue => {
  const { parameter, count, bits } = encodeRice(Uint32Array.from(indexes));
  return [parameter, count, bits];
};
const code = (parameter: number, count: number, bits: string): CborValue => [
  parameter,
  count,
  fromHex(bits),
];
/** The delta of the specification's worked example. */
export const EXAMPLE_DELTA = await signDelta();
const all: StatusChange[] = Array.from({ length: SIZE }, (_, index) => [index, 'revoked']);

const DELTA_ROWS: readonly StatusRow[] = [
  [
    'in order',
    '5, 8, 18 revoked; 77 valid again; 78 suspended',
    EXAMPLE_DELTA,
    after([...DELTA.changes]),
  ],
  ['no change', 'renews the moment', signDelta({ changes: [] }), after([])],
  [
    'the first and the last',
    '0 and 999',
    signDelta({
      changes: [
        [0, 'valid'],
        [SIZE - 1, 'revoked'],
      ],
    }),
    after([
      [0, 'valid'],
      [SIZE - 1, 'revoked'],
    ]),
  ],
  [
    'every pass revoked',
    '1000 distances of 0: one bit each',
    signDelta({ changes: all }),
    after(all),
  ],
  [
    'a status that it has already',
    'harmless',
    signDelta({ changes: [[77, 'revoked']] }),
    after([]),
  ],
  [
    'another parameter than the shortest',
    'the issuer’s choice: 5, 8, 18 with 3',
    changed([1, code(3, 3, '5288')]),
    after([
      [5, 'revoked'],
      [8, 'revoked'],
      [18, 'revoked'],
    ]),
  ],
  ['its last second', 'exp less one', EXAMPLE_DELTA, after([...DELTA.changes]), DELTA.exp - 1],
  ['exp', 'exclusive', EXAMPLE_DELTA, 'expired', DELTA.exp],
  ['of an older base', 'the whole list is wanted', signDelta({ baseIat: BASE - 1 }), 'other_base'],
  ['of a newer base', 'the whole list is wanted', signDelta({ baseIat: BASE + 1 }), 'other_base'],
  ['signed by a stranger', 'forged', signDelta({}, KEYS.stranger.signer), 'bad_signature'],
  [
    'a byte of the signature changed',
    'the last',
    withBytes(EXAMPLE_DELTA, EXAMPLE_DELTA.length - 1, 0),
    'bad_signature',
  ],
  ['of another key', 'its key id', signDelta({ kid: PRINTED_ENTRY.kid }), 'other_list'],
  ['of another address', 'sub', signDelta({ address: 'https://example.org/2' }), 'other_list'],
  ['a whole list as a delta', 'another type', WHOLE, 'malformed'],
  ['a byte left over', 'one 00 behind it', Uint8Array.from([...EXAMPLE_DELTA, 0]), 'malformed'],
  ['a byte too few', 'cut', EXAMPLE_DELTA.subarray(0, -1), 'malformed'],
  ['an index beyond the list', '1000 of 1000', changed([1, rice(SIZE)]), 'malformed'],
  ['the last index', '999 of 1000', changed([1, rice(SIZE - 1)]), after([[SIZE - 1, 'revoked']])],
  ['the last index of 4 bytes', '4294967295', changed([1, rice(0xffffffff)]), 'malformed'],
  ['status 3', 'never written', changed([3, rice(1)]), 'malformed'],
  ['status -1', 'unknown', changed([-1, rice(1)]), 'malformed'],
  [
    'an index in two statuses',
    '5 valid and suspended',
    changed([0, rice(5)], [2, rice(5)]),
    'malformed',
  ],
  [
    'no index under a status',
    'a status without indexes is left out',
    changed([1, code(0, 0, '')]),
    'malformed',
  ],
  [
    'a count of 2^53 - 1',
    'more than there are bits',
    changed([1, code(0, 2 ** 53 - 1, '00')]),
    'malformed',
  ],
  ['a count too low', 'bits are left over', changed([1, code(0, 1, '40')]), 'malformed'],
  [
    'a bit of the filling set',
    'the rest of the last byte is zero',
    changed([1, code(0, 1, '01')]),
    'malformed',
  ],
  [
    'a byte of filling',
    'no byte more than is needed',
    changed([1, code(0, 1, '0000')]),
    'malformed',
  ],
  ['ones without an end', 'no zero follows', changed([1, code(0, 1, 'ff')]), 'malformed'],
  [
    'low bits that end too early',
    'parameter 7, 7 ones',
    changed([1, code(7, 1, 'fe')]),
    'malformed',
  ],
  ['a parameter of 32', '0 to 31', changed([1, code(32, 1, '0000000000')]), 'malformed'],
  [
    'a delta of its own moment',
    'iat is later than the base',
    sealedDelta({ 6: BASE }),
    'malformed',
  ],
  ['an end before its moment', 'exp is later than iat', sealedDelta({ 4: DELTA.iat }), 'malformed'],
  ['an unknown claim', '7', sealedDelta({ 7: 1 }), 'malformed'],
];

export const STATUS_DELTAS: readonly StatusDeltaCase[] = await Promise.all(
  DELTA_ROWS.map(async (row) => ({ ...(await statusCase(row)), list: toHex(WHOLE) })),
);
