/** The files of `packages/pass/vectors`, as far as scans need them (its README tells the format). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const HEX = z.string().regex(/^([0-9a-f]{2})*$/);
const POINT = z.object({ x: HEX, yIsOdd: z.boolean() });
const ENTRY = z.object({
  kid: HEX,
  alg: z.number(),
  key: POINT,
  use: z.enum(['phone', 'printed']),
  notBefore: z.number(),
  notAfter: z.number(),
  lifeSeconds: z.number(),
  anchor: z.number(),
  statusAddress: z.string(),
  listSize: z.number(),
});
/** What a gate is to suppose for the scans that follow. */
export const SUPPOSED = z.object({
  now: z.number().int(),
  zone: z.enum(['metro', 'bus', 'clinic', 'site']),
  window: z.object({
    behindSeconds: z.number(),
    aheadSeconds: z.number(),
    unsynced: z.boolean(),
  }),
  acceptPrinted: z.boolean(),
  trustList: z.string(),
  statusLists: z.array(z.string()),
  maxStatusAgeSeconds: z.number(),
  passage: z.object({ direction: z.enum(['in', 'out']), place: z.string() }).nullable(),
  openEntry: z.boolean().nullable(),
});
export type Supposed = z.output<typeof SUPPOSED>;

const EXPECTED = z.discriminatedUnion('taken', [
  z.object({ taken: z.literal(true), skewSeconds: z.number().nullable() }),
  z.object({ taken: z.literal(false), code: z.string(), skewSeconds: z.number().nullable() }),
]);
const SCAN_FILE = z.object({
  root: POINT,
  trustLists: z.record(z.string(), HEX),
  statusLists: z.record(z.string(), z.object({ entry: ENTRY, list: HEX, deltas: z.array(HEX) })),
  cases: z.array(
    z.object({
      name: z.string(),
      scans: z.array(z.object({ text: z.string(), gate: SUPPOSED, expected: EXPECTED })),
    }),
  ),
});
const CODE_FILE = z.object({
  cases: z.array(
    z.object({
      name: z.string(),
      text: z.string(),
      expected: z.object({ wellFormed: z.boolean() }),
    }),
  ),
});

export type ScanFile = z.output<typeof SCAN_FILE>;
export type CodeFile = z.output<typeof CODE_FILE>;
export type Entry = z.output<typeof ENTRY>;
export type Point = z.output<typeof POINT>;

/** The files that hold scans. */
export const SCAN_FILES = ['scan.json', 'precedence.json'] as const;
export type ScanFileName = (typeof SCAN_FILES)[number];

function read(folder: string, name: string): unknown {
  return JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
}

/** A file of scans. Throws where it is not one. */
export function readScanFile(folder: string, name: ScanFileName): ScanFile {
  return SCAN_FILE.parse(read(folder, name));
}

/** The file of codes. */
export function readCodeFile(folder: string): CodeFile {
  return CODE_FILE.parse(read(folder, 'code.json'));
}
