/** What cheats do to a code: the twin of a signature, the pass without the phone's signature. */
import { fromBase45, toBase45 } from './base45.ts';

/** The order of P-256 (SEC 2, 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const PREFIX = 'LY1:';

/** The same showing with (r, n - s) for (r, s), which verifies as well. */
export function twinOf(text: string): string {
  const bytes = fromBase45(text.slice(PREFIX.length));
  const head = bytes.subarray(0, bytes.length - 32);
  const s = BigInt(`0x${Buffer.from(bytes.subarray(-32)).toString('hex')}`);
  const twin = Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex');
  return PREFIX + toBase45(Buffer.concat([head, twin]));
}

/** The pass alone, as anybody can cut it out of a code. */
export function cutOut(pass: Uint8Array): string {
  return PREFIX + toBase45(pass);
}
