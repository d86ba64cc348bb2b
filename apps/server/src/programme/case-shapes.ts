/**
 * The shape of `cases/*.json`: donations, a question and the expected answer, in words that
 * people who do not program can write.
 */

import type { DonationNumber } from '@liyu/domain/donation';
import { type Instant, parseInstant } from '@liyu/domain/kernel';
import { z } from 'zod';
import { clause, day, fen, id, level, positive, text, whole } from './shapes.ts';

const number = z
  .string()
  .min(1, 'a donation has a number')
  .transform((written) => written as DonationNumber);

const moment = z.string().transform((written, context): Instant => {
  const found = parseInstant(written);
  if (found !== undefined) return found;
  context.addIssue({ code: 'custom', message: `"${written}" is not a moment with its offset` });
  return z.NEVER;
});

/** A donation of a case. `city` left out: this city. */
const donation = z.strictObject({
  number,
  donatedOn: day,
  kind: z.enum(['whole_blood', 'apheresis_platelets', 'stem_cells', 'other_component']),
  amount: whole.default(0),
  city: z.string().optional(),
  /** `voided` after testing; or recorded by `mistake`, which counts for nothing. */
  correction: z.enum(['voided', 'mistake']).optional(),
});

const shownBy = z.enum(['code', 'staff']).default('code');

/** The questions. A case asks exactly one. */
const ask = z
  .strictObject({
    standing: z.strictObject({ on: day }).optional(),
    ride: z.strictObject({ line: id, on: day, shownBy }).optional(),
    clinic: z
      .strictObject({ hospital: id, level, feeFen: fen, insuredFen: fen, on: day, shownBy })
      .optional(),
    site: z.strictObject({ site: id, on: day, entriesToday: whole.default(0), shownBy }).optional(),
    nextEligible: z.strictObject({ on: day, bornOn: day.optional() }).optional(),
    breaches: z.strictObject({}).optional(),
    trip: z.strictObject({ entry: id.nullable(), exit: id.nullable(), on: day }).optional(),
    nightEnd: z.strictObject({ enteredAt: moment }).optional(),
    parameter: z.strictObject({ id: z.string(), on: day }).optional(),
    hospital: z.strictObject({ id }).optional(),
  })
  .refine(
    (asked) => Object.values(asked).filter((question) => question !== undefined).length === 1,
    {
      message: 'a case asks exactly one question',
    },
  );

/** A file of cases. */
export const casesFile = z.array(
  z.strictObject({
    name: text,
    clauses: z.array(clause).min(1, 'a case names the clause that it shows'),
    donations: z.array(donation).default([]),
    /** Donations that are many and alike: `times` of them, `everyDays` apart. */
    series: z
      .array(donation.extend({ times: positive, everyDays: positive }).omit({ correction: true }))
      .default([]),
    ask,
    expect: z.record(z.string(), z.unknown()),
  }),
);

/** A case as its file has it. */
export type ProgrammeCase = z.output<typeof casesFile>[number];
