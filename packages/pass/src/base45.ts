/**
 * base45 (RFC 9285): bytes as text that a QR code packs in its alphanumeric mode. Only the
 * canonical form is read: upper case, no overflow, no blank that is not a digit of it.
 */

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const NOT_A_DIGIT = 255;

const VALUES = new Uint8Array(128).fill(NOT_A_DIGIT);
for (let value = 0; value < DIGITS.length; value += 1) VALUES[DIGITS.charCodeAt(value)] = value;

/** The base45 text of some bytes (RFC 9285 section 4): 3 characters for 2 bytes, 2 for a last one. */
export function encodeBase45(bytes: Uint8Array): string {
  let text = '';
  let at = 0;
  for (; at + 1 < bytes.length; at += 2) {
    const pair = (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
    text += DIGITS.charAt(pair % 45) + DIGITS.charAt(Math.floor(pair / 45) % 45);
    text += DIGITS.charAt(Math.floor(pair / 2025));
  }
  if (at < bytes.length) {
    const last = bytes[at] ?? 0;
    text += DIGITS.charAt(last % 45) + DIGITS.charAt(Math.floor(last / 45));
  }
  return text;
}

function digitAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit < 128 ? (VALUES[unit] ?? NOT_A_DIGIT) : NOT_A_DIGIT;
}

/**
 * The bytes of the base45 text that begins at `start`, or undefined unless the text is exactly
 * what `encodeBase45` writes for them (RFC 9285 section 6: overflowing groups are refused).
 */
export function decodeBase45(text: string, start = 0): Uint8Array | undefined {
  const length = text.length - start;
  const rest = length % 3;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array(((length - rest) / 3) * 2 + rest / 2);
  const end = text.length - rest;
  let to = 0;
  for (let at = start; at < end; at += 3) {
    const low = digitAt(text, at);
    const middle = digitAt(text, at + 1);
    const high = digitAt(text, at + 2);
    const pair = low + middle * 45 + high * 2025;
    if (low > 44 || middle > 44 || high > 44 || pair > 0xffff) return undefined;
    bytes[to] = pair >> 8;
    bytes[to + 1] = pair & 0xff;
    to += 2;
  }
  if (rest === 2) {
    const low = digitAt(text, end);
    const high = digitAt(text, end + 1);
    const last = low + high * 45;
    if (low > 44 || high > 44 || last > 0xff) return undefined;
    bytes[to] = last;
  }
  return bytes;
}

/** Where the first character stands that is none of base45, from `start` on; -1 if nowhere. */
export function firstOutsideBase45(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    if (digitAt(text, at) === NOT_A_DIGIT) return at;
  }
  return -1;
}
