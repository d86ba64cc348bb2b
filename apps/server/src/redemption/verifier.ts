/** The verifier of codes: one a keyring, with its cache of verified passes. */
import { createVerifier, type Verifier } from '@liyu/pass';
import { nodeCrypto } from '@liyu/pass/node';
import type { Core } from '../core.ts';

const verifiers = new WeakMap<Core['keyring'], Verifier>();

/** The verifier of the core's keyring. */
export function verifierOf(core: Core): Verifier {
  const known = verifiers.get(core.keyring) ?? createVerifier({ crypto: nodeCrypto });
  verifiers.set(core.keyring, known);
  return known;
}
