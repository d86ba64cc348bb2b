/** Corrections over HTTP: at once where nobody loses anything, else asked for (202). */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { recordEffectLooks } from '../access/look.ts';
import { OUTCOME } from '../approval/answer-shapes.ts';
import { refusalProblem } from '../approval/refusals.ts';
import { doOrAsk } from '../approval/workflow.ts';
import type { Core } from '../core.ts';
import { PROBLEM } from '../edge/problem.ts';
import { SHORT_TEXT } from '../edge/shapes.ts';
import { correction } from './correct.ts';
import { parseDonationNumber } from './donation-number.ts';

const REQUEST = z.strictObject({
  donation: z.string().transform((text, context) => {
    const number = parseDonationNumber(text);
    if (number !== undefined) return number;
    context.addIssue({ code: 'custom', message: 'no donation number' });
    return z.NEVER;
  }),
  correction: z
    .enum(['voided', 'mistake', 'restored'])
    .describe('voided: still counts; mistake: does not; restored: the correction was wrong'),
  reason: SHORT_TEXT,
  preview: z.boolean().default(false).describe('show what would change, keep nothing'),
});

/** The routes. */
export function correctionRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.post(
      '/corrections',
      {
        config: { operation: 'correct' },
        schema: {
          body: REQUEST,
          response: { 200: OUTCOME, 202: OUTCOME, 404: PROBLEM, 409: PROBLEM },
          summary: 'Corrects a donation; what takes something waits for a second person (202)',
        },
      },
      async (request, reply) => {
        const { preview, ...body } = request.body;
        const caller = callerOf(request);
        const mode = preview ? 'preview' : 'ask_on_loss';
        const outcome = await doOrAsk(core, correction, body, { by: caller.id, mode });
        if ('refused' in outcome) throw refusalProblem(outcome.refused, '/donation');
        await recordEffectLooks(core, caller, outcome.effect);
        return reply.status(outcome.approval.id === undefined ? 200 : 202).send(outcome);
      },
    );
  };
}
