/** The cookie of a session, and who a request with one is. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Identify } from '../access/caller.ts';
import type { Core } from '../core.ts';
import { Problem } from '../edge/problem.ts';
import { findSession } from './workflow.ts';

/** In production only this host, by HTTPS, gets it back (`__Host-`, RFC 6265bis). */
function nameOf(core: Core): string {
  return core.config.mode === 'production' ? '__Host-liyu' : 'liyu';
}

function attributesOf(core: Core) {
  const secure = core.config.mode === 'production';
  return { path: '/', httpOnly: true, sameSite: 'strict', secure } as const;
}

/** What the cookie of the request holds, or `undefined`. */
export function cookieOf(core: Core, request: FastifyRequest): string | undefined {
  return request.cookies[nameOf(core)];
}

/** Gives the cookie; it lives as long as the browser does, and the session no longer than it may. */
export function setCookie(core: Core, reply: FastifyReply, cookie: string): void {
  reply.setCookie(nameOf(core), cookie, attributesOf(core));
}

/** Takes the cookie back. */
export function forgetCookie(core: Core, reply: FastifyReply): void {
  reply.clearCookie(nameOf(core), attributesOf(core));
}

/** Knows staff by the cookie. A cookie of no live session is a caller who is not known. */
export function identifyByCookie(core: Core): Identify {
  return async (request) => {
    const cookie = cookieOf(core, request);
    if (cookie === undefined) return undefined;
    const session = await findSession(core, cookie);
    if (session === undefined) throw new Problem(401, 'not_signed_in', 'sign in first');
    refuseForeignPage(request, true);
    const { name, role, partner, steppedUpUntil } = session;
    return {
      kind: 'staff',
      id: name,
      role,
      ...(partner === null ? {} : { partner }),
      ...(steppedUpUntil === null ? {} : { steppedUpUntil }),
    };
  };
}

/**
 * Refuses a request that changes something and comes from another site's page. A browser says
 * where it comes from by `Sec-Fetch-Site`, an older one by `Origin`; by cookie, one of them must.
 */
export function refuseForeignPage(request: FastifyRequest, byCookie = false): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  const { origin, host } = request.headers;
  const own =
    site !== undefined
      ? site === 'same-origin'
      : origin !== undefined
        ? origin.replace(/^https?:\/\//, '') === host
        : !byCookie;
  if (!own) throw new Problem(403, 'foreign_page', 'the request comes from another page');
}
