/** Shapes of answers about acts that a second person may have to approve. */
import { z } from 'zod';

const BRIEF = z.object({
  counts: z.object({ city: z.string(), award: z.string() }),
  golds: z.number(),
  tier: z.enum(['first', 'second', 'bronze', 'silver', 'gold']),
  card: z
    .object({
      kind: z.enum(['annual', 'honour']),
      validFrom: z.string(),
      validThrough: z.string().nullable().describe('null for life'),
      state: z.enum(['valid', 'ended']),
    })
    .nullable(),
});

export const EFFECT = z.object({
  changed: z.number().describe('how many donors have another standing'),
  lost: z.number().describe('how many of them have less'),
  passesRevoked: z.number(),
  donors: z
    .array(
      z.object({
        donorId: z.string(),
        before: BRIEF.nullable(),
        after: BRIEF.nullable(),
        lost: z.boolean(),
        passes: z.array(z.string()).readonly().describe('the passes that are revoked'),
      }),
    )
    .readonly()
    .describe('who loses comes first; at most 100'),
  fingerprint: z.string(),
});

/** What an act answers: done, asked for, or only shown. */
export const OUTCOME = z.object({
  kept: z.boolean().describe('whether it was done'),
  effect: EFFECT,
  answer: z.record(z.string(), z.unknown()).describe('what else came of it'),
  approval: z.object({
    needed: z.boolean(),
    id: z.string().optional(),
    endsAt: z.string().optional(),
    by: z.literal('development').optional(),
  }),
});

export const APPROVAL = z.object({
  id: z.string(),
  kind: z.string(),
  askedBy: z.string(),
  askedAt: z.string(),
  endsAt: z.string(),
  reason: z.string(),
  body: z.unknown(),
  effect: EFFECT,
  decision: z
    .object({
      outcome: z.enum(['approved', 'refused', 'changed_meanwhile']),
      by: z.string(),
      at: z.string(),
      reason: z.string().nullable(),
      nextId: z.string().nullable(),
    })
    .nullable(),
});
