/** Processes that run seeds side by side, each with its own engine, and in another time zone. */
import { type ChildProcess, fork } from 'node:child_process';
import type { RunSize } from './run-seed.ts';
import type { SeedAnswer } from './worker.ts';

/** Zones of the process: no answer may depend on them. */
const ZONES = ['UTC', 'America/Los_Angeles', 'Asia/Kathmandu', 'Pacific/Chatham'] as const;

/** A process that runs seeds. */
export interface SeedWorker {
  run(seed: number, size: RunSize): Promise<SeedAnswer>;
  close(): void;
}

/** Starts the n-th process; with the name of a mutant it runs the mutated product. */
export function startWorker(which: number, mutant?: string): SeedWorker {
  const child: ChildProcess = fork(
    new URL('./worker.ts', import.meta.url),
    mutant === undefined ? [] : [mutant],
    { env: { TZ: ZONES[which % ZONES.length] }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  return {
    run: (seed, size) =>
      new Promise((resolve, reject) => {
        const onExit = (code: number | null): void => reject(new Error(`worker ended: ${code}`));
        child.once('exit', onExit);
        child.once('message', (answer: SeedAnswer) => {
          child.off('exit', onExit);
          resolve(answer);
        });
        child.send({ seed, size });
      }),
    close() {
      if (child.connected) child.disconnect();
    },
  };
}

/** Runs the seeds, each with the worker of its scene, and tells every answer as it comes. */
export async function runSeeds(
  seeds: readonly number[],
  size: RunSize,
  workers: number,
  onAnswer: (seed: number, answer: SeedAnswer) => void,
): Promise<void> {
  const queue = [...seeds];
  await Promise.all(
    Array.from({ length: Math.min(workers, seeds.length) }, async (_, which) => {
      const worker = startWorker(which);
      try {
        for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) {
          onAnswer(seed, await worker.run(seed, size));
        }
      } finally {
        worker.close();
      }
    }),
  );
}
