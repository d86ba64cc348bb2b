/** Which value of the programme holds on which day. */
import type { CivilDate } from '../kernel/index.ts';
import type { Dated, ParameterId, Parameters, Programme, Version } from './programme.ts';

/** The dated value in force on the day, or `undefined` when none is. */
export function findOn<T>(values: readonly Dated<T>[], day: CivilDate): Dated<T> | undefined {
  for (const dated of values) {
    if (dated.from <= day && (dated.through === null || day <= dated.through)) return dated;
  }
  return undefined;
}

/** The version in force on the day, or `undefined` before the first. */
export function findVersion(programme: Programme, day: CivilDate): Version | undefined {
  return programme.versions.findLast((version) => version.from <= day);
}

/** A parameter with its clause; that it has a value on the day is the loader's promise. */
export function parameterOn<P extends ParameterId>(
  programme: Programme,
  id: P,
  day: CivilDate,
): Dated<Parameters[P]> {
  const found = findOn<Parameters[P]>(programme.parameters[id], day);
  if (found === undefined) throw new Error(`invariant broken: no value of ${id} on ${day}`);
  return found;
}
