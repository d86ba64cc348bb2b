/** Donations pushed over HTTP: `POST /api/v1/donations`. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import type { Core } from '../core.ts';
import { type Field, HEADINGS } from '../donation/file-fields.ts';
import { PROBLEM } from '../edge/problem.ts';
import { TEXT } from '../edge/shapes.ts';
import { pushDonations } from './push.ts';

const MOST = 1000;
const CELL = z.union([z.string().max(1000), z.number()]).nullish();
const DONATION = z
  .strictObject(
    Object.fromEntries(Object.keys(HEADINGS).map((field) => [field, CELL])) as Record<
      Field,
      typeof CELL
    >,
  )
  .describe("the fields of a donation file's row, by their English headings");
const BODY = z.union([DONATION, z.array(DONATION).min(1).max(MOST)]);

const REPORT = z.object({
  importId: z.string().describe('under which they are recorded, and can be taken back'),
  imported: z.number(),
  unchanged: z.number(),
  conflicts: z.number(),
  rejected: z.number(),
  donations: z
    .array(
      z.object({
        pointer: z.string().describe('JSON Pointer of the donation in what was sent'),
        donation: z.string().nullable(),
        outcome: z.enum(['imported', 'unchanged', 'conflict', 'rejected']),
        errors: z
          .array(z.object({ pointer: z.string(), code: z.string(), message: TEXT }))
          .readonly(),
      }),
    )
    .readonly(),
});

/** The route. */
export function pushRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.post(
      '/donations',
      {
        config: { operation: 'push_donations' },
        schema: {
          body: BODY,
          response: { 200: REPORT, 400: PROBLEM },
          summary: 'Takes in one donation, or up to 1,000; the same again changes nothing',
        },
      },
      async (request) => {
        const { body } = request;
        const sent = Array.isArray(body) ? body : [body];
        return pushDonations(core, sent, {
          by: callerOf(request).id,
          size: Number(request.headers['content-length'] ?? 0),
          pointerOf: (at) => (Array.isArray(body) ? `/${at}` : ''),
        });
      },
    );
  };
}
