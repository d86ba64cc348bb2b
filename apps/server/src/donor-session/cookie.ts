/** The cookie of a donor's session, and who a request with one is. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Identify } from '../access/caller.ts';
import type { Core } from '../core.ts';
import { refuseForeignPage } from '../login/cookie.ts';
import { liveSession, SESSION_LIFE_SECONDS } from './workflow.ts';

/** In production only this host, by HTTPS, gets it back (`__Host-`, RFC 6265bis). */
function nameOf(core: Core): string {
  return core.config.mode === 'production' ? '__Host-liyu-donor' : 'liyu-donor';
}

function attributesOf(core: Core) {
  const secure = core.config.mode === 'production';
  return { path: '/', httpOnly: true, sameSite: 'strict', secure } as const;
}

/** Gives the cookie; it outlives the browser, as the session does. */
export function giveCookie(core: Core, reply: FastifyReply, cookie: string): void {
  const attributes = { ...attributesOf(core), maxAge: SESSION_LIFE_SECONDS };
  reply.setCookie(nameOf(core), cookie, attributes);
}

/** Takes the cookie back. */
export function takeCookieBack(core: Core, reply: FastifyReply): void {
  reply.clearCookie(nameOf(core), attributesOf(core));
}

/** What the cookie of the request holds, or `undefined`. */
export function donorCookieOf(core: Core, request: FastifyRequest): string | undefined {
  return request.cookies[nameOf(core)];
}

/** Knows a donor by the cookie. */
export function identifyDonor(core: Core): Identify {
  return async (request) => {
    const cookie = donorCookieOf(core, request);
    const session = cookie === undefined ? undefined : await liveSession(core, cookie);
    if (session === undefined) return undefined;
    refuseForeignPage(request, true);
    return { kind: 'donor', id: session.donorId, role: 'donor', ...session };
  };
}
