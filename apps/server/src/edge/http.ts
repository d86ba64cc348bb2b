/** The HTTP edge: routes by noun, problems, OpenAPI, health, metrics, pages, who may call. */
import path from 'node:path';
import cookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { approvalRoutes } from '../approval/routes.ts';
import { freezeRoutes } from '../card/freeze-routes.ts';
import { claimRoutes } from '../claim/routes.ts';
import { commandRoutes } from '../cli/routes.ts';
import { cloneRoutes } from '../clone/routes.ts';
import type { LogLevel } from '../config.ts';
import type { Core } from '../core.ts';
import { demoRoutes } from '../demo/routes.ts';
import { correctionRoutes } from '../donation/correction-routes.ts';
import { pushRoutes } from '../donation-import/push-routes.ts';
import { donationImportRoutes } from '../donation-import/routes.ts';
import { changeRoutes } from '../donor/change-routes.ts';
import { lookUpRoutes } from '../donor/look-up-routes.ts';
import { mergeRoutes } from '../donor/merge-routes.ts';
import { donorRoutes } from '../donor/routes.ts';
import { donorSessionRoutes } from '../donor-session/routes.ts';
import { deviceRoutes } from '../gate/batch-routes.ts';
import { gateRoutes } from '../gate/routes.ts';
import { laneRoutes } from '../lane/routes.ts';
import { oidcRoutes } from '../login/oidc-routes.ts';
import { sessionRoutes } from '../login/routes.ts';
import { machineRoutes } from '../machine/routes.ts';
import { noticeRoutes } from '../notice/routes.ts';
import { oneTimeCodeRoutes } from '../one-time-code/routes.ts';
import { passFreezeRoutes } from '../pass/freeze-routes.ts';
import { listRoutes, passRoutes } from '../pass/routes.ts';
import { redemptionRoutes } from '../redemption/routes.ts';
import { settlementRoutes } from '../settlement/routes.ts';
import { type Doors, guard, refuseOtherHosts, requireToken } from './guard.ts';
import { addHealth } from './health.ts';
import { logOptions, logRequests } from './log.ts';
import { addOpenApi } from './openapi.ts';
import { takeTurns } from './overload.ts';
import { answerWithProblems } from './problem.ts';

const PAGES = path.resolve(import.meta.dirname, '../../../web/dist');
const API = '/api/v1';
const LANE_PATHS = /^\/(lane(\/|$)|assets\/|icon\.svg$)/;
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

const ROUTES = [
  sessionRoutes,
  oidcRoutes,
  machineRoutes,
  donorSessionRoutes,
  oneTimeCodeRoutes,
  donationImportRoutes,
  pushRoutes,
  lookUpRoutes,
  donorRoutes,
  claimRoutes,
  passRoutes,
  redemptionRoutes,
  laneRoutes,
  gateRoutes,
  deviceRoutes,
  settlementRoutes,
  correctionRoutes,
  approvalRoutes,
  mergeRoutes,
  changeRoutes,
  freezeRoutes,
  passFreezeRoutes,
  cloneRoutes,
  noticeRoutes,
];

/** What the server is made of. */
export interface HttpOptions extends Doors {
  readonly core: Core;
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
  takeTurns(server);
  await guard(server, core, options);
  await addOpenApi(server);
  addHealth(server, core);
  await server.register(listRoutes(core), { prefix: API });
  for (const routes of ROUTES) {
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
    await server.register(demoRoutes(core), { prefix: API });
    await server.register(fastifyStatic, { root: PAGES, redirect: true });
  } else {
    // The lane and its parts; the demo is for development only.
    const allowedPath = (path: string) => LANE_PATHS.test(path);
    await server.register(fastifyStatic, { root: PAGES, redirect: true, allowedPath });
  }
  return server;
}

function addHeaders(server: FastifyInstance): void {
  server.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', CONTENT_SECURITY);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('permissions-policy', 'camera=(self), geolocation=(), microphone=()');
  });
}
