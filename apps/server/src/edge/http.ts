/** The HTTP edge: routes by noun, problems, OpenAPI, health, metrics, pages, who may call. */
import { timingSafeEqual } from 'node:crypto';
import path from 'node:path';
import cookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { authorise, type Caller, type Identify } from '../access/caller.ts';
import { approvalRoutes } from '../approval/routes.ts';
import { commandRoutes } from '../cli/routes.ts';
import type { LogLevel } from '../config.ts';
import type { Core } from '../core.ts';
import { demoRoutes } from '../demo/routes.ts';
import { correctionRoutes } from '../donation/correction-routes.ts';
import { donationImportRoutes } from '../donation-import/routes.ts';
import { identifyByCookie } from '../login/cookie.ts';
import { sessionRoutes } from '../login/routes.ts';
import { developmentPassRoutes, listRoutes } from '../pass/routes.ts';
import { redemptionRoutes } from '../redemption/routes.ts';
import { settlementRoutes } from '../settlement/routes.ts';
import { addHealth } from './health.ts';
import { logOptions, logRequests } from './log.ts';
import { answerWithProblems, Problem } from './problem.ts';

const PAGES = path.resolve(import.meta.dirname, '../../../web/dist');
const API = '/api/v1';
const CONTENT_SECURITY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** What the server is made of. */
export interface HttpOptions {
  readonly core: Core;
  /** The secret that the home's owner shows. */
  readonly token: string;
  /** Nobody needs to sign in, and only this machine is answered: in development. */
  readonly open: boolean;
  readonly logLevel: LogLevel;
  /** Takes the log's lines instead of standard error. */
  readonly logTo?: { write(line: string): void };
  /** Hold answers against their shapes: in tests, because it halves the throughput. */
  readonly checkAnswers: boolean;
}

/** Builds the server; it listens to nothing yet. */
export async function buildHttp(options: HttpOptions): Promise<FastifyInstance> {
  const { core, token, open, logLevel, logTo, checkAnswers } = options;
  const { clock, random } = core;
  const server = fastify({
    ...logOptions({ level: logLevel, clock, random, ...(logTo ? { stream: logTo } : {}) }),
    trustProxy: core.config.proxies.length > 0 ? [...core.config.proxies] : false,
    bodyLimit: 1 << 20,
  }).withTypeProvider<ZodTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(
    checkAnswers ? serializerCompiler : () => (answer) => JSON.stringify(answer),
  );
  answerWithProblems(server);
  const development = core.config.mode === 'development';
  logRequests(server);
  addHeaders(server);
  if (open) refuseOtherHosts(server);
  await server.register(cookie);
  guard(server, core, token, open);
  await server.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Liyu', version: '0.1.0' } },
    transform: jsonSchemaTransform,
  });
  addHealth(server, core);
  await server.register(listRoutes(core), { prefix: API });
  const routesOfNouns = [
    sessionRoutes,
    donationImportRoutes,
    redemptionRoutes,
    settlementRoutes,
    correctionRoutes,
    approvalRoutes,
  ];
  for (const routes of routesOfNouns) {
    await server.register(routes(core), { prefix: API });
  }
  await server.register(
    async (owned) => {
      owned.addHook('onRequest', async (request) => requireToken(request, token));
      await owned.register(commandRoutes(core));
    },
    { prefix: API },
  );
  if (development) {
    await server.register(developmentPassRoutes(core), { prefix: API });
    await server.register(demoRoutes(core), { prefix: API });
    await server.register(fastifyStatic, { root: PAGES, redirect: true });
  }
  server.get('/api/openapi.json', { schema: { hide: true } }, async () => server.swagger());
  return server;
}

/**
 * Finds out who calls before a route that names an operation runs, and whether he may. A route
 * without an operation is public, or has a guard of its own.
 */
function guard(server: FastifyInstance, core: Core, token: string, open: boolean): void {
  const owner: Caller = { kind: 'owner', id: 'owner' };
  const ways: Identify[] = [
    async (request) => (showsToken(request, token) ? owner : undefined),
    identifyByCookie(core),
  ];
  server.decorateRequest('caller', undefined);
  server.decorateRequest('scope', undefined);
  server.addHook('onRequest', async (request) => {
    const { operation } = request.routeOptions.config;
    if (operation === undefined) return;
    for (const identify of ways) request.caller ??= await identify(request);
    if (open) request.caller ??= owner;
    request.scope = authorise(request.caller, operation, core.clock.now());
  });
}

function showsToken(request: FastifyRequest, token: string): boolean {
  const shown = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return shown.length === wanted.length && timingSafeEqual(shown, wanted);
}

/** The caller shows the home's secret, or is not known. */
function requireToken(request: FastifyRequest, token: string): void {
  if (!showsToken(request, token)) {
    throw new Problem(401, 'not_signed_in', 'show the token of server.json');
  }
}

function addHeaders(server: FastifyInstance): void {
  server.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', CONTENT_SECURITY);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('permissions-policy', 'camera=(self), geolocation=(), microphone=()');
  });
}

/**
 * In development nobody signs in, so only pages of this machine may call: a name that somebody
 * points at loopback is refused, and so is a page from elsewhere.
 */
function refuseOtherHosts(server: FastifyInstance): void {
  const local = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
  server.addHook('onRequest', async (request) => {
    const origin = request.headers.origin;
    const from = origin === undefined ? 'localhost' : origin.replace(/^https?:\/\//, '');
    if (!local.test(request.headers.host ?? '') || !local.test(from)) {
      throw new Problem(403, 'loopback_only', 'development answers this machine only');
    }
  });
}
