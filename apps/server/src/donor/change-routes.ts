/** `POST /api/v1/donors/{id}/changes`: another document or telephone number. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { refusalProblem } from '../approval/refusals.ts';
import type { Core } from '../core.ts';
import { DOCUMENT, DOCUMENT_TYPE, PHONE } from '../edge/person-shapes.ts';
import { PROBLEM } from '../edge/problem.ts';
import { ID, SHORT_TEXT } from '../edge/shapes.ts';
import { changeDonor } from './change.ts';

const TYPED = z.strictObject({ documentType: DOCUMENT_TYPE, documentNumber: DOCUMENT });
const CHANGE = z
  .strictObject({
    document: TYPED.optional(),
    mistaken: TYPED.optional().describe('recorded by mistake: it finds nobody any more'),
    phone: PHONE.optional(),
    reason: SHORT_TEXT,
    preview: z.boolean().default(false).describe('show what would change, keep nothing'),
  })
  .refine(({ document, phone }) => document !== undefined || phone !== undefined, {
    path: ['document'],
    message: 'a document or a telephone number is needed',
  })
  .refine(({ document, mistaken }) => mistaken === undefined || document !== undefined, {
    path: ['mistaken'],
    message: 'only instead of another document',
  });
const REPORT = z.object({
  donorId: z.string(),
  documentAdded: z.boolean(),
  documentEnded: z.boolean(),
  phoneChanged: z.boolean(),
  kept: z.boolean(),
});

/** The route. */
export function changeRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.post(
      '/donors/:id/changes',
      {
        config: { operation: 'change_donor' },
        schema: {
          params: z.object({ id: ID }),
          body: CHANGE,
          response: { 200: REPORT, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM },
          summary: 'A donor has another document or telephone number',
        },
      },
      async (request) => {
        const { preview, ...change } = request.body;
        const manner = { by: callerOf(request).id, preview };
        const report = await changeDonor(core, request.params.id, change, manner);
        if ('refused' in report) throw refusalProblem(report.refused, '/document');
        return report;
      },
    );
  };
}
