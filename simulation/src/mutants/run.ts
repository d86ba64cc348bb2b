/** Plants every bug in turn, and runs seeds until a checker sees it. */
import type { RunSize } from '../run-seed.ts';
import { startWorker } from '../workers.ts';
import { MUTANTS, type Mutant } from './mutants.ts';

/** Seeds that are tried before a bug counts as not found. */
const MOST_SEEDS = 60;

/** What came of a planted bug. */
export interface MutantReport {
  readonly name: string;
  readonly what: string;
  /** The invariants that were seen violated in the first seed that shows it; `null`: not found. */
  readonly foundBy: string | null;
  readonly seed: number | null;
  readonly example: string | null;
}

/** Runs all, or those that are named. */
export async function runMutants(
  options: RunSize & { readonly only: readonly string[]; readonly workers: number },
  note: (line: string) => void,
): Promise<{ readonly mutants: readonly MutantReport[] }> {
  const { only, workers } = options;
  const chosen = MUTANTS.filter(({ name }) => only.length === 0 || only.includes(name));
  const unknown = only.filter((name) => !MUTANTS.some((mutant) => mutant.name === name));
  if (unknown.length > 0) throw new Error(`there is no mutant ${unknown.join(', ')}`);
  const queue = [...chosen];
  const reports = new Map<string, MutantReport>();
  await Promise.all(
    Array.from({ length: workers }, async (_, which) => {
      for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
        const report = await findMutation(mutant, options, which);
        reports.set(mutant.name, report);
        note(`${report.name}: ${report.foundBy ?? 'NOT FOUND'} (${report.example ?? ''})`);
      }
    }),
  );
  return { mutants: chosen.flatMap(({ name }) => reports.get(name) ?? []) };
}

async function findMutation(mutant: Mutant, size: RunSize, which: number): Promise<MutantReport> {
  const { name, what } = mutant;
  const worker = startWorker(which, name);
  try {
    for (let seed = 1; seed <= MOST_SEEDS; seed += 1) {
      const answer = await worker
        .run(seed, size)
        .catch((cause: Error) => ({ thrown: cause.message }));
      if ('thrown' in answer) {
        const example = answer.thrown.split('\n')[0] ?? '';
        return { name, what, foundBy: 'thrown', seed, example };
      }
      const { breaches } = answer.report;
      if (breaches.length === 0) continue;
      const foundBy = [...new Set(breaches.map(({ invariant }) => invariant))].join(' ');
      return { name, what, foundBy, seed, example: breaches[0]?.what ?? null };
    }
    return { name, what, foundBy: null, seed: null, example: null };
  } finally {
    worker.close();
  }
}
