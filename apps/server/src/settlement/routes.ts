/** Settlements over HTTP. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { scopeOf } from '../access/caller.ts';
import type { Core } from '../core.ts';
import { PROBLEM, Problem } from '../edge/problem.ts';
import { MONTH_FORM } from '../edge/shapes.ts';
import { listUses } from './uses.ts';
import { settlePeriod } from './workflow.ts';

const REQUEST = z.strictObject({
  partner: z.string().min(1).max(64),
  month: z.string().regex(MONTH_FORM),
});
const LINE = z.object({
  postingId: z.string(),
  redemptionId: z.string(),
  redeemedAt: z.string(),
  kind: z.enum(['ride', 'clinic', 'site']),
  fareFen: z.number(),
  waivedFen: z.number(),
  reversalOf: z.string().nullable(),
});
const USE = LINE.extend({ rider: z.string().nullable() });
const STATEMENT = z.object({
  partner: z.string(),
  month: z.string(),
  closedAt: z.string().nullable(),
  ledgerCheckpoint: z.object({ postings: z.number(), sha256: z.string() }),
  lines: z.array(LINE).readonly(),
  adjustments: z.array(LINE).readonly(),
  totalFen: z.number(),
});

/** The routes. */
export function settlementRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.post(
      '/settlements',
      {
        config: { operation: 'settle' },
        schema: {
          body: REQUEST,
          response: { 200: STATEMENT, 404: PROBLEM },
          summary: "A partner's month; closes it once it is over",
        },
      },
      async (request) => {
        const { body } = request;
        const statement = await settlePeriod(core, scopeOf(request), body.partner, body.month);
        if (statement === undefined) throw new Problem(404, 'not_found', 'no such partner');
        return statement;
      },
    );
    server.get(
      '/partners/:partner/uses',
      {
        config: { operation: 'see_uses' },
        schema: {
          params: REQUEST.pick({ partner: true }),
          querystring: REQUEST.pick({ month: true }),
          response: { 200: z.array(USE), 404: PROBLEM },
          summary: "A partner's uses of a month; a rider has a pseudonym a partner and month",
        },
      },
      async (request) => {
        const { partner } = request.params;
        const uses = await listUses(core, scopeOf(request), partner, request.query.month);
        if (uses === undefined) throw new Problem(404, 'not_found', 'no such partner');
        return uses;
      },
    );
  };
}
