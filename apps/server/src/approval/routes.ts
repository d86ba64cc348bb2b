/** Approvals over HTTP: what waits for a second person, and what he says. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { recordEffectLooks } from '../access/look.ts';
import type { Core } from '../core.ts';
import { PROBLEM, Problem } from '../edge/problem.ts';
import { ID, SHORT_TEXT } from '../edge/shapes.ts';
import { ACTS } from './acts.ts';
import { APPROVAL, EFFECT } from './answer-shapes.ts';
import { refusalProblem, refusalText } from './refusals.ts';
import { decideApproval, findApprovalById, loadApprovals } from './workflow.ts';

const PARAMS = z.object({ id: ID });
const DECISION = z
  .strictObject({ granted: z.boolean(), reason: SHORT_TEXT.optional() })
  .refine(({ granted, reason }) => granted || reason !== undefined, {
    path: ['reason'],
    message: 'a refusal has a reason',
  });
const DECIDED = z.object({
  outcome: z.enum(['approved', 'refused']),
  effect: EFFECT,
  answer: z.record(z.string(), z.unknown()),
});

/** The routes. */
export function approvalRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.get(
      '/approvals',
      {
        config: { operation: 'see_approvals' },
        schema: { response: { 200: z.array(APPROVAL) }, summary: 'What waits for a second person' },
      },
      async (request) => {
        const approvals = await loadApprovals(core);
        for (const { effect } of approvals) {
          await recordEffectLooks(core, callerOf(request), effect);
        }
        return approvals;
      },
    );
    server.get(
      '/approvals/:id',
      {
        config: { operation: 'see_approvals' },
        schema: {
          params: PARAMS,
          response: { 200: APPROVAL, 404: PROBLEM },
          summary: 'What was asked, and what was said to it',
        },
      },
      async (request) => {
        const approval = await findApprovalById(core, request.params.id);
        if (approval === undefined) throw refusalProblem('unknown_approval');
        await recordEffectLooks(core, callerOf(request), approval.effect);
        return approval;
      },
    );
    server.post(
      '/approvals/:id/decision',
      {
        config: { operation: 'approve' },
        schema: {
          params: PARAMS,
          body: DECISION,
          response: { 200: DECIDED, 403: PROBLEM, 404: PROBLEM, 409: PROBLEM },
          summary: 'Approves or refuses, as another person than the one who asked',
        },
      },
      async (request) => {
        const { granted, reason = null } = request.body;
        const decision = { granted, by: callerOf(request).id, reason };
        const decided = await decideApproval(core, ACTS, request.params.id, decision);
        if (!('refused' in decided)) return decided;
        if (decided.nextId === undefined) throw refusalProblem(decided.refused);
        const { en } = refusalText(decided.refused);
        const { status, errors } = refusalProblem(decided.refused);
        throw new Problem(status, decided.refused, `${en} approval: ${decided.nextId}`, errors);
      },
    );
  };
}
