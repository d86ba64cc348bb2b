/** `/api/v1/claims`: a donor claims his card on the phone, or a clerk at the counter. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf, donorOf } from '../access/caller.ts';
import type { Core } from '../core.ts';
import { DOCUMENT, DOCUMENT_TYPE } from '../edge/person-shapes.ts';
import { PROBLEM, Problem } from '../edge/problem.ts';
import { SHORT_TEXT } from '../edge/shapes.ts';
import { type ClaimRefusal, claimAtCounter, claimOwn } from './workflow.ts';

const SHOWN = { document: DOCUMENT, documentType: DOCUMENT_TYPE.optional() };
const CLAIM = z.object({
  certificateNumber: z.string(),
  claimedAt: z.string(),
  identifiedBy: z.enum(['phone', 'donation', 'counter']),
});

const REFUSALS: Readonly<Record<ClaimRefusal['refused'], () => Problem>> = {
  document_not_accepted: () =>
    new Problem(403, 'document_not_accepted', 'this is not the document of who signed in'),
  no_card: () => new Problem(409, 'no_card', 'there is no card to claim'),
  unknown_donor: () => new Problem(404, 'unknown_donor', 'nobody is known by this document'),
  too_many_tries: () => new Problem(429, 'too_many_tries', 'too many tries; try later'),
};

function orProblem<T extends object>(answer: T | ClaimRefusal): T {
  if ('refused' in answer) throw REFUSALS[answer.refused]();
  return answer;
}

/** The routes. */
export function claimRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.post(
      '/claims',
      {
        config: { operation: 'claim_card' },
        schema: {
          body: z.strictObject(SHOWN),
          response: { 200: CLAIM, 400: PROBLEM, 403: PROBLEM, 409: PROBLEM, 429: PROBLEM },
          summary: 'The signed-in donor claims his card; twice is the same as once',
        },
      },
      async (request) => {
        const { donorId, identifiedBy } = donorOf(request);
        return orProblem(await claimOwn(core, donorId, identifiedBy, request.body));
      },
    );
    server.post(
      '/claims/counter',
      {
        config: { operation: 'claim_at_counter' },
        schema: {
          body: z.strictObject({
            ...SHOWN,
            seen: SHORT_TEXT.describe('how the clerk saw who it is'),
          }),
          response: {
            200: CLAIM.extend({ name: z.string().describe('masked') }),
            400: PROBLEM,
            404: PROBLEM,
            409: PROBLEM,
          },
          summary: 'A clerk claims the card of who stands at the counter',
        },
      },
      async (request) => {
        const { seen, ...shown } = request.body;
        const clerk = { by: callerOf(request).id, seen };
        return orProblem(await claimAtCounter(core, shown, clerk));
      },
    );
  };
}
