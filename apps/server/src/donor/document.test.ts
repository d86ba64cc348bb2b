import { expect, test } from 'vitest';
import { bornOnOf, isWellFormed, maskName, maskNumber, residentCheckDigit } from './document.ts';

const numbered = (first17: string): string => first17 + residentCheckDigit(first17);

test.each([
  ['11010519491231002X', '1949-12-31'],
  ['440524188001010014', '1880-01-01'],
  ['360426199101010071', '1991-01-01'],
  ['235407195106112745', '1951-06-11'],
  ['210203197503102721', '1975-03-10'],
  ['520323197806058856', '1978-06-05'],
  ['235407195106112742', undefined],
  ['520323197802318856', undefined],
  ['160323197806058856', undefined],
  ['1.40105E+17', undefined],
])('resident number %s holds the day of birth %s', (number, bornOn) => {
  expect(bornOnOf(number)).toBe(bornOn);
});

test.each([
  ['resident_id', '11010519491231002X', true],
  ['resident_id', '440524188001010014', true],
  ['resident_id', '360426199101010071', true],
  ['resident_id', '235407195106112745', true],
  ['resident_id', '210203197503102721', true],
  ['resident_id', '520323197806058856', true],
  // One number is one document: a resident number of these is under no other type, nor they under it.
  ['resident_id', numbered('71000019900101001'), true],
  ['resident_id', '810000199001010019', false],
  ['resident_id', numbered('82000019900101001'), false],
  ['resident_id', numbered('83000019900101001'), false],
  ['resident_id', numbered('91000019900101001'), false],
  ['hk_macao_taiwan_residence_permit', '810000199001010019', true],
  ['foreign_permanent_resident_id', numbered('91000019900101001'), true],
  ['passport', 'E12345678', true],
  ['passport', 'E1', false],
  ['hk_macao_permit', 'H12345678', true],
  ['hk_macao_permit', 'X12345678', false],
  ['taiwan_permit', '12345678', true],
  ['foreign_permanent_resident_id', 'USA110000000000', true],
  ['hk_macao_taiwan_residence_permit', '11010519491231002X', false],
] as const)('%s %s is well-formed: %s', (type, number, expected) => {
  expect(isWellFormed(type, number)).toBe(expected);
});

test('masks keep too little to find a person', () => {
  expect(maskNumber('11010519491231002X')).toBe('110*************2X');
  expect(maskNumber('E1234')).toBe('*****');
  expect(maskName('张三丰')).toBe('张**');
  expect(maskName('张')).toBe('张*');
});
