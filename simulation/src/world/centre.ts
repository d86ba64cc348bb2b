/**
 * The server in the world: the real core behind the real routes that gates call, without sockets.
 * It can be away, it starts anew, its database breaks in the middle of things, it is put back to a
 * backup. Who calls is known by the world: signing in is tested elsewhere.
 */
import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { authorise, type Caller } from '../../../apps/server/src/access/caller.ts';
import type { Core } from '../../../apps/server/src/core.ts';
import { answerWithProblems } from '../../../apps/server/src/edge/problem.ts';
import { deviceRoutes } from '../../../apps/server/src/gate/batch-routes.ts';
import { listRoutes } from '../../../apps/server/src/pass/routes.ts';
import type { City } from './city.ts';
import { isoOf } from './city-time.ts';
import type { Dice } from './dice.ts';
import type { FaultCounter } from './faults.ts';
import type { Schedule } from './schedule.ts';
import type { TruthLog } from './truth.ts';

/** A request as a gate makes it. */
export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** The version that the caller holds. */
  readonly etag: string | null;
  readonly body?: string;
}

/** What came back. */
export interface Answered {
  readonly status: number;
  readonly etag: string | null;
  readonly now: string;
  readonly body: Buffer;
}

/** The server. */
export interface Centre {
  readonly isUp: boolean;
  /** The core of the start that runs; what people at the counter work with. */
  readonly core: Core;
  /** Throws when the server is away. */
  ask(caller: Caller, asked: Asked): Promise<Answered>;
  start(): Promise<void>;
  stop(): void;
  /** Its database does not break any more. */
  calm(): void;
  /** A backup is made, over the one before. */
  keep(): Promise<void>;
  /** Puts the database back to the backup; the server is away then. */
  restore(): Promise<void>;
}

/** A server that is not started yet, on the city's engine. */
export function createCentre(
  city: City,
  world: { schedule: Schedule; dice: Dice; truth: TruthLog; faults: FaultCounter },
): Centre {
  const { schedule, dice, truth, faults } = world;
  let running: { core: Core; http: FastifyInstance } | undefined;
  let starts = 0;
  let isTroubled = true;
  return {
    calm() {
      isTroubled = false;
    },
    get isUp() {
      return running !== undefined;
    },
    get core() {
      if (running === undefined) throw new Error('the server is away');
      return running.core;
    },
    async ask(caller, { method, url, etag, body }) {
      if (running === undefined) throw new Error('the server is away');
      const breaks = isTroubled && method === 'POST' && dice.chance(0.02);
      if (breaks) city.engine.breakAfter(dice.between(1, 12));
      const { http } = running;
      const answer = await http.inject({
        method,
        url,
        headers: {
          caller: JSON.stringify(caller),
          ...(etag === null ? {} : { 'if-none-match': etag }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { payload: body }),
      });
      if (breaks && !city.engine.spare()) faults.count('transaction_broken');
      return {
        status: answer.statusCode,
        etag: (answer.headers.etag as string | undefined) ?? null,
        now: isoOf(schedule.now),
        body: answer.rawPayload,
      };
    },
    async start() {
      starts += 1;
      const core = city.startCore(schedule, dice.fork(`start ${starts}`));
      running = { core, http: await buildRoutes(core) };
      truth.tell({ what: 'server', is: 'up' });
    },
    stop() {
      if (running === undefined) return;
      void running.http.close();
      running = undefined;
      truth.tell({ what: 'server', is: 'down' });
    },
    async keep() {
      await city.engine.keep('backup');
      truth.tell({ what: 'server', is: 'kept' });
    },
    async restore() {
      this.stop();
      await city.engine.bringBack('backup');
      // A backup does not hold the ledger's name, so that gates hear of another one.
      await city.engine.run('TRUNCATE ledger_epoch');
      truth.tell({ what: 'server', is: 'restored' });
    },
  };
}

/** The routes that gates call, with the caller that the world names. */
async function buildRoutes(core: Core): Promise<FastifyInstance> {
  const server = fastify({ bodyLimit: 1 << 20, logger: false });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  answerWithProblems(server);
  server.decorateRequest('caller', undefined);
  server.decorateRequest('scope', undefined);
  server.decorate('countQuarantined', () => {});
  server.addHook('onRequest', async (request) => {
    const { operation } = request.routeOptions.config;
    if (operation === undefined) return;
    request.caller = JSON.parse(String(request.headers.caller)) as Caller;
    request.scope = authorise(request.caller, operation, core.clock.now());
  });
  await server.register(listRoutes(core), { prefix: '/api/v1' });
  await server.register(deviceRoutes(core), { prefix: '/api/v1' });
  return server;
}
