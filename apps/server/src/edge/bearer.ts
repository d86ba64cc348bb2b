/** The bearer token of a request (RFC 6750): in one header, never in the address. */
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

/** The token of `Authorization: Bearer …`, or `undefined`. */
export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/**
 * Throws the problem (400) of a request that shows two of what may be shown once, of which one
 * reader might take the first and another the second, or a token where logs would keep it.
 */
export function refuseOddCredentials(request: FastifyRequest): void {
  const { rawHeaders } = request.raw;
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  if (names.filter((name) => name === 'authorization').length > 1) {
    throw new Problem(400, 'invalid_request', 'Authorization stands in the request twice');
  }
  const query = new URL(request.url, 'http://localhost').searchParams;
  if (query.has('access_token')) {
    throw new Problem(400, 'invalid_request', 'a token does not belong into the address');
  }
}
