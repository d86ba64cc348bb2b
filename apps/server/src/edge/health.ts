/** Liveness, readiness and metrics. Labels are patterns of routes, never addresses. */
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Core } from '../core.ts';
import { Problem } from './problem.ts';

/** From 1 ms, which a scan takes, to 10 s, after which everybody has gone. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Adds `/healthz`, `/readyz` and `/metrics`. */
export function addHealth(server: FastifyInstance, core: Core): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  countRequests(server, registry);
  countQuarantine(server, registry);
  server.get(
    '/healthz',
    { config: { traffic: 'monitor' }, schema: { summary: 'The process is alive' } },
    async () => ({
      status: 'alive',
    }),
  );
  server.get(
    '/readyz',
    { config: { traffic: 'monitor' }, schema: { summary: 'The database answers' } },
    async () => {
      await sql`select 1`.execute(core.database).catch(() => {
        throw new Problem(503, 'not_ready', 'the database does not answer');
      });
      return { status: 'ready', programme: core.programme.id };
    },
  );
  server.get(
    '/metrics',
    { config: { traffic: 'monitor' }, schema: { hide: true } },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Counts a gate's record that is kept aside, by why: somebody is to look at it. */
    countQuarantined?: (because: string) => void;
  }
}

function countQuarantine(server: FastifyInstance, registry: Registry): void {
  const quarantined = new Counter({
    name: 'liyu_gate_quarantined_total',
    help: "Gates' records that were kept aside, by why",
    labelNames: ['because'],
    registers: [registry],
  });
  server.decorate('countQuarantined', (because: string) => quarantined.inc({ because }));
}

function countRequests(server: FastifyInstance, registry: Registry): void {
  const requests = new Counter({
    name: 'liyu_http_requests_total',
    help: 'Requests by route, method and status',
    labelNames: ['route', 'method', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'liyu_http_request_seconds',
    help: 'How long requests took, by route',
    labelNames: ['route'],
    buckets: SECONDS,
    registers: [registry],
  });
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    requests.inc({ route, method: request.method, status: reply.statusCode });
    seconds.observe({ route }, reply.elapsedTime / 1000);
  });
}
