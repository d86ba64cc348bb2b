import { expect, test } from 'vitest';
import { certificateNumber, isCertificateNumber } from './certificate.ts';

test('it holds the year, the digits drawn, and a check digit', () => {
  const number = certificateNumber(2026, '123456789012');
  expect(number).toMatch(/^2026123456789012\d$/);
  expect(isCertificateNumber(number)).toBe(true);
});

test('every single wrong digit is seen', () => {
  const number = certificateNumber(2026, '907316482055');
  for (let place = 0; place < number.length; place += 1) {
    for (let digit = 0; digit < 10; digit += 1) {
      if (String(digit) === number[place]) continue;
      const wrong = `${number.slice(0, place)}${digit}${number.slice(place + 1)}`;
      expect(isCertificateNumber(wrong)).toBe(false);
    }
  }
});

test.each(['', '2026', '20261234567890123', '2026 1234567890120', 'A026123456789012X'])(
  '%j is none',
  (text) => {
    expect(isCertificateNumber(text)).toBe(false);
  },
);
