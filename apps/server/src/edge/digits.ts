/** Random digits for what a person types or reads aloud. */
import type { Random } from './clock.ts';

/** So many digits, each as likely as any other: a byte that would favour some is drawn again. */
export function randomDigits(random: Random, count: number): string {
  let digits = '';
  while (digits.length < count) {
    const drawn = [...random.bytes(count - digits.length)];
    digits += drawn
      .filter((byte) => byte < 250)
      .map((byte) => byte % 10)
      .join('');
  }
  return digits;
}
