/** Notices over HTTP: what could not be sent, for operators. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Core } from '../core.ts';
import { PROBLEM } from '../edge/problem.ts';
import { listNotices } from './workflow.ts';

const STATE = z.enum(['waiting', 'sent', 'failed', 'expired', 'not_wanted', 'no_address']);
const NOTICES = z.object({
  notices: z.array(
    z.object({
      noticeId: z.string(),
      kind: z.string(),
      state: z.string(),
      tries: z.number(),
      failure: z.string().nullable(),
      recordedAt: z.string(),
    }),
  ),
});

/** The routes. */
export function noticeRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.get(
      '/notices',
      {
        config: { operation: 'see_notices' },
        schema: {
          querystring: z.object({ state: STATE.default('failed') }),
          response: { 200: NOTICES, 400: PROBLEM },
          summary: 'The last notices of a state, without what they say and to whom',
        },
      },
      async ({ query }) => ({ notices: await listNotices(core, query.state) }),
    );
  };
}
