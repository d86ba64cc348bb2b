/** What gates send: read at the edge, each record by itself, so that an unreadable one holds up nobody. */
import { createHash } from 'node:crypto';
import type { GateBoot, GateScan } from '@liyu/domain/redemption';
import { z } from 'zod';
import { FEN, INSTANT } from '../edge/shapes.ts';

/** The gate's device that sends. */
export interface SendingDevice {
  readonly gateId: string;
  /** Its name in receipts: the machine client that it is. */
  readonly deviceId: string;
  /** Where it was put up. */
  readonly venueId: string;
  /** It was revoked, or another one has its place. */
  readonly isLost: boolean;
}

/** A record as it came: its name, and the exact text that the gate has on its disk. */
export interface SentRecord {
  readonly bootEpoch: number;
  readonly seq: number;
  readonly body: string;
}

/** A record with its hash, and what it says; `undefined` where nobody can read it. */
export interface ReadRecord extends SentRecord {
  /** SHA-256 of the body, hexadecimal. */
  readonly bodyHash: string;
  readonly says: GateScan | GateBoot | undefined;
}

const WORD = z.string().max(64);
const COUNT = z.number().int().min(0);
const SCAN = z.strictObject({
  v: z.literal(1),
  kind: z.literal('scan'),
  at: INSTANT,
  venue: WORD,
  direction: z.enum(['in', 'out']),
  code: z.string().max(420),
  opened: z.boolean(),
  reason: z.string().regex(/^[a-z_]{1,40}$/),
  skewSeconds: z.number().int().nullable(),
  marks: z.array(z.string().regex(/^[a-z_]{1,40}$/)).max(16),
  lists: z.strictObject({ trust: COUNT, status: INSTANT.nullable(), programme: WORD }),
  fee: z
    .strictObject({
      level: z.enum(['general', 'associate_chief', 'chief', 'renowned_expert']),
      feeFen: FEN,
      insuredFen: FEN,
    })
    .refine(({ feeFen, insuredFen }) => insuredFen <= feeFen)
    .optional(),
  admission: z
    .strictObject({ clerk: WORD, reason: z.string().max(500), person: z.string().max(4096) })
    .optional(),
});
const BOOT = z.strictObject({
  v: z.literal(1),
  kind: z.literal('boot'),
  at: INSTANT,
  previous: z.strictObject({ bootEpoch: COUNT, lastSeq: COUNT }).nullable(),
  cutBytes: COUNT,
  clock: z.enum(['synced', 'unsynced']),
});
const RECORD = z.discriminatedUnion('kind', [SCAN, BOOT]);

/** Reads a record. A start is number 0 of its epoch, and no other is. */
export function readRecord(sent: SentRecord): ReadRecord {
  const bodyHash = createHash('sha256').update(sent.body).digest('hex');
  const says = saysOf(sent);
  return { ...sent, bodyHash, says };
}

function saysOf({ seq, body }: SentRecord): ReadRecord['says'] {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  const parsed = RECORD.safeParse(json);
  if (!parsed.success) return undefined;
  const says = parsed.data;
  if (says.kind === 'boot' && seq !== 0) return undefined;
  return says as GateScan | GateBoot;
}
