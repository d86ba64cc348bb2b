/** Who may call: every route names its operation or is public; the caller is known and judged. */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { authorise, type Identify } from '../access/caller.ts';
import { OWNER } from '../access/look.ts';
import { PUBLIC_ROUTES } from '../access/public.ts';
import type { Core } from '../core.ts';
import { identifyDonor } from '../donor-session/cookie.ts';
import { identifyByCookie } from '../login/cookie.ts';
import { identifyMachine } from '../machine/identify.ts';
import { refuseOddCredentials } from './bearer.ts';
import { Problem } from './problem.ts';
import { makeRateLimits } from './rate-limit.ts';

/** How callers are known. */
export interface Doors {
  /** The secret that the home's owner shows. */
  readonly token: string;
  /** Nobody needs to sign in: in development. */
  readonly open: boolean;
  /** Further ways of knowing a caller, asked in turn after the home's secret, cookies and machines. */
  readonly ways?: readonly Identify[];
}

/**
 * Finds out who calls before a route that names an operation runs, and whether he may. Throws for
 * a route that is added afterwards and neither names an operation nor is public.
 */
export async function guard(server: FastifyInstance, core: Core, doors: Doors): Promise<void> {
  const { token, open } = doors;
  const ways: readonly Identify[] = [
    async (request) => (showsToken(request, token) ? OWNER : undefined),
    identifyByCookie(core),
    identifyMachine(core),
    identifyDonor(core),
    ...(doors.ways ?? []),
  ];
  server.addHook('onRoute', requireOperation);
  server.decorateRequest('caller', undefined);
  server.decorateRequest('scope', undefined);
  const { limitAddress, limitCaller } = await makeRateLimits(server);
  server.addHook('onRequest', async (request, reply) => {
    refuseOddCredentials(request);
    if (!showsToken(request, token)) await limitAddress(request, reply);
    const { operation } = request.routeOptions.config;
    if (operation === undefined) return;
    for (const identify of ways) request.caller ??= await identify(request);
    // Who shows a token that is good no more must hear of it, in development too.
    if (open && request.headers.authorization === undefined) request.caller ??= OWNER;
    if (request.caller?.kind !== 'owner') await limitCaller(request, reply);
    request.scope = authorise(request.caller, operation, core.clock.now());
  });
}

/** A route as lists and tests name it. */
export function routeName(method: string, url: string): string {
  return `${method === 'HEAD' ? 'GET' : method} ${url}`;
}

function requireOperation({ method, url, config }: RouteOptions): void {
  for (const one of [method].flat()) {
    const name = routeName(one, url);
    const isPublic = name in PUBLIC_ROUTES;
    if ((config?.operation === undefined) === isPublic) continue;
    throw new Error(
      isPublic
        ? `${name} names an operation and stands in access/public.ts: one of them`
        : `${name} names no operation: add config: { operation } with a line in access/roles.ts`,
    );
  }
}

function showsToken(request: FastifyRequest, token: string): boolean {
  const shown = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return shown.length === wanted.length && timingSafeEqual(shown, wanted);
}

/** The caller shows the home's secret, or is not known. */
export function requireToken(request: FastifyRequest, token: string): void {
  if (!showsToken(request, token)) {
    throw new Problem(401, 'not_signed_in', 'show the token of server.json');
  }
}

/**
 * In development nobody signs in, so only pages of this machine may call: a name that somebody
 * points at loopback is refused, and so is a page from elsewhere.
 */
export function refuseOtherHosts(server: FastifyInstance): void {
  const local = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
  server.addHook('onRequest', async (request) => {
    const origin = request.headers.origin;
    const from = origin === undefined ? 'localhost' : origin.replace(/^https?:\/\//, '');
    if (!local.test(request.headers.host ?? '') || !local.test(from)) {
      throw new Problem(403, 'loopback_only', 'development answers this machine only');
    }
  });
}
