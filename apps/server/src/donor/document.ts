/** Identity documents: which there are, and whether a number is well-formed (GB 11643 and others). */
import { type CivilDate, findCivilDate } from '@liyu/domain/kernel';

/** The documents by which a donor may be known, with the Chinese names of the donation file. */
export const DOCUMENT_TYPES = {
  resident_id: '居民身份证',
  passport: '护照',
  hk_macao_permit: '港澳居民来往内地通行证',
  taiwan_permit: '台湾居民来往大陆通行证',
  foreign_permanent_resident_id: '外国人永久居留身份证',
  hk_macao_taiwan_residence_permit: '港澳台居民居住证',
} as const;
export type DocumentType = keyof typeof DOCUMENT_TYPES;

/** The provinces of GB/T 2260, first two digits; 81, 82, 83 and 91 are on other cards. */
const PROVINCES = new Set(
  (
    '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 ' +
    '61 62 63 64 65 71 81 82 83 91'
  ).split(' '),
);
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';
const DIGIT_0 = 48;

/** The check digit of the first 17 digits (GB 11643, ISO 7064 mod 11-2). */
export function residentCheckDigit(number: string): string {
  let sum = 0;
  for (let at = 0; at < WEIGHTS.length; at += 1) {
    sum += (WEIGHTS[at] ?? 0) * (number.charCodeAt(at) - DIGIT_0);
  }
  return CHECKS.charAt(sum % 11);
}

/** The day of birth that an 18-digit number holds, or `undefined` when it is not well-formed. */
export function bornOnOf(residentNumber: string): CivilDate | undefined {
  if (!/^\d{17}[\dX]$/.test(residentNumber)) return undefined;
  if (!PROVINCES.has(residentNumber.slice(0, 2))) return undefined;
  if (residentCheckDigit(residentNumber) !== residentNumber[17]) return undefined;
  return findCivilDate(
    Number(residentNumber.slice(6, 10)),
    Number(residentNumber.slice(10, 12)),
    Number(residentNumber.slice(12, 14)),
  );
}

/** No two types take the same 18-digit number: it is one person's, and would be two donors. */
const SHAPES: { readonly [T in DocumentType]: RegExp } = {
  resident_id: /^(?!8[123]|9)\d{17}[\dX]$/,
  passport: /^[A-Z0-9]{5,12}$/,
  hk_macao_permit: /^[HM]\d{8}(\d{2})?$/,
  taiwan_permit: /^\d{8}$|^\d{10}[A-Z]?$/,
  foreign_permanent_resident_id: /^[A-Z]{3}\d{12}$|^9\d{16}[\dX]$/,
  hk_macao_taiwan_residence_permit: /^8[123]\d{15}[\dX]$/,
};

/**
 * Whether the number is well-formed for its type: shape, and check digit and date where it has; who
 * knows already which day of birth it holds says so.
 */
export function isWellFormed(
  type: DocumentType,
  number: string,
  bornOn: CivilDate | undefined = bornOnOf(number),
): boolean {
  return SHAPES[type].test(number) && (number.length !== 18 || bornOn !== undefined);
}

/** The number as it is compared: upper case, without spaces. */
export function normaliseNumber(number: string): string {
  return number.replace(/\s/g, '').toUpperCase();
}

/** For messages: the first three and last two characters, the rest hidden. */
export function maskNumber(number: string): string {
  if (number.length < 8) return '*'.repeat(number.length);
  return `${number.slice(0, 3)}${'*'.repeat(number.length - 5)}${number.slice(-2)}`;
}

/** For lists and screens: the first character of the name, the rest hidden. */
export function maskName(name: string): string {
  const [first = '', ...rest] = [...name];
  return first + '*'.repeat(Math.min(Math.max(rest.length, 1), 2));
}
