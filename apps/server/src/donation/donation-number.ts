/** Donation numbers: ISBT 128 donation identification numbers, or the centre's own. */

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*';
const ISBT = /^[A-Z1-9][A-Z0-9]{4}\d{8}$/;
const OWN = /^[A-Z0-9][A-Z0-9-]{0,31}$/;

/** The check character of a 13-character number (ISO 7064 mod 37-2, ISBT 128). */
export function checkCharacter(number: string): string {
  let sum = 0;
  for (const character of number) sum = ((sum + ALPHABET.indexOf(character)) * 2) % 37;
  return ALPHABET.charAt((38 - sum) % 37);
}

/**
 * The number without its check character, or `undefined` when the check character is wrong or the
 * text is no number at all. A text of 14 characters that begins like an ISBT 128 number is one.
 */
export function parseDonationNumber(text: string): string | undefined {
  const number = text.replace(/\s/g, '').toUpperCase();
  if (number.length === 14 && ISBT.test(number.slice(0, 13))) {
    return checkCharacter(number.slice(0, 13)) === number[13] ? number.slice(0, 13) : undefined;
  }
  return OWN.test(number) ? number : undefined;
}
