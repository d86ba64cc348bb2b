/** Alarms of cloned passes over HTTP. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import type { Core } from '../core.ts';
import { listAlarms } from './workflow.ts';

const ALARMS = z.array(
  z.object({
    alarmId: z.string(),
    donorId: z.string(),
    passId: z.string(),
    finding: z.string(),
    rule: z.string(),
    seconds: z.number(),
    metres: z.number().nullable(),
    suspended: z.boolean(),
    recordedAt: z.string(),
    status: z.string(),
    sightings: z
      .array(
        z.object({
          redemptionId: z.string(),
          venue: z.string(),
          seenAt: z.number(),
          iat: z.number().nullable(),
          seq: z.number().nullable(),
        }),
      )
      .readonly(),
  }),
);

/** The routes. */
export function cloneRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.get(
      '/clone-alarms',
      {
        config: { operation: 'see_clone_alarms' },
        schema: {
          response: { 200: ALARMS },
          summary: 'Passes that were used as one phone cannot use them, newest first',
        },
      },
      (request) => listAlarms(core, callerOf(request)),
    );
  };
}
