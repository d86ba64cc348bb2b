/** What a backup says of itself: docs/backup.md has it in words. */
import { z } from 'zod';

/** The shape's number; another one is not read. */
export const FORMAT = 1;
export const HEAD_NAME = 'backup.json';
export const MANIFEST_NAME = 'manifest.json';
export const SIGNATURE_NAME = 'manifest.sig';

/** The first entry: whether the rest can be taken in at all. */
export const HEAD = z.strictObject({
  format: z.literal('liyu-backup'),
  version: z.number().int(),
  programme: z.string(),
  madeAt: z.iso.datetime(),
  /** The migrations that the database has, in order. */
  migrations: z.array(z.string()),
});
export type Head = z.infer<typeof HEAD>;

/** What a partner is owed: of a closed month, or of what is still open in a month. */
export const TOTAL = z.strictObject({
  partner: z.string(),
  month: z.string(),
  closed: z.boolean(),
  postings: z.number().int(),
  totalFen: z.number().int(),
});
export type Total = z.infer<typeof TOTAL>;

const HASH = z.string().regex(/^[0-9a-f]{64}$/);

/** The last entry but its signature. */
export const MANIFEST = HEAD.extend({
  tables: z.record(z.string(), z.strictObject({ rows: z.number().int(), sha256: HASH })),
  audit: z.strictObject({
    origin: z.string(),
    publicKey: z.string(),
    size: z.number().int(),
    root: z.base64(),
  }),
  totals: z.array(TOTAL),
});
export type Manifest = z.infer<typeof MANIFEST>;

/** The text that is signed: it can be taken for nothing else that the key signs. */
export function signedText(manifest: Uint8Array): string {
  return `liyu-backup manifest\n${Buffer.from(manifest).toString('base64')}\n`;
}

/** The file cannot be taken in; the message says what is wrong with it. */
export class BadBackup extends Error {}
