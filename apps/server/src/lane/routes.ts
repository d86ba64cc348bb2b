/** What a staffed lane asks: who stands there, and to which key it seals what it cannot look up. */
import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf, scopeOf } from '../access/caller.ts';
import type { Core } from '../core.ts';
import { SHOWN_DOCUMENT } from '../donor/shapes.ts';
import { CARD_NUMBER } from '../edge/person-shapes.ts';
import { PROBLEM, Problem, tooOften } from '../edge/problem.ts';
import { TEXT, VENUE_ID } from '../edge/shapes.ts';
import { type LaneRefusal, lookUpAtLane } from './look-up.ts';

const QUESTION = z
  .strictObject({
    venue: VENUE_ID,
    direction: z.enum(['in', 'out']).default('in'),
    code: z.string().min(1).max(2000).optional(),
    document: SHOWN_DOCUMENT.optional(),
    cardNumber: CARD_NUMBER.optional(),
  })
  .refine(
    ({ code, document, cardNumber }) =>
      [code, document, cardNumber].filter((one) => one !== undefined).length === 1,
    'code, document or cardNumber: one of them',
  );
const ANSWER = z.object({
  open: z.boolean(),
  code: z.string(),
  message: TEXT,
  wayOn: TEXT,
  skewSeconds: z.number().nullable(),
  name: z.string().nullable().describe('masked; null while nobody is known for certain'),
  card: z
    .object({
      kind: z.string(),
      validFrom: z.string(),
      validThrough: z.string().nullable(),
      state: z.string(),
    })
    .nullable(),
});
const KEY = z.object({
  kid: z.string(),
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
});

/** The routes. A document never stands in an address. */
export function laneRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.post(
      '/lane-look-ups',
      {
        config: { operation: 'look_up_at_lane', traffic: 'use' },
        schema: {
          body: QUESTION,
          response: { 200: ANSWER, 400: PROBLEM, 409: PROBLEM, 429: PROBLEM },
          summary: 'What would be answered at a staffed lane, with the masked name; a look',
        },
      },
      async (request, reply) => {
        const { venue, direction, code, document, cardNumber = '' } = request.body;
        const person = document === undefined ? { cardNumber } : { document };
        const shown = code === undefined ? person : { code };
        const question = { venue, direction, shown };
        const answer = await lookUpAtLane(core, callerOf(request), scopeOf(request), question);
        if ('refused' in answer) throw problemOf(answer, reply);
        return answer;
      },
    );
    server.get(
      '/lane-keys/current',
      {
        config: { traffic: 'list' },
        schema: {
          response: { 200: KEY },
          summary: 'The public key to which lanes seal what they cannot look up: JWK, ECDH-ES',
        },
      },
      async (_request, reply) => {
        reply.header('cache-control', 'no-store');
        return core.laneKeys.current();
      },
    );
  };
}

function problemOf(refusal: LaneRefusal, reply: FastifyReply): Problem {
  if (refusal.refused === 'needs_desk') {
    return new Problem(409, 'needs_desk', 'a hospital has desks, which ask for the fee');
  }
  return tooOften(reply, refusal.againAt, 'too_many_look_ups', 'more look-ups than a lane has');
}
