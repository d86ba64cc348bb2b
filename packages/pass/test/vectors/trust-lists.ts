/** trust-list.json. */
import type { CborMap, CborValue } from '../../src/cbor.ts';
import type { TrustList } from '../../src/index.ts';
import { keyEnd, signTrustList, toHex } from '../../src/index.ts';
import { sealSign1 } from '../../src/sign1.ts';
import { trustEntryAsMap } from '../../src/trust-entry.ts';
import type { TrustListCase } from '../../vectors/shapes.ts';
import { withBytes } from '../world.ts';
import { DAY, entryAsJson, KEYS, NOW, PHONE_ENTRY, pointAsJson, TRUST_LIST } from './scene.ts';

const root = KEYS.root.signer;

const trustList = await signTrustList(TRUST_LIST, root);

/** The claims of the trust list as a map, some of them bent. */
function trustClaims(bend: Record<number, CborValue> = {}): CborMap {
  const claims = new Map<number, CborValue>([
    [4, TRUST_LIST.exp],
    [6, TRUST_LIST.iat],
    [-65537, TRUST_LIST.version],
    [-65538, TRUST_LIST.entries.map(trustEntryAsMap)],
  ]);
  for (const [claim, value] of Object.entries(bend)) claims.set(Number(claim), value);
  return claims;
}
const sealed = (bend: Record<number, CborValue>, header: CborMap = new Map([[1, -7]])) =>
  sealSign1({ header, claims: trustClaims(bend), tagged: false }, root);
const bentEntry = (field: number, value: CborValue) =>
  sealed({ [-65538]: [new Map([...trustEntryAsMap(PHONE_ENTRY), [field, value]])] });

