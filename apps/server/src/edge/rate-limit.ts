/**
 * Limits of `traffic.ts`: by address before anything is looked up, by caller once he is known. The
 * counts are this process's; each keeps 5,000 addresses or callers at most, the latest.
 */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';
import { type Kind, TRAFFIC, type Traffic, trafficOf } from './traffic.ts';

const MINUTE_MS = 60_000;

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;
type Limit = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** The two limits; each throws the problem (429) and says by `Retry-After` when to come again. */
export interface RateLimits {
  readonly limitAddress: Limit;
  readonly limitCaller: Limit;
}

/** Makes the limits. */
export async function makeRateLimits(server: FastifyInstance): Promise<RateLimits> {
  await server.register(rateLimit, { global: false });
  const timeWindow = MINUTE_MS;
  const addresses = new Map<Traffic, Limiter>();
  const callers = new Map<Traffic, Limiter>();
  for (const traffic of Object.keys(TRAFFIC) as Traffic[]) {
    const { perAddress, perCaller }: Kind = TRAFFIC[traffic];
    addresses.set(traffic, server.createRateLimit({ max: perAddress, timeWindow }));
    if (perCaller === undefined) continue;
    const keyGenerator = (request: FastifyRequest) =>
      `${request.caller?.kind}:${request.caller?.id}`;
    callers.set(traffic, server.createRateLimit({ max: perCaller, timeWindow, keyGenerator }));
  }
  const limitBy = (limiters: ReadonlyMap<Traffic, Limiter>): Limit => {
    return async (request, reply) => {
      const traffic = trafficOf(request);
      const count = traffic && (await limiters.get(traffic)?.(request));
      if (count === undefined || count.isAllowed || !count.isExceeded) return;
      reply.header('retry-after', String(Math.max(1, count.ttlInSeconds)));
      throw new Problem(429, 'too_many_requests', `at most ${count.max} a minute`);
    };
  };
  return { limitAddress: limitBy(addresses), limitCaller: limitBy(callers) };
}
