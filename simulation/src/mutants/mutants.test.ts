import { expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { mutatedSource } from './patch.ts';

test('there are forty planted bugs at least, each with a name of its own', () => {
  expect(MUTANTS.length).toBeGreaterThanOrEqual(40);
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
});

test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
  '%s still fits the source',
  (_, mutant) => {
    expect(mutatedSource(mutant)).not.toContain(`${mutant.find}\u0000`);
    expect(mutant.find).not.toBe(mutant.replace);
  },
);

test('a text that is not there is an error that names the bug', () => {
  const [some] = MUTANTS;
  if (some === undefined) throw new Error('there are bugs');
  expect(() => mutatedSource({ ...some, find: 'no such text' })).toThrow(some.name);
});
