/**
 * The process's log: JSON, a line each, to standard error. One line a request, with the route's
 * pattern and never its address; no header, no body, nobody's id.
 */
import { toHex } from '@liyu/pass';
import { type FastifyInstance, LogController } from 'fastify';
import type { LogLevel } from '../config.ts';
import type { Clock, Random } from './clock.ts';
import { faultOf } from './fault.ts';

/** Where a log goes and what it is stamped with. */
export interface LogOptions {
  readonly level: LogLevel;
  readonly clock: Clock;
  readonly random: Random;
  /** Takes the lines; standard error unless said. */
  readonly stream?: { write(line: string): void };
}

const STANDARD_ERROR = { write: (line: string): void => void process.stderr.write(line) };
const ID_BYTES = 12;

/** Fastify's options for the log: every error, whoever logs it, goes through `faultOf`. */
export function logOptions(options: LogOptions) {
  const { level, clock, random, stream = STANDARD_ERROR } = options;
  return {
    logger: {
      level,
      stream,
      base: { pid: process.pid },
      timestamp: () => `,"time":"${clock.now()}"`,
      formatters: { level: (label: string) => ({ level: label }) },
      // What Fastify would say of a request or answer holds addresses and headers.
      serializers: { req: () => ({}), res: () => ({}) },
      hooks: {
        logMethod(said: unknown[], method: (...said: unknown[]) => void): void {
          method.apply(this, withoutErrors(said));
        },
      },
    },
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request' }),
    // Our own, never the caller's: what he sends could be anything.
    requestIdHeader: false,
    genReqId: () => toHex(random.bytes(ID_BYTES)),
  } as const;
}

/** What was said, with every error described by `faultOf`; an error's own words never stand alone. */
function withoutErrors(said: readonly unknown[]): unknown[] {
  const [first, ...rest] = said;
  if (first instanceof Error) return [{ fault: faultOf(first) }, 'fault'];
  if (typeof first === 'object' && first !== null && 'err' in first) {
    return [{ fault: faultOf(first.err) }, 'fault'];
  }
  return [first, ...rest];
}

/** Answers every request with its id (`X-Request-Id`) and writes its one line. */
export function logRequests(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  server.addHook('onResponse', async (request, reply) => {
    const { caller } = request;
    request.log.info(
      {
        route: request.routeOptions.url ?? 'none',
        method: request.method,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        caller: caller?.kind ?? 'nobody',
        ...(caller !== undefined && 'role' in caller ? { role: caller.role } : {}),
      },
      'request',
    );
  });
}
