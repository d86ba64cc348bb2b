/** Signing in elsewhere: `/api/v1/sessions/oidc` sends the browser to the city's provider. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Core } from '../core.ts';
import { PROBLEM, Problem } from '../edge/problem.ts';
import { setCookie } from './cookie.ts';
import { createProvider, ProviderFault } from './provider.ts';
import { signInBySubject } from './workflow.ts';

/** So long may somebody take at the provider. */
const ASKED_SECONDS = 600;
const START = '/sessions/oidc';
const ANSWER = `${START}/callback`;
const SECRET = /^([\w-]{43})\.(\d{10,12})$/;

/** The routes; without a provider in the configuration both answer that there is none. */
export function oidcRoutes(core: Core): FastifyPluginAsyncZod {
  const { oidc, mode, origin } = core.config;
  const provider = oidc && createProvider(oidc);
  const secure = mode === 'production';
  const cookieName = secure ? '__Host-liyu-oidc' : 'liyu-oidc';
  // The provider's page leads back, so this cookie must come along from another site.
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
  const nowSeconds = () => Math.floor(Date.parse(core.clock.now()) / 1000);
  return async (server) => {
    server.get(
      START,
      {
        config: { traffic: 'signIn' },
        schema: { response: { 302: z.null(), 404: PROBLEM }, summary: 'Sign in at the provider' },
      },
      async (_request, reply) => {
        if (provider === undefined || origin === undefined) throw noProvider();
        const random = Buffer.from(core.random.bytes(32)).toString('base64url');
        const secret = `${random}.${nowSeconds() + ASKED_SECONDS}`;
        const address = await orNotReady(
          provider.askAt(secret, `${origin}${server.prefix}${ANSWER}`),
        );
        reply.setCookie(cookieName, secret, { ...cookie, maxAge: ASKED_SECONDS });
        return reply.header('cache-control', 'no-store').redirect(address.href, 302);
      },
    );
    server.get(
      ANSWER,
      {
        config: { traffic: 'signIn' },
        schema: {
          response: { 303: z.null(), 401: PROBLEM, 404: PROBLEM },
          summary: 'The provider’s answer; sets the cookie of the session',
        },
      },
      async (request, reply) => {
        if (provider === undefined || origin === undefined) throw noProvider();
        const secret = request.cookies[cookieName] ?? '';
        reply.clearCookie(cookieName, cookie);
        reply.header('cache-control', 'no-store');
        const until = Number(SECRET.exec(secret)?.[2] ?? 0);
        if (until <= nowSeconds()) throw refused();
        const address = new URL(request.url, origin);
        const subject = await orNotReady(provider.readAnswer(secret, address));
        const opened = subject && (await signInBySubject(core, subject));
        if (opened === undefined) throw refused();
        setCookie(core, reply, opened.cookie);
        return reply.redirect('/', 303);
      },
    );
  };
}

async function orNotReady<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (!(cause instanceof ProviderFault)) throw cause;
    throw new Problem(503, 'provider_not_ready', cause.message);
  }
}

function noProvider(): Problem {
  return new Problem(404, 'not_found', 'no identity provider is configured');
}

/** The same for everybody: who is not linked does not hear whether the rest was right. */
function refused(): Problem {
  return new Problem(401, 'not_signed_in', 'the sign-in was not taken; begin again');
}
