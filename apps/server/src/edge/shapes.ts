/** Shapes that several routes share. */
import { type Instant, parseInstant } from '@liyu/domain/kernel';
import { z } from 'zod';

export const TEXT = z.object({ zh: z.string(), en: z.string() });

/** An id, in the spelling of the database: what is sealed or recorded under it is bound to that. */
export const ID = z.uuid().toLowerCase();

/** A moment with its offset, ISO 8601; of the years 1 to 9999, since a database knows no other. */
export const INSTANT = z.iso.datetime({ offset: true }).transform((text, context): Instant => {
  const instant = parseInstant(text);
  if (instant !== undefined && /^(?!0000)\d{4}-/.test(instant)) return instant;
  context.addIssue({ code: 'custom', message: 'no moment' });
  return z.NEVER;
});

/** A month of this century, `2026-06`. */
export const MONTH_FORM = /^20\d{2}-(0[1-9]|1[0-2])$/;

/** Whole fen, at most ten million yuan. */
export const FEN = z.number().int().min(0).max(1_000_000_000);
export const VENUE_ID = z.string().min(1).max(64);
/** Whether the words hold what may be somebody's: a telephone or document number, or a passport. */
export function holdsLongNumber(text: string): boolean {
  return /\d{11}|[A-Za-z]{1,3}\d{7}/.test(text);
}

/** Control characters but tabs and line ends, and half a character: a database takes neither. */
const UNREADABLE = /[[\p{Cc}\p{Cs}]--[\t\n\r]]/v;

/** Whether a database takes the text. */
export function isReadable(text: string): boolean {
  return !UNREADABLE.test(text);
}

/** Words of a person; no number of a document or telephone among them. */
export const SHORT_TEXT = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine(isReadable, 'holds characters that nobody can read')
  .refine((text) => !holdsLongNumber(text), 'a long number: leave it out');
