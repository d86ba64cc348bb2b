/** Signing in and out, and showing the password again: `/api/v1/sessions`. */
import type { Instant } from '@liyu/domain/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { ROLES } from '../access/roles.ts';
import type { Core } from '../core.ts';
import { PROBLEM, Problem, tooOften } from '../edge/problem.ts';
import { cookieOf, forgetCookie, refuseForeignPage, setCookie } from './cookie.ts';
import { endSession, findSession, type Session, signIn, stepUp } from './workflow.ts';

const PASSWORD = z.string().min(1).max(1000);
const SIGN_IN = z.strictObject({ name: z.string().min(1).max(100), password: PASSWORD });
const SESSION = z.object({
  name: z.string(),
  role: z.enum(ROLES).nullable().describe("null for the home's owner, who has no session"),
  partner: z.string().nullable(),
  openedAt: z.string().nullable(),
  endsAt: z.string().nullable(),
  steppedUpUntil: z.string().nullable(),
});

/** The routes. */
export function sessionRoutes(core: Core): FastifyPluginAsyncZod {
  const current = '/sessions/current';
  return async (server) => {
    server.post(
      '/sessions',
      {
        config: { traffic: 'signIn' },
        schema: {
          body: SIGN_IN,
          response: { 200: SESSION, 401: PROBLEM, 429: PROBLEM },
          summary: 'Sign in by name and password; the answer sets the cookie',
        },
      },
      async (request, reply) => {
        refuseForeignPage(request);
        const { name, password } = request.body;
        const opened = await signIn(core, name, password, request.ip);
        if ('refused' in opened) throw problemOf(opened, reply);
        setCookie(core, reply, opened.cookie);
        return opened.session;
      },
    );
    server.get(
      current,
      {
        config: { operation: 'keep_session' },
        schema: { response: { 200: SESSION }, summary: 'Who is signed in' },
      },
      async (request) => sessionOf(core, request),
    );
    server.post(
      `${current}/step-up`,
      {
        config: { operation: 'keep_session', traffic: 'signIn' },
        schema: {
          body: z.strictObject({ password: PASSWORD }),
          response: { 200: SESSION, 401: PROBLEM, 429: PROBLEM },
          summary: 'Show the password again; good for five minutes',
        },
      },
      async (request, reply) => {
        const cookie = cookieOf(core, request) ?? '';
        const answer = await stepUp(core, cookie, request.body.password, request.ip);
        if (answer === undefined) throw new Problem(404, 'no_session', 'there is no session');
        if ('refused' in answer) throw problemOf(answer, reply);
        return answer;
      },
    );
    server.delete(
      current,
      {
        config: { operation: 'keep_session' },
        schema: { response: { 204: z.null() }, summary: 'Sign out' },
      },
      async (request, reply) => {
        const cookie = cookieOf(core, request);
        if (cookie !== undefined) await endSession(core, cookie);
        forgetCookie(core, reply);
        return reply.status(204).send(null);
      },
    );
  };
}

/** The session of the request; the owner has none. */
async function sessionOf(core: Core, request: FastifyRequest): Promise<z.infer<typeof SESSION>> {
  const cookie = cookieOf(core, request);
  const session: Session | undefined =
    cookie === undefined ? undefined : await findSession(core, cookie);
  if (session !== undefined) return session;
  const none = { partner: null, openedAt: null, endsAt: null, steppedUpUntil: null };
  return { name: callerOf(request).id, role: null, ...none };
}

function problemOf(
  refusal: { refused: 'wrong_password' } | { refused: 'too_many_tries'; againAt: Instant },
  reply: FastifyReply,
): Problem {
  if (refusal.refused === 'wrong_password') {
    return new Problem(401, 'wrong_password', 'no such name with this password');
  }
  return tooOften(reply, refusal.againAt, 'too_many_tries', 'too many wrong tries');
}
