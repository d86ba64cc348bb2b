/** The shape of each JSON file of a programme, apart from its parameters and cases. */
import type { Zone } from '@liyu/domain/kernel';
import { z } from 'zod';
import { cardKind, clause, datedValues, day, fen, id, level, text } from './shapes.ts';

/** `programme.json`: the city, its zone, its versions and which waiver table holds when. */
export const programmeFile = z.strictObject({
  id,
  name: text,
  city: z.strictObject({
    code: z.string().regex(/^\d{6}$/, 'a city code is six digits'),
    name: text,
    names: z
      .array(z.string().min(1, 'a name is empty'))
      .min(1, 'the city has a name in donation files'),
    codePrefix: z.string().regex(/^\d{4,6}$/, 'a code prefix is four to six digits'),
    province: z.array(z.string().min(1, 'a name is empty')),
    counter: z.strictObject({
      telephone: z.string().regex(/^[\d +-]{3,20}$/, 'a telephone number is digits and hyphens'),
      printedName: z.enum(['masked', 'full'], 'a printed name is masked or full'),
      sample: z.boolean(),
    }),
  }),
  zone: z
    .strictObject({
      id: z.string(),
      offset: z.string().regex(/^[+-]\d{2}:\d{2}$/, 'an offset is written as +08:00'),
    })
    .transform(
      ({ id: zone, offset }): Zone => ({ id: zone, offsetSeconds: secondsOfOffset(offset) }),
    ),
  versions: z.array(z.strictObject({ id, from: day, clause })).min(1, 'a programme has a version'),
  waivers: datedValues(z.string().regex(/^[\w-]+\.csv$/, 'a waiver table is a CSV file')),
});

function secondsOfOffset(offset: string): number {
  const seconds = Number(offset.slice(1, 3)) * 3600 + Number(offset.slice(4, 6)) * 60;
  return offset.startsWith('-') ? -seconds : seconds;
}

/** `clauses.json`: what the promise says, where, and whether it is our reading. */
export const clausesFile = z.array(
  z.strictObject({
    id: clause,
    basis: z.enum(['announcement', 'notice', 'reading']),
    text,
    source: text,
  }),
);

/** `lines.json`: who runs lines, and which lines are part of the promise. */
export const linesFile = z.strictObject({
  partners: z.array(z.strictObject({ id, name: text })),
  lines: z.array(
    z.strictObject({
      id,
      mode: z.enum(['metro', 'bus']),
      partner: id,
      name: text,
      free: datedValues(z.boolean()),
    }),
  ),
});

/** `sites.json`: the scenic sites, and for which cards they are free since when. */
export const sitesFile = z.array(
  z.strictObject({
    id,
    name: text,
    settled: z.boolean(),
    cards: datedValues(z.array(cardKind).min(1, 'a site is free for a card at least')),
  }),
);

/** `hospitals.json`. */
export const hospitalsFile = z.array(
  z.strictObject({
    id,
    name: text,
    level: z.enum(['province', 'city', 'county']),
    sample: z.boolean(),
  }),
);

/** `reasons.json`: what people read, by reason code. */
export const reasonsFile = z.record(
  z.string(),
  z.strictObject({ text, wayOn: text, staffMayHelp: z.boolean() }),
);

/** `notices.json`: what donors are told, by the kind of notice. */
export const noticesFile = z.record(z.string(), z.strictObject({ subject: text, text }));

/** The columns of `stations.csv`. */
export const STATION_HEADINGS = [
  'id',
  'line',
  'metres',
  'name_zh',
  'name_en',
  'interchange',
  'sample',
] as const;

/** The columns of a waiver table. */
export const WAIVER_HEADINGS = [
  'hospital',
  'card',
  'level',
  'waiver',
  'amount_fen',
  'basis_points',
  'cap_fen',
  'clause',
] as const;

const bound = { exactly: fen.optional(), atLeast: fen.optional() };
const common = { on: day, clause, ...bound };

/** `assertions.json`: numbers that the city has promised, which the other files must give. */
export const assertionsFile = z.array(
  z
    .discriminatedUnion('count', [
      z.strictObject({ count: z.literal('hospitals'), ...common }),
      z.strictObject({ count: z.literal('waiver_cells'), ...common }),
      z.strictObject({
        count: z.literal('hospitals_waiving'),
        card: cardKind,
        levels: z.array(level).min(1, 'a level is wanted'),
        waived: z.enum(['in_full', 'in_part_or_full']),
        ...common,
      }),
      z.strictObject({ count: z.literal('sites'), card: cardKind.optional(), ...common }),
      z.strictObject({ count: z.literal('sites_joining'), ...common }),
      z.strictObject({ count: z.literal('sites_not_settled'), ...common }),
      z.strictObject({ count: z.literal('stations'), line: id, ...common }),
      z.strictObject({ count: z.literal('lines_free'), ...common }),
    ])
    .refine(({ exactly, atLeast }) => (exactly === undefined) !== (atLeast === undefined), {
      message: 'an assertion says either exactly or atLeast',
    }),
);

/** An assertion as its file has it. */
export type Assertion = z.output<typeof assertionsFile>[number];
