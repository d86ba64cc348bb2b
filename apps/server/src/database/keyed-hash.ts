/**
 * HMAC-SHA-256 (RFC 2104) of texts under one key, out of two hashes at one call each: an import
 * asks for three a row, and Node's `createHmac` costs several times as much.
 */
import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
/** Longer texts get a buffer of their own. */
const USUAL_BYTES = 4096;

/**
 * The 32 bytes for a text, in hexadecimal, under the key (hexadecimal, at most 64 bytes). A text is
 * lighter than a buffer of its own.
 */
export function createKeyedHash(key: string): (text: string) => string {
  const bytes = Buffer.from(key, 'hex');
  if (bytes.length > BLOCK_BYTES) throw new RangeError('the key is longer than a block');
  const padded = (pad: number, length: number): Buffer => {
    const block = Buffer.alloc(length);
    for (let at = 0; at < BLOCK_BYTES; at += 1) block[at] = (bytes[at] ?? 0) ^ pad;
    return block;
  };
  const usual = padded(0x36, BLOCK_BYTES + USUAL_BYTES);
  const outer = padded(0x5c, BLOCK_BYTES + HASH_BYTES);
  // A view of each length is made once: a new one for every text would cost as much as its hash.
  const views: Buffer[] = [];
  const innerOf = (text: string): Buffer => {
    // No character takes more than three bytes a UTF-16 unit.
    if (3 * text.length > USUAL_BYTES) {
      const inner = padded(0x36, BLOCK_BYTES + Buffer.byteLength(text));
      inner.write(text, BLOCK_BYTES);
      return inner;
    }
    const length = BLOCK_BYTES + usual.write(text, BLOCK_BYTES);
    views[length] ??= usual.subarray(0, length);
    return views[length];
  };
  return (text) => {
    outer.write(hash('sha256', innerOf(text), 'latin1'), BLOCK_BYTES, 'latin1');
    return hash('sha256', outer, 'hex');
  };
}
