import { expect, test } from 'vitest';
import { checkCharacter, parseDonationNumber } from './donation-number.ts';

test.each([
  ['G123498654321', 'H'],
  ['G123489654321', 'Y'],
])('the check character of %s is %s (UK Red Book, annex 2)', (number, check) => {
  expect(checkCharacter(number)).toBe(check);
});

test.each([
  ['G123498654321H', 'G123498654321'],
  ['G1234 98 654321 H', 'G123498654321'],
  ['G123498654321Y', undefined],
  ['G123498654321', 'G123498654321'],
  ['TY0000001', 'TY0000001'],
  ['ty0000001', 'TY0000001'],
  ['', undefined],
  ['太原1', undefined],
])('%s is read as %s', (text, expected) => {
  expect(parseDonationNumber(text)).toBe(expected);
});
