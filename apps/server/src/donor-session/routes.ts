/** `/api/v1/donor-sessions`: a donor signs in on a phone, and out. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Core } from '../core.ts';
import { DOCUMENT, DOCUMENT_TYPE, KNOWN_DONATION, PHONE } from '../edge/person-shapes.ts';
import { PROBLEM, Problem } from '../edge/problem.ts';
import { refuseForeignPage } from '../login/cookie.ts';
import { donorCookieOf, giveCookie, takeCookieBack } from './cookie.ts';
import { endSession, type SignInRefusal, signIn } from './workflow.ts';

const SIGN_IN = z.strictObject({
  phone: PHONE,
  code: z.string().regex(/^\d{6}$/),
  document: DOCUMENT.optional().describe('when several donors share the number'),
  documentType: DOCUMENT_TYPE.optional(),
  knownDonation: KNOWN_DONATION.optional(),
});

const REFUSALS: Readonly<Record<SignInRefusal['refused'], () => Problem>> = {
  not_accepted: () => new Problem(401, 'not_accepted', 'the number, code or document is not right'),
  document_needed: () =>
    new Problem(409, 'document_needed', 'several donors have this number: send the document too'),
  too_many_tries: () => new Problem(429, 'too_many_tries', 'too many tries; try later'),
};

/** The routes. */
export function donorSessionRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.post(
      '/donor-sessions',
      {
        config: { traffic: 'oneTimeCode' },
        schema: {
          body: SIGN_IN,
          response: {
            200: z.object({ signedIn: z.literal(true) }),
            400: PROBLEM,
            401: PROBLEM,
            409: PROBLEM,
            429: PROBLEM,
          },
          summary: 'A donor signs in with a number and its one-time code',
        },
      },
      async (request, reply) => {
        refuseForeignPage(request);
        const { phone, code, document, documentType, knownDonation } = request.body;
        const shown = document === undefined ? undefined : { document, documentType };
        const opened = await signIn(core, {
          phone,
          code,
          shown,
          knownDonation,
          address: request.ip,
        });
        if ('refused' in opened) throw REFUSALS[opened.refused]();
        giveCookie(core, reply, opened.cookie);
        return { signedIn: true as const };
      },
    );
    server.delete(
      '/donor-sessions/current',
      {
        schema: {
          response: { 200: z.object({ signedIn: z.literal(false) }) },
          summary: 'The donor signs out on this phone',
        },
      },
      async (request, reply) => {
        refuseForeignPage(request);
        const cookie = donorCookieOf(core, request);
        if (cookie !== undefined) await endSession(core, cookie);
        takeCookieBack(core, reply);
        return { signedIn: false as const };
      },
    );
  };
}
