/** One worker of the two-worker benchmark: told for how long, it scans and tells how many a second. */
import { performance } from 'node:perf_hooks';
import { parentPort } from 'node:worker_threads';
import { createVerifier } from '@liyu/pass';
import { nodeCrypto } from '@liyu/pass/node';
import { makeCrowd } from './crowd.ts';

const { showings, at } = await makeCrowd(100, 1);
const verifier = createVerifier({ crypto: nodeCrypto });

async function scanFor(milliseconds: number): Promise<number> {
  const start = performance.now();
  let scans = 0;
  let elapsed = 0;
  while (elapsed < milliseconds) {
    for (const { text } of showings) {
      const answer = await verifier.verify(text, at);
      if (!answer.ok) throw new Error(answer.detail);
    }
    scans += showings.length;
    elapsed = performance.now() - start;
  }
  return (scans * 1000) / elapsed;
}

await scanFor(200);
parentPort?.on('message', async (milliseconds: number) => {
  parentPort?.postMessage(await scanFor(milliseconds));
});
parentPort?.postMessage('ready');
