/** The building stones of a programme's files: texts, days, money, dated values. Zod's, strict. */
import { type CivilDate, parseCivilDate } from '@liyu/domain/kernel';
import type { ClauseId } from '@liyu/domain/programme';
import { z } from 'zod';

const words = (language: string) =>
  z
    .string({
      error: ({ input }) =>
        input === undefined ? `the ${language} text is missing` : `the ${language} text is no text`,
    })
    .min(1, `the ${language} text is empty`);

/** What people read; both languages are there. */
export const text = z.strictObject({ zh: words('Chinese'), en: words('English') });

/** A name that addresses and other files use. */
export const id = z
  .string()
  .regex(/^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/, 'an id is letters and digits joined by hyphens');

/** A day of the calendar. */
export const day = z.string().transform((written, context): CivilDate => {
  const found = parseCivilDate(written);
  if (found !== undefined) return found;
  context.addIssue({ code: 'custom', message: `"${written}" is not a day such as 2026-06-09` });
  return z.NEVER;
});

/** The name of a clause; that `clauses.json` knows it is checked later. */
export const clause = z
  .string({
    error: ({ input }) =>
      input === undefined ? 'the clause is missing' : 'a clause is named by its id',
  })
  .regex(/^[a-z0-9_]+(\.[a-z0-9_]+)+$/, 'a clause id is words joined by dots')
  .transform((written) => written as ClauseId);

/** Money: whole fen, never negative. */
export const fen = z
  .int('money is whole fen: no fractions, no text')
  .nonnegative('money is never negative');

/** A whole number from 1 on. */
export const positive = z.int('a whole number is wanted').positive('the number is 1 at least');

/** A whole number from 0 on. */
export const whole = z.int('a whole number is wanted').nonnegative('the number is not negative');

/** Dated values of one shape, oldest first; that their periods fit is checked later. */
export function datedValues<T>(value: z.ZodType<T>) {
  return z
    .array(z.strictObject({ from: day, through: day.nullable(), value, clause }))
    .min(1, 'at least one dated value is wanted');
}

/** The cards by their names. */
export const cardKind = z.enum(['annual', 'honour']);

/** The clinic levels by their names. */
export const level = z.enum(['general', 'associate_chief', 'chief', 'renowned_expert']);

/** A cell of a table that is 1 for yes and 0 for no. */
export const flag = z.enum(['0', '1'], 'yes is 1, no is 0').transform((cell) => cell === '1');

/** A cell of a table that is a whole number, or empty for none. */
export const wholeOrEmpty = z
  .string()
  .regex(/^\d{0,9}$/, 'a whole number that is not negative, or nothing: money is whole fen')
  .transform((cell) => (cell === '' ? null : Number(cell)));
