/** status-list.json. */
import { createHash } from 'node:crypto';
import type { CborValue } from '../../src/cbor.ts';
import type { Signer, StatusChange, StatusListContent } from '../../src/index.ts';
import { buildStatusList, fromHex, readStatus, signStatusList, toHex } from '../../src/index.ts';
import { sealSign1 } from '../../src/sign1.ts';
import type { StatusListCase } from '../../vectors/shapes.ts';
import { storeZlib, zerosZlib } from './fixed-zlib.ts';
import { DAY, entryAsJson, KEYS, NOW, PHONE_ENTRY, PRINTED_ENTRY } from './scene.ts';

const issuer = KEYS.issuer.signer;

export const BASE = NOW - 600;
export const SIZE = PHONE_ENTRY.listSize;
export const SET: StatusChange[] = [
  [0, 'suspended'],
  [77, 'revoked'],
  [SIZE - 1, 'suspended'],
];
const CONTENT: StatusListContent = {
  kid: PHONE_ENTRY.kid,
  address: PHONE_ENTRY.statusAddress,
  iat: BASE,
  exp: BASE + DAY,
  ttlSeconds: 300,
  bits: buildStatusList(SIZE, SET),
};
const ASKED = [0, 1, 5, 8, 18, 77, 78, SIZE - 1, SIZE];
const signList = (changes: Partial<StatusListContent> = {}, by: Signer = issuer) =>
  signStatusList({ ...CONTENT, ...changes }, by, { deflate: storeZlib });

/** The expected answer of a list with these bits. */
export function statusAnswer(bits: Uint8Array, iat: number, exp: number) {
  const statuses = ASKED.map(
    (index) => [index, readStatus(bits, SIZE, index) ?? 'unknown'] as const,
  );
  return {
    taken: true as const,
    iat,
    exp,
    bitsSha256: createHash('sha256').update(bits).digest('hex'),
    statuses: Object.fromEntries(statuses),
  };
}

const TYPE = 'application/statuslist+cwt';
function sealedStatus(bend: Record<number, CborValue>, typ = TYPE, alg = -7): Promise<Uint8Array> {
  const list = new Map<string, CborValue>([
    ['bits', 2],
    ['lst', storeZlib(CONTENT.bits)],
  ]);
  const claims = new Map<number, CborValue>([
    [2, CONTENT.address],
    [4, CONTENT.exp],
    [6, CONTENT.iat],
    [65533, list],
    [65534, 300],
  ]);
  for (const [claim, value] of Object.entries(bend)) claims.set(Number(claim), value);
  const header = new Map<number, CborValue>([
    [1, alg],
    [4, CONTENT.kid],
    [16, typ],
  ]);
  return sealSign1({ header, claims, tagged: true }, issuer);
}
/** The list in order as zlib 1.3 writes it at level 9. */
const COMPRESSED = fromHex('78da6362c0002c0c2301340000070a0087');
const lst = (bits: number, bytes: Uint8Array) => ({
  65533: new Map<string, CborValue>([
    ['bits', bits],
    ['lst', bytes],
  ]),
});

/** The list that the deltas begin from. */
export const WHOLE = await signList();
/** A row of a status file. */
export type StatusRow = readonly [
  name: string,
  description: string,
  bytes: Uint8Array | Promise<Uint8Array>,
  expected: string | ReturnType<typeof statusAnswer>,
  now?: number,
];
const inOrder = statusAnswer(CONTENT.bits, CONTENT.iat, CONTENT.exp);
const LIST_ROWS: readonly StatusRow[] = [
  ['in order', '1000 passes, three of them set', WHOLE, inOrder],
  ['its last second', 'exp less one', WHOLE, inOrder, CONTENT.exp - 1],
  ['exp', 'exclusive', WHOLE, 'expired', CONTENT.exp],
  ['signed by a stranger', 'forged', signList({}, KEYS.stranger.signer), 'bad_signature'],
  ['of another key', 'its key id', signList({ kid: PRINTED_ENTRY.kid }), 'other_list'],
  ['of another address', 'sub', signList({ address: 'https://example.org/2' }), 'other_list'],
  ['untagged', 'tag 18 is wanted', WHOLE.subarray(1), 'malformed'],
  ['a byte left over', 'one 00 behind it', Uint8Array.from([...WHOLE, 0]), 'malformed'],
  ['a byte too few', 'cut', WHOLE.subarray(0, -1), 'malformed'],
  ['a list too short', '249 bytes', signList({ bits: new Uint8Array(249) }), 'malformed'],
  ['a list too long', '251 bytes', signList({ bits: new Uint8Array(251) }), 'malformed'],
  ['compressed', 'as a compressor writes it', sealedStatus(lst(2, COMPRESSED)), inOrder],
  ['a bomb', '103201 bytes in 666', sealedStatus(lst(2, zerosZlib(400))), 'malformed'],
  ['no zlib', '010203', sealedStatus(lst(2, Uint8Array.of(1, 2, 3))), 'malformed'],
  ['1 bit a pass', '2 are wanted', sealedStatus(lst(1, CONTENT.bits)), 'malformed'],
  ['an unknown claim', '7', sealedStatus({ 7: 1 }), 'malformed'],
  ['another type', 'JWT', sealedStatus({}, 'application/statuslist+jwt'), 'malformed'],
  ['another algorithm', 'EdDSA', sealedStatus({}, TYPE, -8), 'malformed'],
];

/** The case of a row. */
export const statusCase = async ([name, description, bytes, expected, now = NOW]: StatusRow) => ({
  name,
  description,
  entry: entryAsJson(PHONE_ENTRY),
  bytes: toHex(await bytes),
  now,
  expected: typeof expected === 'string' ? { taken: false as const, code: expected } : expected,
});
export const STATUS_LISTS: readonly StatusListCase[] = await Promise.all(LIST_ROWS.map(statusCase));
