import { expect, test } from 'vitest';
import { randomDigits } from './digits.ts';

test('every digit comes equally often out of all bytes', () => {
  const all = Array.from({ length: 256 }, (_, byte) => byte);
  let at = 0;
  const bytes = (length: number) => {
    at += length;
    return Uint8Array.from({ length }, (_, index) => all[(at - length + index) % 256] ?? 0);
  };
  const digits = randomDigits({ bytes }, 250);
  for (let digit = 0; digit < 10; digit += 1) {
    expect(digits.split(String(digit)).length - 1).toBe(25);
  }
});

test('bytes that would favour the small digits are drawn again', () => {
  const draws = [Uint8Array.of(255, 250, 249), Uint8Array.of(251, 7), Uint8Array.of(30)];
  expect(randomDigits({ bytes: () => draws.shift() ?? Uint8Array.of() }, 3)).toBe('970');
});
