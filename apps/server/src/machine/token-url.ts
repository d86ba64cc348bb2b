/** Where machines get their tokens: also the one audience of their assertions. */
import type { Core } from '../core.ts';

/** The address as others call it: of the origin that is set, else where the server listens. */
export function tokenUrlOf(core: Core, server: { readonly listeningOrigin: string }): string {
  return `${core.config.origin ?? server.listeningOrigin}/api/v1/token`;
}
