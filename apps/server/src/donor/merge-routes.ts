/** Merges over HTTP: they always wait for a second person (202). */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Caller, callerOf } from '../access/caller.ts';
import { recordEffectLooks } from '../access/look.ts';
import { OUTCOME } from '../approval/answer-shapes.ts';
import { refusalProblem } from '../approval/refusals.ts';
import { type Act, doOrAsk } from '../approval/workflow.ts';
import type { Core } from '../core.ts';
import { PROBLEM } from '../edge/problem.ts';
import { ID, SHORT_TEXT } from '../edge/shapes.ts';
import { merge, undoMerge } from './merge.ts';

const PREVIEW = z.boolean().default(false).describe('show what would change, keep nothing');
const MERGE = z.strictObject({
  from: ID.describe('the donor whose card ends'),
  into: ID.describe('the donor whose card lives on'),
  reason: SHORT_TEXT,
  preview: PREVIEW,
});
const UNDO = z.strictObject({ reason: SHORT_TEXT, preview: PREVIEW });
const RESPONSE = { 200: OUTCOME, 202: OUTCOME, 404: PROBLEM, 409: PROBLEM };

/** The routes. */
export function mergeRoutes(core: Core): FastifyPluginAsyncZod {
  const ask = async (act: Act, body: { reason: string }, caller: Caller, preview: boolean) => {
    const mode = preview ? 'preview' : 'ask';
    const outcome = await doOrAsk(core, act, body, { by: caller.id, mode });
    if ('refused' in outcome) throw refusalProblem(outcome.refused);
    await recordEffectLooks(core, caller, outcome.effect);
    return outcome;
  };
  return async (server) => {
    server.post(
      '/merges',
      {
        config: { operation: 'merge' },
        schema: { body: MERGE, response: RESPONSE, summary: 'Two recorded donors are one person' },
      },
      async (request, reply) => {
        const { preview, ...body } = request.body;
        const outcome = await ask(merge, body, callerOf(request), preview);
        return reply.status(preview ? 200 : 202).send(outcome);
      },
    );
    server.post(
      '/merges/:id/undo',
      {
        config: { operation: 'merge' },
        schema: {
          params: z.object({ id: ID }),
          body: UNDO,
          response: RESPONSE,
          summary: 'They are two people after all',
        },
      },
      async (request, reply) => {
        const { preview, reason } = request.body;
        const body = { mergeId: request.params.id, reason };
        const outcome = await ask(undoMerge, body, callerOf(request), preview);
        return reply.status(preview ? 200 : 202).send(outcome);
      },
    );
  };
}
