/**
 * The little CBOR (RFC 8949) that lists need, in its deterministic form only (section 4.2.1):
 * shortest heads, definite lengths, map keys in bytewise order and once each. Texts are printable
 * ASCII. Passes and codes do not come through here: they have fixed layouts.
 */
import { compareBytes, concatBytes, fromAscii } from './bytes.ts';

/** A value of the lists. Integers are safe integers; there are no floats and no null. */
export type CborValue = number | string | boolean | Uint8Array | readonly CborValue[] | CborMap;
/** A map with integer or text keys. */
export type CborMap = ReadonlyMap<number | string, CborValue>;

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, simple: 7 } as const;
const SIMPLE_FALSE = 20;
const SIMPLE_TRUE = 21;
const DEEPEST = 8;
const TWO_TO_32 = 0x1_0000_0000;

/** The head of a value: its major type and its argument in the shortest form. */
export function encodeHead(major: number, argument: number): Uint8Array {
  const top = major << 5;
  if (argument < 24) return Uint8Array.of(top | argument);
  if (argument < 0x100) return Uint8Array.of(top | 24, argument);
  if (argument < 0x10000) return Uint8Array.of(top | 25, argument >> 8, argument & 0xff);
  const width = argument < TWO_TO_32 ? 4 : 8;
  const head = new Uint8Array(1 + width);
  head[0] = top | (width === 4 ? 26 : 27);
  let rest = argument;
  for (let at = width; at > 0; at -= 1) {
    head[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return head;
}

/** The deterministic encoding. Throws a RangeError on a number that is no safe integer. */
export function encodeCbor(value: CborValue): Uint8Array {
  if (typeof value === 'number') return encodeInteger(value);
  if (typeof value === 'boolean') {
    return encodeHead(MAJOR.simple, value ? SIMPLE_TRUE : SIMPLE_FALSE);
  }
  if (typeof value === 'string') {
    return concatBytes(encodeHead(MAJOR.text, value.length), fromAscii(value));
  }
  if (value instanceof Uint8Array) {
    return concatBytes(encodeHead(MAJOR.bytes, value.length), value);
  }
  if (value instanceof Map) return encodeMap(value);
  const elements = value as readonly CborValue[];
  return concatBytes(encodeHead(MAJOR.array, elements.length), ...elements.map(encodeCbor));
}

function encodeInteger(value: number): Uint8Array {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no safe integer`);
  return value < 0 ? encodeHead(MAJOR.negative, -1 - value) : encodeHead(MAJOR.unsigned, value);
}

function encodeMap(map: CborMap): Uint8Array {
  const pairs = [...map].map(([key, value]) => ({
    key: encodeCbor(key),
    value: encodeCbor(value),
  }));
  pairs.sort((left, right) => compareBytes(left.key, right.key));
  const parts = pairs.flatMap(({ key, value }) => [key, value]);
  return concatBytes(encodeHead(MAJOR.map, pairs.length), ...parts);
}

/** What the reader stops with; it does not leave this module. */
class Malformed extends Error {}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/**
 * Reads exactly one value in its deterministic encoding, with no byte left over. Never throws.
 * Byte strings are views of the input.
 */
export function decodeCbor(bytes: Uint8Array): { value: CborValue } | { malformed: string } {
  const cursor: Cursor = { bytes, at: 0 };
  try {
    const value = readValue(cursor, 0);
    if (cursor.at !== bytes.length) throw new Malformed('bytes are left over');
    return { value };
  } catch (error) {
    if (error instanceof Malformed) return { malformed: `${error.message} at byte ${cursor.at}` };
    throw error;
  }
}

function readByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) throw new Malformed('the bytes end too early');
  cursor.at += 1;
  return byte;
}

function readArgument(cursor: Cursor, short: number): number {
  if (short < 24) return short;
  if (short > 27) throw new Malformed('indefinite or reserved length');
  const width = 1 << (short - 24);
  let argument = 0;
  for (let read = 0; read < width; read += 1) argument = argument * 256 + readByte(cursor);
  const smallest = width === 1 ? 24 : 2 ** (width * 4);
  if (argument < smallest) throw new Malformed('not the shortest form');
  if (!Number.isSafeInteger(argument)) throw new Malformed('too large a number');
  return argument;
}

function readBytes(cursor: Cursor, length: number): Uint8Array {
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw new Malformed('the bytes end too early');
  const bytes = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
}

function readValue(cursor: Cursor, depth: number): CborValue {
  if (depth > DEEPEST) throw new Malformed('nested too deep');
  const head = readByte(cursor);
  const major = head >> 5;
  const argument = readArgument(cursor, head & 0x1f);
  switch (major) {
    case MAJOR.unsigned:
      return argument;
    case MAJOR.negative:
      if (argument === Number.MAX_SAFE_INTEGER) throw new Malformed('too large a number');
      return -1 - argument;
    case MAJOR.bytes:
      return readBytes(cursor, argument);
    case MAJOR.text:
      return readText(cursor, argument);
    case MAJOR.array:
      return readArray(cursor, argument, depth);
    case MAJOR.map:
      return readMap(cursor, argument, depth);
    default:
      if (major !== MAJOR.simple) throw new Malformed('a tag');
      if (argument !== SIMPLE_FALSE && argument !== SIMPLE_TRUE) throw new Malformed('no boolean');
      return argument === SIMPLE_TRUE;
  }
}

function readText(cursor: Cursor, length: number): string {
  let text = '';
  for (const byte of readBytes(cursor, length)) {
    if (byte < 0x20 || byte > 0x7e) throw new Malformed('a text that is not printable ASCII');
    text += String.fromCharCode(byte);
  }
  return text;
}

function readArray(cursor: Cursor, length: number, depth: number): CborValue[] {
  const elements: CborValue[] = [];
  for (let read = 0; read < length; read += 1) elements.push(readValue(cursor, depth + 1));
  return elements;
}

function readMap(cursor: Cursor, length: number, depth: number): CborMap {
  const map = new Map<number | string, CborValue>();
  let previous: Uint8Array | undefined;
  for (let read = 0; read < length; read += 1) {
    const start = cursor.at;
    const key = readValue(cursor, depth + 1);
    if (typeof key !== 'number' && typeof key !== 'string') throw new Malformed('a strange key');
    const keyBytes = cursor.bytes.subarray(start, cursor.at);
    const order = previous === undefined ? -1 : compareBytes(previous, keyBytes);
    if (order === 0) throw new Malformed('a map key twice');
    if (order > 0) throw new Malformed('map keys out of order');
    previous = keyBytes;
    map.set(key, readValue(cursor, depth + 1));
  }
  return map;
}
