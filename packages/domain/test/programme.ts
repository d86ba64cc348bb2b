/** The real programme for tests of the rules, and ways to try another value or another waiver. */
import { fileURLToPath } from 'node:url';
import { loadProgramme } from '../../../apps/server/src/programme/loader.ts';
import type {
  ClauseId,
  Dated,
  ParameterId,
  Parameters,
  Programme,
} from '../src/programme/index.ts';
import { civil } from './donations.ts';

/** The one real programme that the repository carries. */
export const programme: Programme = loadProgramme(
  fileURLToPath(new URL('../../../programmes/taiyuan', import.meta.url)),
);

/** A dated value as a test writes it. */
export function dated<T>(from: string, through: string | null, value: T): Dated<T> {
  const last = through === null ? null : civil(through);
  return { from: civil(from), through: last, value, clause: `test.${from}` as ClauseId };
}

/** The programme with other values of one parameter. */
export function withValues<P extends ParameterId>(
  id: P,
  ...values: readonly Dated<Parameters[P]>[]
): Programme {
  return { ...programme, parameters: { ...programme.parameters, [id]: values } };
}
