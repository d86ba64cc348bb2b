/**
 * The number of an honour certificate (无偿献血荣誉证书): the year, twelve random digits that nobody
 * can guess, and a check digit (ISO 7064, MOD 11,10), so that a mistyped one is seen at once.
 */
import { assert } from '../kernel/index.ts';

const SHAPE = /^\d{17}$/;
/** How many of the digits are drawn at random. */
export const CERTIFICATE_RANDOM_DIGITS = 12;

/** The number of that year and of those random digits. */
export function certificateNumber(year: number, randomDigits: string): string {
  assert(randomDigits.length === CERTIFICATE_RANDOM_DIGITS, 'a certificate has twelve digits');
  const digits = `${String(year).padStart(4, '0')}${randomDigits}`;
  return `${digits}${checkDigitOf(digits)}`;
}

/** Whether the text can be the number of a certificate at all; whether there is one is not said. */
export function isCertificateNumber(text: string): boolean {
  return SHAPE.test(text) && checkDigitOf(text.slice(0, -1)) === text.at(-1);
}

function checkDigitOf(digits: string): string {
  let product = 10;
  for (const digit of digits) {
    const sum = (product + Number(digit)) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return String((11 - product) % 10);
}