interface TrustRow {
  readonly is: readonly [name: string, description: string];
  readonly bytes: Uint8Array | Promise<Uint8Array>;
  readonly list?: TrustList;
  readonly code?: string;
  readonly now?: number;
  readonly lowestVersion?: number;
}
const ended = { ...TRUST_LIST, exp: TRUST_LIST.iat + 30 * DAY };
const rotated = {
  ...TRUST_LIST,
  version: 8,
  entries: [
    { ...PHONE_ENTRY, notAfter: keyEnd(NOW, PHONE_ENTRY.lifeSeconds) },
    {
      ...PHONE_ENTRY,
      kid: Uint8Array.of(0x0b, 0x01),
      key: KEYS.formerIssuer.point,
      notBefore: NOW,
    },
  ],
};
const TRUST_ROWS: readonly TrustRow[] = [
  { is: ['in order', 'four keys, one of them for SM2'], bytes: trustList, list: TRUST_LIST },
  { is: ['the same version again', 'taken'], bytes: trustList, list: TRUST_LIST, lowestVersion: 7 },
  {
    is: ['a lower version', '7 after 8'],
    bytes: trustList,
    lowestVersion: 8,
    code: 'lower_version',
  },
  {
    is: ['a higher version', 'a key turned: the former counts a life and 35 days longer'],
    bytes: signTrustList(rotated, root),
    list: rotated,
    lowestVersion: 7,
  },
  {
    is: ['its last second', 'exp less one'],
    bytes: trustList,
    list: TRUST_LIST,
    now: TRUST_LIST.exp - 1,
  },
  { is: ['exp', 'exclusive'], bytes: trustList, now: TRUST_LIST.exp, code: 'expired' },
  {
    is: ['ended and of a lower version', 'the version first'],
    bytes: trustList,
    now: TRUST_LIST.exp,
    lowestVersion: 8,
    code: 'lower_version',
  },
  {
    is: ['a life of 30 days', 'as long as may be'],
    bytes: signTrustList(ended, root),
    list: ended,
  },
  {
    is: ['a life of 30 days and a second', 'too long'],
    bytes: sealed({ 4: TRUST_LIST.iat + 30 * DAY + 1 }),
    code: 'malformed',
  },
  {
    is: ['an end that is its beginning', 'no life'],
    bytes: sealed({ 4: TRUST_LIST.iat }),
    code: 'malformed',
  },
  {
    is: ['signed by a stranger', 'forged'],
    bytes: signTrustList(TRUST_LIST, KEYS.stranger.signer),
    code: 'bad_signature',
  },
  {
    is: ['signed by an issuer', 'an issuer is no root'],
    bytes: signTrustList(TRUST_LIST, KEYS.issuer.signer),
    code: 'bad_signature',
  },
  {
    is: ['a byte of the signature changed', 'the last'],
    bytes: withBytes(trustList, trustList.length - 1, 0xff),
    code: 'bad_signature',
  },
  { is: ['no bytes', 'nothing'], bytes: new Uint8Array(0), code: 'malformed' },
  {
    is: ['a byte left over', 'one 00 behind it'],
    bytes: Uint8Array.from([...trustList, 0]),
    code: 'malformed',
  },
  { is: ['a byte too few', 'cut'], bytes: trustList.subarray(0, -1), code: 'malformed' },
  {
    is: ['tagged', 'the trust list is untagged'],
    bytes: Uint8Array.from([0xd2, ...trustList]),
    code: 'malformed',
  },
  {
    is: ['another algorithm', 'EdDSA in the header'],
    bytes: sealed({}, new Map([[1, -8]])),
    code: 'malformed',
  },
  {
    is: ['an unknown header', '4'],
    bytes: sealed(
      {},
      new Map([
        [1, -7],
        [4, 1],
      ]),
    ),
    code: 'malformed',
  },
  { is: ['an unknown claim', '1, issuer'], bytes: sealed({ 1: 'issuer' }), code: 'malformed' },
  { is: ['a negative version', '-1'], bytes: sealed({ [-65537]: -1 }), code: 'malformed' },
  {
    is: ['a key id twice', 'two entries'],
    bytes: sealed({ [-65538]: [trustEntryAsMap(PHONE_ENTRY), trustEntryAsMap(PHONE_ENTRY)] }),
    code: 'malformed',
  },
  {
    is: ['a key id of 3 bytes', '2 are wanted'],
    bytes: bentEntry(1, Uint8Array.of(1, 2, 3)),
    code: 'malformed',
  },
  { is: ['use 2', 'unknown'], bytes: bentEntry(4, 2), code: 'malformed' },
  {
    is: ['not after before not before', 'the wrong way round'],
    bytes: bentEntry(6, 0),
    code: 'malformed',
  },
  { is: ['a life of 0', 'none'], bytes: bentEntry(7, 0), code: 'malformed' },
  { is: ['a list of 0', 'none'], bytes: bentEntry(10, 0), code: 'malformed' },
  {
    is: ['a list of 2^32 + 1', 'an index has 4 bytes'],
    bytes: bentEntry(10, 2 ** 32 + 1),
    code: 'malformed',
  },
  { is: ['an unknown field', '11'], bytes: bentEntry(11, 0), code: 'malformed' },
  {
    is: ['a key on another curve', 'P-256 wherever the algorithm is not SM2'],
    bytes: bentEntry(
      3,
      new Map<number, CborValue>([
        [1, 2],
        [-1, 2],
        [-2, PHONE_ENTRY.key.x],
        [-3, true],
      ]),
    ),
    code: 'malformed',
  },
];

export const TRUST_LISTS: readonly TrustListCase[] = await Promise.all(
  TRUST_ROWS.map(async ({ is, bytes, list, code = '', now = NOW, lowestVersion = 1 }) => ({
    name: is[0],
    description: is[1],
    root: pointAsJson(KEYS.root.point),
    bytes: toHex(await bytes),
    now,
    lowestVersion,
    expected:
      list === undefined
        ? { taken: false as const, code }
        : { taken: true as const, ...list, entries: list.entries.map(entryAsJson) },
  })),
);
