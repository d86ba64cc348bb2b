/** A shown code has 357 alphanumeric characters and must come out as version 11. */
import { expect, test } from 'vitest';
import { layOutCode } from './draw-code.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** A text of the shown code's length in the alphabet of base45. */
function writeText(length: number, start: number): string {
  let text = 'LY1:';
  for (let at = start; text.length < length; at += 7) text += ALPHABET[at % ALPHABET.length];
  return text;
}

test('357 characters are version 11 at level M', () => {
  for (let start = 0; start < 45; start += 1) {
    const { version, rows } = layOutCode(writeText(357, start));
    expect(version).toBe(11);
    expect(rows.length).toBe(61);
  }
});

test('366 characters are the most that version 11 holds', () => {
  expect(layOutCode(writeText(366, 3)).version).toBe(11);
  expect(layOutCode(writeText(367, 3)).version).toBe(12);
});
