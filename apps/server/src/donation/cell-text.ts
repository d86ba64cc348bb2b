/** What people and spreadsheets do to the text of a cell, undone where it carries no meaning. */

/** Characters without width that copying leaves behind. */
const INVISIBLE = /[\u200b-\u200f\u2060\ufeff]/g;

/** What most cells are, and what none of the characters below stands in: for speed only. */
const ORDINARY = /^[ -~\u4e00-\u9fff]*$/;

/** Of these, those without a space or an apostrophe: nothing is to be undone in them. */
const PLAIN = /^[!-&(-~\u4e00-\u9fff]*$/;

/** Whether nothing is to be undone in the text, nor anything in it unreadable. */
export const isPlain = (text: string): boolean => PLAIN.test(text);

/** A cell's text as it stands, without the spaces around it: for names. */
export function trimCell(text: string): string {
  if (PLAIN.test(text)) return text;
  return (ORDINARY.test(text) ? text : text.replace(INVISIBLE, '')).trim();
}

/**
 * A cell that holds a number, a day, an amount or a word of a list: full-width characters become
 * half-width (NFKC), and the apostrophe that makes a spreadsheet keep a number as text is dropped.
 */
export function plainCell(text: string): string {
  if (PLAIN.test(text)) return text;
  return trimCell(ORDINARY.test(text) ? text : text.normalize('NFKC'))
    .replace(/^['\u2018\u2019]/, '')
    .trim();
}

/** Control characters, half a character, the sign for bytes lost in an earlier conversion. */
const UNREADABLE = /[[\p{Cc}\p{Cs}\uFFFD]--[\t\n\r]]/v;

/** Whether the text holds characters that no person wrote. */
export function isUnreadable(text: string): boolean {
  return !ORDINARY.test(text) && UNREADABLE.test(text);
}

/** The longest text that a cell may hold, in characters. */
export const LONGEST_CELL = 200;

/**
 * Whether a spreadsheet took the number for a quantity and lost its last digits: written as a power
 * of ten, or an 18-digit number rounded to 15.
 */
export function isRuined(number: string): boolean {
  return /^\d(\.\d*)?E\+\d+$|^\d\.\d+E\d+$/i.test(number) || /^\d{15}000$/.test(number);
}

/** For messages: what the spreadsheet made of the number, without the digits of a person's. */
export function maskRuined(number: string): string {
  const power = /E\+?(\d+)$/i.exec(number);
  return power === null ? `${number.slice(0, 3)}…000` : `${number.slice(0, 3)}…E+${power[1]}`;
}

const FORMULA_START = /^'*[=+\-@\t\r]/;

/** The cell for a file that a spreadsheet will open: never a formula. */
export function guardCell(text: string): string {
  return FORMULA_START.test(text) ? `'${text}` : text;
}

/** Whether `guardCell` may have been at the cell. */
export const isGuarded = (text: string): boolean => text.startsWith("'");

/** The cell as it was before `guardCell`. */
export function unguardCell(text: string): string {
  return /^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}
