/** CRC-32C (Castagnoli, RFC 3720 appendix B.4): finds every burst of up to 32 flipped bits. */

const POLYNOMIAL = 0x82f63b78;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

/** The checksum of the bytes; of several pieces by giving the one before as `start`. */
export function crc32c(bytes: Uint8Array, start = 0): number {
  let rest = ~start;
  for (const byte of bytes) rest = (TABLE[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8);
  return ~rest >>> 0;
}
