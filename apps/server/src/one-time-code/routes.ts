/** `POST /api/v1/one-time-codes`: a code to a telephone number. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Core } from '../core.ts';
import { KNOWN_DONATION, PHONE } from '../edge/person-shapes.ts';
import { PROBLEM, Problem, tooOften } from '../edge/problem.ts';
import { CODE_LIFE_SECONDS, requestCode } from './workflow.ts';

const REQUEST = z.strictObject({ phone: PHONE, knownDonation: KNOWN_DONATION.optional() });

/** The routes. */
export function oneTimeCodeRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.post(
      '/one-time-codes',
      {
        config: { traffic: 'oneTimeCode' },
        schema: {
          body: REQUEST,
          response: {
            202: z.object({ expiresInSeconds: z.number() }),
            400: PROBLEM,
            429: PROBLEM,
            503: PROBLEM,
          },
          summary: 'A one-time code to a number; the answer does not say whether anybody has it',
        },
      },
      async ({ body, ip }, reply) => {
        if (core.config.mode === 'production' && core.config.sms === undefined) {
          throw new Problem(503, 'no_channel', 'this installation sends no SMS');
        }
        const { phone, knownDonation } = body;
        const againAt = await requestCode(core, { phone, knownDonation, address: ip });
        if (againAt !== undefined) {
          throw tooOften(reply, againAt, 'too_many_codes', 'too many codes were asked for');
        }
        return reply.status(202).send({ expiresInSeconds: CODE_LIFE_SECONDS });
      },
    );
  };
}
