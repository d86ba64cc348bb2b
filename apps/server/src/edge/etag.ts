/** What a caller holds already is not sent again (RFC 9110, 13.1.2). */
import type { FastifyRequest } from 'fastify';

/** Whether the caller says that it holds what has this tag. */
export function isHeld({ headers }: Pick<FastifyRequest, 'headers'>, etag: string): boolean {
  const held = headers['if-none-match'];
  if (held === undefined) return false;
  const plain = (tag: string): string => tag.trim().replace(/^W\//, '');
  return held.split(',').some((tag) => plain(tag) === plain(etag));
}
