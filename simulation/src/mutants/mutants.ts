/** All planted bugs, by the part of the product in which they are. */
import { IN_GATE } from './in-gate.ts';
import { IN_SERVER } from './in-server.ts';

/** A bug: a text of a source file, and what stands in its place. */
export interface Mutant {
  readonly name: string;
  /** What is wrong then. */
  readonly what: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The bugs. */
export const MUTANTS: readonly Mutant[] = [...IN_GATE, ...IN_SERVER];

/** The bug of the name. */
export function findMutant(name: string): Mutant {
  const mutant = MUTANTS.find((one) => one.name === name);
  if (mutant === undefined) throw new Error(`there is no mutant ${name}`);
  return mutant;
}
