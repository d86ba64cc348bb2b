/**
 * Rice codes for a rising row of indexes: each as its distance from the one before it, the high
 * part of the distance in unary, the low `parameter` bits as they are. For indexes that are spread
 * at random no other simple code is shorter.
 */

/** A row of indexes as it is sent. */
export interface RiceCode {
  /** Low bits of each distance that are written as they are: 0 to 31. */
  readonly parameter: number;
  /** How many indexes there are: 1 or more. */
  readonly count: number;
  /** Highest bit first; what is left of the last byte is zero. */
  readonly bits: Uint8Array;
}

/** Indexes have 4 bytes, so no more than 31 low bits make sense. */
const HIGHEST_PARAMETER = 31;

/** The distances: from the index before, less the one step that is always there. */
function distancesOf(indexes: Uint32Array): Uint32Array {
  const distances = new Uint32Array(indexes.length);
  let next = 0;
  for (const [at, index] of indexes.entries()) {
    if (index < next) throw new RangeError(`index ${index} does not rise`);
    distances[at] = index - next;
    next = index + 1;
  }
  return distances;
}

/** How many bits the distances take with a parameter. */
function lengthWith(parameter: number, distances: Uint32Array): number {
  let length = distances.length * (parameter + 1);
  for (const distance of distances) length += distance >>> parameter;
  return length;
}

/**
 * The shortest code of these indexes, of the smallest parameter where two are as short. Throws a
 * RangeError on none, and on indexes that do not rise.
 */
export function encodeRice(indexes: Uint32Array): RiceCode {
  if (indexes.length === 0) throw new RangeError('no index');
  const distances = distancesOf(indexes);
  let parameter = 0;
  let length = lengthWith(0, distances);
  for (let other = 1; other <= HIGHEST_PARAMETER; other += 1) {
    const otherLength = lengthWith(other, distances);
    if (otherLength < length) {
      parameter = other;
      length = otherLength;
    }
  }
  const bits = new Uint8Array(Math.ceil(length / 8));
  let at = 0;
  const write = (bit: number) => {
    bits[at >> 3] = (bits[at >> 3] ?? 0) | (bit << (7 - (at & 7)));
    at += 1;
  };
  for (const distance of distances) {
    for (let ones = distance >>> parameter; ones > 0; ones -= 1) write(1);
    write(0);
    for (let low = parameter - 1; low >= 0; low -= 1) write((distance >>> low) & 1);
  }
  return { parameter, count: indexes.length, bits };
}

/**
 * The indexes of a code, rising and below `size` (2^32 at most), or why it is none: a parameter or
 * count out of range, bits that end too early or are left over, an index beyond the size. Never
 * throws; needs time and room in proportion to the bits.
 */
export function decodeRice(code: RiceCode, size: number): Uint32Array | { malformed: string } {
  const { parameter, count, bits } = code;
  const length = bits.length * 8;
  if (!Number.isInteger(parameter) || parameter < 0 || parameter > HIGHEST_PARAMETER) {
    return { malformed: `a parameter of ${parameter}` };
  }
  if (!Number.isInteger(count) || count < 1 || count * (parameter + 1) > length) {
    return { malformed: `${count} indexes in ${bits.length} bytes` };
  }
  const indexes = new Uint32Array(count);
  const step = 2 ** parameter;
  let at = 0;
  let next = 0;
  const read = () => {
    const bit = ((bits[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
    at += 1;
    return bit;
  };
  for (let done = 0; done < count; done += 1) {
    let index = next;
    for (;;) {
      if (at === length) return { malformed: 'the bits end too early' };
      if (read() === 0) break;
      index += step;
      if (index >= size) return { malformed: `an index beyond the list of ${size}` };
    }
    if (at + parameter > length) return { malformed: 'the bits end too early' };
    for (let low = step / 2; low >= 1; low /= 2) index += read() * low;
    if (index >= size) return { malformed: `an index beyond the list of ${size}` };
    indexes[done] = index;
    next = index + 1;
  }
  if (length - at >= 8) return { malformed: 'bytes are left over' };
  while (at < length) if (read() === 1) return { malformed: 'bits are left over' };
  return indexes;
}
