/**
 * A process that runs seeds: `node worker.ts [MUTANT]`. It is told seeds over its channel and tells
 * their reports. A mutant's patch is laid over the sources before anything of the product is loaded.
 */
import { layPatch } from './mutants/patch.ts';
import type { RunSize, SeedReport, SeedRunner } from './run-seed.ts';

/** What a worker is asked. */
export interface SeedTask {
  readonly seed: number;
  readonly size: RunSize;
}

/** What it answers: a report, or what the world or the product threw. */
export type SeedAnswer = { readonly report: SeedReport } | { readonly thrown: string };

const mutant = process.argv[2];
if (mutant !== undefined) layPatch(mutant);
const { openSeedRunner } = await import('./run-seed.ts');
let opening: Promise<SeedRunner> | undefined;

process.on('message', async ({ seed, size }: SeedTask) => {
  let answer: SeedAnswer;
  try {
    opening ??= openSeedRunner();
    answer = { report: await (await opening).run(seed, size) };
  } catch (cause) {
    answer = { thrown: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
  }
  process.send?.(answer);
});
process.on('disconnect', () => process.exit());
