/** Base45 (RFC 9285), plainly, for what the world reads and writes itself. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** The bytes of a well-formed text. */
export function fromBase45(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 3) {
    const [a = 0, b = 0, c] = [...text.slice(at, at + 3)].map((one) => ALPHABET.indexOf(one));
    const value = a + 45 * b + 2025 * (c ?? 0);
    if (c !== undefined) bytes.push(value >> 8);
    bytes.push(value & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** The text of bytes. */
export function toBase45(bytes: Uint8Array): string {
  const digit = (value: number): string => ALPHABET[value % 45] ?? '';
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const [first = 0, second] = bytes.subarray(at, at + 2);
    const value = second === undefined ? first : first * 256 + second;
    text += digit(value) + digit(Math.floor(value / 45));
    if (second !== undefined) text += digit(Math.floor(value / 2025));
  }
  return text;
}
