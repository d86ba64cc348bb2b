/** How a machine is known over HTTP: by the token that it got for its assertion. */
import type { Identify } from '../access/caller.ts';
import type { Core } from '../core.ts';
import { bearerOf } from '../edge/bearer.ts';
import { findMachineCaller } from './workflow.ts';

/** Knows the machine whose token the request shows. */
export function identifyMachine(core: Core): Identify {
  return async (request) => {
    const token = bearerOf(request);
    return token === undefined ? undefined : findMachineCaller(core, token);
  };
}
