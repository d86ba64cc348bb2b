/**
 * zlib streams (RFC 1950, RFC 1951) that come out the same on every machine, which those of a
 * compressor do not: bytes as they are, and very many zeros in few bytes.
 */

function adler32(bytes: Uint8Array): number[] {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return [high >> 8, high & 255, low >> 8, low & 255];
}

/** One stored block (RFC 1951 section 3.2.4). Throws a RangeError beyond its 65,535 bytes. */
export function storeZlib(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  if (length > 0xffff) throw new RangeError(`${length} bytes do not fit one block`);
  const size = [length & 255, length >> 8];
  const inverse = size.map((part) => part ^ 255);
  return Uint8Array.from([0x78, 0x01, 0x01, ...size, ...inverse, ...bytes, ...adler32(bytes)]);
}

/** A zero and so many times 258 more of it: one block of fixed codes (RFC 1951 section 3.2.6). */
export function zerosZlib(repeats: number): Uint8Array {
  const bits = ['1', '10', '00110000'];
  for (let done = 0; done < repeats; done += 1) bits.push('11000101', '00000');
  bits.push('0000000');
  const row = bits.join('');
  const block = Array.from({ length: Math.ceil(row.length / 8) }, (_, at) => {
    const lowestFirst = row.slice(at * 8, at * 8 + 8).padEnd(8, '0');
    return Number.parseInt([...lowestFirst].reverse().join(''), 2);
  });
  return Uint8Array.from([0x78, 0x01, ...block, ...adler32(new Uint8Array(1 + repeats * 258))]);
}
