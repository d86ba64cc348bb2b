/**
 * Two workers against one: whether scans of one gate computer run side by side. Each worker has
 * its own verifier and its own crowd, as the lanes of a station would.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Figures } from './measure.ts';
import { median } from './measure.ts';

const ROUNDS = 7;
const ROUND_MILLISECONDS = 700;

async function startWorker(): Promise<Worker> {
  const worker = new Worker(new URL('./scan-worker.ts', import.meta.url));
  await once(worker, 'message');
  return worker;
}

/** Scans a second that these workers do together. */
async function throughput(workers: readonly Worker[]): Promise<number> {
  const answers = workers.map(async (worker) => {
    worker.postMessage(ROUND_MILLISECONDS);
    const [perSecond] = await once(worker, 'message');
    return Number(perSecond);
  });
  let sum = 0;
  for (const perSecond of await Promise.all(answers)) sum += perSecond;
  return sum;
}

/** Warm scans a second of two workers, against one of them in the same rounds. */
export async function measureWorkers(say: (line: string) => void): Promise<Figures> {
  say('starting two workers');
  const workers = await Promise.all([startWorker(), startWorker()]);
  const ratios: number[] = [];
  const ones: number[] = [];
  const twos: number[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    // The worker that works alone takes turns, so that neither is the warmer one.
    const one = await throughput(workers.slice(round & 1, (round & 1) + 1));
    const two = await throughput(workers);
    if (round < 0) continue;
    ones.push(one);
    twos.push(two);
    ratios.push(two / one);
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  return {
    'workers.one': { value: median(ones), unit: 'scans/s', ratio: 1, against: 'one worker' },
    'workers.two': {
      value: median(twos),
      unit: 'scans/s',
      ratio: median(ratios),
      against: 'one worker',
      limit: { atLeast: 1.7 },
      note: 'on a quiet machine',
    },
  };
}
