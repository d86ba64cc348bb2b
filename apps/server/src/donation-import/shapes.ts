/** Shapes of imports over HTTP. */
import { z } from 'zod';
import { ENCODINGS, type Encoding, parseEncoding } from '../donation/encoding.ts';
import { ID, SHORT_TEXT, TEXT } from '../edge/shapes.ts';
import { SOURCES, STATES } from './import-event.ts';

export const IMPORT_ID = z.object({ importId: ID });

const YES_NO = z.enum(['true', 'false']).transform((text) => text === 'true');

/** The fields beside the file, all optional. */
export const FIELDS = z.strictObject({
  dryRun: YES_NO.default(false).describe('judge everything, keep nothing'),
  allOrNothing: YES_NO.default(false).describe('keep nothing when a single row is wrong'),
  encoding: z
    .string()
    .max(20)
    .transform((text, context): Encoding => {
      const encoding = parseEncoding(text);
      if (encoding !== undefined) return encoding;
      context.addIssue({ code: 'invalid_value', values: [...ENCODINGS, 'gbk'], input: text });
      return z.NEVER;
    })
    .optional()
    .describe(`${ENCODINGS.join(', ')} or gbk; left out, it is judged by the whole file`),
});
/** The whole form, for the OpenAPI document. */
export const FORM = FIELDS.extend({ file: z.file().describe('CSV or XLSX, at most 50 MB') });

const ROW_ERROR = z.object({
  row: z.number().describe('as a spreadsheet counts: the headings are row 1'),
  column: z.string(),
  code: z.string(),
  message: TEXT,
});
const CODED = z.object({ code: z.string(), message: TEXT });

export const REPORT = z.object({
  rows: z.number(),
  imported: z.number(),
  unchanged: z.number(),
  conflicts: z.number(),
  rejected: z.array(ROW_ERROR).readonly().describe('the first 1,000; errors.csv has them all'),
  conflicting: z.array(ROW_ERROR).readonly(),
  errors: z.number().describe('how many errors there are in all'),
  encoding: z.string(),
  warnings: z.array(CODED).readonly(),
  kept: z.boolean(),
});

export const IMPORT = z.object({
  importId: z.string(),
  state: z.enum(STATES),
  received: z
    .object({
      at: z.string(),
      source: z.enum(SOURCES),
      fileName: z.string(),
      size: z.number(),
      by: z.string(),
      dryRun: z.boolean(),
      allOrNothing: z.boolean(),
      encoding: z.string().optional(),
    })
    .nullable(),
  endedAt: z.string().nullable(),
  progress: z.object({ bytesRead: z.number(), size: z.number(), rows: z.number() }).nullable(),
  encoding: z.string().nullable(),
  report: REPORT.nullable(),
  errors: z.array(CODED).readonly().describe('why the file was refused'),
  reverted: z.object({ at: z.string(), by: z.string(), reason: z.string() }).nullable(),
});

export const REVERT = z.strictObject({
  reason: SHORT_TEXT,
  preview: z.boolean().default(false).describe('show what would be lost, keep nothing'),
});

export const ACCEPTED = z.object({
  importId: z.string(),
  address: z.string().describe('where to ask what became of it'),
});

export const PAGE = z.object({
  before: ID.optional().describe('the last id of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const LIST = z.object({
  imports: z.array(
    z.object({
      importId: z.string(),
      state: z.enum(STATES),
      at: z.string(),
      source: z.enum(SOURCES).nullable(),
      fileName: z.string(),
      by: z.string().nullable(),
      dryRun: z.boolean(),
      imported: z.number(),
      unchanged: z.number(),
      conflicts: z.number(),
      rejected: z.number(),
    }),
  ),
});
