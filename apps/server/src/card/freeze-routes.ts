/** Frozen cards over HTTP: suspended at once, revoked and reinstated by two, with an appeal. */
import { FREEZE_CAUSES } from '@liyu/domain/card';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Caller, callerOf } from '../access/caller.ts';
import { inOneLook, recordEffectLooks, recordLook } from '../access/look.ts';
import { OUTCOME } from '../approval/answer-shapes.ts';
import { type Refused, refusalProblem } from '../approval/refusals.ts';
import { doOrAsk, type Outcome } from '../approval/workflow.ts';
import type { Core } from '../core.ts';
import { findPerson } from '../donor/workflow.ts';
import { PROBLEM } from '../edge/problem.ts';
import { ID, SHORT_TEXT } from '../edge/shapes.ts';
import { appeal, listFreezes, reinstatement, revocation, suspension } from './freeze.ts';

const DONOR = z.object({ id: ID });
const PREVIEW = z.boolean().default(false).describe('show what would change, keep nothing');
const FREEZE = z.strictObject({
  because: z.enum(FREEZE_CAUSES),
  revoke: z.boolean().default(false).describe('for good, by two people; else only for now'),
  reason: SHORT_TEXT,
  preview: PREVIEW,
});
const RELEASE = z.strictObject({ reason: SHORT_TEXT, preview: PREVIEW });
const RECORDS = z.array(
  z.object({
    event: z.string(),
    because: z.string(),
    reason: z.string(),
    recordedAt: z.string(),
    recordedBy: z.string(),
    approvedBy: z.string().nullable(),
  }),
);
const RESPONSE = { 200: OUTCOME, 202: OUTCOME, 404: PROBLEM, 409: PROBLEM };

const statusOf = ({ approval }: Outcome) => (approval.id === undefined ? 200 : 202);

/** The routes. */
export function freezeRoutes(core: Core): FastifyPluginAsyncZod {
  const config = { operation: 'freeze' } as const;
  const shown = async (outcome: Outcome | Refused, caller: Caller): Promise<Outcome> => {
    if ('refused' in outcome) throw refusalProblem(outcome.refused);
    await recordEffectLooks(core, caller, outcome.effect);
    return outcome;
  };
  return async (server) => {
    server.get(
      '/donors/:id/freezes',
      {
        config,
        schema: {
          params: DONOR,
          response: { 200: RECORDS },
          summary: "What suspended, revoked and reinstated a donor's card",
        },
      },
      (request) =>
        inOneLook(core, async (within) => {
          const person = await findPerson(within.database, request.params.id);
          const freezes = await listFreezes(within, person);
          if (freezes.length > 0) {
            await recordLook(within, callerOf(request), person.personId, 'read');
          }
          return freezes;
        }),
    );
    server.post(
      '/donors/:id/freezes',
      {
        config,
        schema: { params: DONOR, body: FREEZE, response: RESPONSE, summary: 'Freezes the card' },
      },
      async (request, reply) => {
        const { because, revoke, reason, preview } = request.body;
        const body = { donorId: request.params.id, because, reason };
        const manner = {
          by: callerOf(request).id,
          mode: preview ? 'preview' : 'ask_on_loss',
        } as const;
        const outcome = await shown(
          await doOrAsk(core, revoke ? revocation : suspension, body, manner),
          callerOf(request),
        );
        return reply.status(statusOf(outcome)).send(outcome);
      },
    );
    for (const [noun, summary] of [
      ['reinstatements', 'Gives the card back'],
      ['appeals', 'The donor appeals: somebody else decides'],
    ] as const) {
      server.post(
        `/donors/:id/${noun}`,
        { config, schema: { params: DONOR, body: RELEASE, response: RESPONSE, summary } },
        async (request, reply) => {
          const { reason, preview } = request.body;
          const body = { donorId: request.params.id, reason };
          const by = callerOf(request).id;
          const outcome = await shown(
            noun === 'appeals'
              ? await appeal(core, body, { by, mode: preview ? 'preview' : 'ask' })
              : await doOrAsk(core, reinstatement, body, {
                  by,
                  mode: preview ? 'preview' : 'ask_on_loss',
                }),
            callerOf(request),
          );
          return reply.status(statusOf(outcome)).send(outcome);
        },
      );
    }
  };
}
