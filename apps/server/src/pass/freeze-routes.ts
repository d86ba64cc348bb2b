/** Passes frozen for themselves over HTTP: suspended and lifted by one person, revoked by two. */
import { PASS_FREEZE_CAUSES } from '@liyu/domain/card';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Caller, callerOf } from '../access/caller.ts';
import { inOneLook, recordEffectLooks, recordLook } from '../access/look.ts';
import { OUTCOME } from '../approval/answer-shapes.ts';
import { refusalProblem } from '../approval/refusals.ts';
import { type Act, type ActBody, doOrAsk, type Outcome } from '../approval/workflow.ts';
import type { Core } from '../core.ts';
import { findPerson } from '../donor/workflow.ts';
import { PROBLEM } from '../edge/problem.ts';
import { ID, SHORT_TEXT } from '../edge/shapes.ts';
import { listPasses, passReinstatement, passRevocation, passSuspension } from './freeze.ts';

const PASS = z.object({ id: ID, passId: ID });
const WHOLE = z
  .boolean()
  .default(false)
  .describe('all passes of the same phone, not this one alone');
const PREVIEW = z.boolean().default(false).describe('show what would change, keep nothing');
const FREEZE = z.strictObject({
  because: z.enum(PASS_FREEZE_CAUSES),
  revoke: z.boolean().default(false).describe('for good, by two people; else only for now'),
  whole: WHOLE,
  reason: SHORT_TEXT,
  preview: PREVIEW,
});
const RELEASE = z.strictObject({ whole: WHOLE, reason: SHORT_TEXT, preview: PREVIEW });
const LINES = z.array(
  z.object({
    passId: z.string(),
    kind: z.enum(['phone', 'printed']),
    phoneId: z.string(),
    beginsAt: z.string(),
    endsAt: z.string(),
    status: z.string(),
    freezes: z
      .array(
        z.object({
          event: z.string(),
          because: z.string(),
          reason: z.string(),
          recordedAt: z.string(),
          recordedBy: z.string(),
          approvedBy: z.string().nullable(),
        }),
      )
      .readonly(),
  }),
);
const RESPONSE = { 200: OUTCOME, 202: OUTCOME, 404: PROBLEM, 409: PROBLEM };

/** The routes. */
export function passFreezeRoutes(core: Core): FastifyPluginAsyncZod {
  const config = { operation: 'freeze' } as const;
  const doAct = async (caller: Caller, act: Act, body: ActBody, preview: boolean) => {
    const mode = preview ? 'preview' : 'ask_on_loss';
    const outcome = await doOrAsk(core, act, body, { by: caller.id, mode });
    if ('refused' in outcome) throw refusalProblem(outcome.refused);
    await recordEffectLooks(core, caller, outcome.effect);
    return outcome;
  };
  const statusOf = ({ approval }: Outcome) => (approval.id === undefined ? 200 : 202);
  return async (server) => {
    server.get(
      '/donors/:id/passes',
      {
        config,
        schema: {
          params: z.object({ id: ID }),
          response: { 200: LINES },
          summary: "A donor's passes that have not ended, and what froze them",
        },
      },
      (request) =>
        inOneLook(core, async (within) => {
          const person = await findPerson(within.database, request.params.id);
          const passes = await listPasses(within, person);
          if (passes.length > 0) {
            await recordLook(within, callerOf(request), person.personId, 'read');
          }
          return passes;
        }),
    );
    server.post(
      '/donors/:id/passes/:passId/freezes',
      {
        config,
        schema: {
          params: PASS,
          body: FREEZE,
          response: RESPONSE,
          summary: 'Freezes a pass while the card goes on: a stolen phone, a clone',
        },
      },
      async (request, reply) => {
        const { id: donorId, passId } = request.params;
        const { revoke, preview, ...asked } = request.body;
        const act = revoke ? passRevocation : passSuspension;
        const body = { donorId, passId, ...asked };
        const outcome = await doAct(callerOf(request), act, body, preview);
        return reply.status(statusOf(outcome)).send(outcome);
      },
    );
    server.post(
      '/donors/:id/passes/:passId/reinstatements',
      {
        config,
        schema: {
          params: PASS,
          body: RELEASE,
          response: RESPONSE,
          summary: "Lifts a pass's suspension",
        },
      },
      async (request, reply) => {
        const { id: donorId, passId } = request.params;
        const { preview, ...asked } = request.body;
        const body = { donorId, passId, ...asked };
        const outcome = await doAct(callerOf(request), passReinstatement, body, preview);
        return reply.status(statusOf(outcome)).send(outcome);
      },
    );
  };
}
