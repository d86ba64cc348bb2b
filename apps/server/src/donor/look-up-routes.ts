/** Donors over HTTP: found by document, read masked, revealed for a reason, and who looked. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf, donorOf, scopeOf } from '../access/caller.ts';
import { listLooks } from '../access/look.ts';
import type { Core } from '../core.ts';
import { PROBLEM, Problem } from '../edge/problem.ts';
import { ID, SHORT_TEXT } from '../edge/shapes.ts';
import { readDonor, readStanding, revealDonor, searchDonors } from './look-up.ts';
import { SHOWN_DOCUMENT } from './shapes.ts';

const PARAMS = z.object({ id: ID });
const FOUND = z.object({
  donorId: z.string().optional().describe("left out for a partner's people"),
  name: z.string().describe('masked'),
  card: z.object({ kind: z.string(), validThrough: z.string().nullable() }).nullable(),
});
const PARTICULARS = z.object({
  name: z.string(),
  bornOn: z.string(),
  phone: z.string().nullable(),
  documents: z.array(z.object({ type: z.string(), number: z.string() })).readonly(),
});
const MASKED = PARTICULARS.extend({
  donorId: z.string(),
  counts: z.object({ city: z.string(), award: z.string() }),
  golds: z.number(),
  tier: z.string(),
  card: z
    .object({
      kind: z.string(),
      validFrom: z.string(),
      validThrough: z.string().nullable(),
      state: z.string(),
    })
    .nullable(),
});
const BECAUSE = z.object({
  clause: z.string(),
  donation: z.string().optional(),
  day: z.string().optional(),
  zh: z.string(),
  en: z.string(),
});
const STANDING = MASKED.pick({ counts: true, golds: true, tier: true, card: true }).extend({
  on: z.string(),
  nextEligible: z.object({
    whole_blood: z.string().nullable(),
    apheresis_platelets: z.string().nullable(),
  }),
  evidence: z
    .array(
      z.object({
        donation: z.string(),
        donatedOn: z.string(),
        kind: z.string(),
        amount: z.number(),
        inCity: z.boolean(),
        counts: z.object({ city: z.string(), award: z.string() }),
        early: z.boolean(),
      }),
    )
    .readonly(),
  because: z.array(BECAUSE).readonly(),
});
const LOOK = z.object({
  lookId: z.string(),
  by: z.string(),
  role: z.string(),
  partner: z.string().nullable(),
  what: z.string(),
  reason: z.string().nullable(),
  at: z.string(),
});

const LOOKS = z.object({ looks: z.array(LOOK) });
const BEFORE = z.object({ before: ID.optional().describe('the last one that was read') });

function orUnknown<T>(found: T | undefined): T {
  if (found === undefined) throw new Problem(404, 'not_found', 'no such donor');
  return found;
}

/** The routes. A document never stands in an address. */
export function lookUpRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.post(
      '/donors/search',
      {
        config: { operation: 'find_donor' },
        schema: {
          body: SHOWN_DOCUMENT,
          response: { 200: z.object({ donors: z.array(FOUND) }) },
          summary: 'Donors by the document that they show; recorded as a look at each',
        },
      },
      async (request) => ({
        donors: await searchDonors(core, callerOf(request), scopeOf(request), request.body),
      }),
    );
    server.get(
      '/donors/:id',
      {
        config: { operation: 'see_donor' },
        schema: {
          params: PARAMS,
          response: { 200: MASKED, 404: PROBLEM },
          summary: 'A donor, masked; recorded as a look',
        },
      },
      async (request) =>
        orUnknown(await readDonor(core, callerOf(request), scopeOf(request), request.params.id)),
    );
    server.get(
      '/donors/:id/standing',
      {
        config: { operation: 'see_donor' },
        schema: {
          params: PARAMS,
          response: { 200: STANDING, 404: PROBLEM },
          summary: "A donor's standing today with evidence and reasons; recorded as a look",
        },
      },
      async (request) =>
        orUnknown(await readStanding(core, callerOf(request), scopeOf(request), request.params.id)),
    );
    server.post(
      '/donors/:id/reveal',
      {
        config: { operation: 'reveal_donor' },
        schema: {
          params: PARAMS,
          body: z.strictObject({ reason: SHORT_TEXT }),
          response: { 200: PARTICULARS, 404: PROBLEM },
          summary:
            'Name, birth, telephone and documents in clear, for a reason; recorded as a look',
        },
      },
      async (request) => {
        const { params, body } = request;
        const [caller, scope] = [callerOf(request), scopeOf(request)];
        return orUnknown(await revealDonor(core, caller, scope, params.id, body.reason));
      },
    );
    server.get(
      '/donors/me/looks',
      {
        config: { operation: 'see_own_looks' },
        schema: {
          querystring: BEFORE,
          response: { 200: LOOKS },
          summary: 'Who looked at the signed-in donor, newest first, a hundred at most',
        },
      },
      async (request) => {
        const { donorId } = donorOf(request);
        return { looks: await listLooks(core, scopeOf(request), donorId, request.query.before) };
      },
    );
    server.get(
      '/donors/:id/looks',
      {
        config: { operation: 'see_looks' },
        schema: {
          params: PARAMS,
          querystring: BEFORE,
          response: { 200: LOOKS },
          summary: 'Who looked at a donor, newest first, a hundred at most',
        },
      },
      async (request) => {
        const { params, query } = request;
        return { looks: await listLooks(core, scopeOf(request), params.id, query.before) };
      },
    );
  };
}
