/**
 * `npm run conformance -- --target HOST:PORT [--vectors FOLDER] [--within MS] [--json]`: plays the vectors of the
 * pass and the faults of a wire against a gate's TCP channel that runs the test profile. Exit status
 * 0 when all came out right, 1 when not, 2 for wrong usage, 3 when the target cannot be reached.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseAddress } from '../agent/address.ts';
import { playFaults } from './play-faults.ts';
import { type Play, playVectors, type Trial } from './play-vectors.ts';

const VECTORS = path.resolve(import.meta.dirname, '../../../../packages/pass/vectors');
const WITHIN_MS = '15000';

class Usage extends Error {}

function readOptions(): Play & { json: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        target: { type: 'string' },
        vectors: { type: 'string', default: VECTORS },
        within: { type: 'string', default: WITHIN_MS },
        json: { type: 'boolean', default: false },
      },
    });
    const target = parseAddress(values.target ?? '');
    if (target === undefined) throw new Usage('--target: HOST:PORT');
    if (!/^\d{1,6}$/.test(values.within)) throw new Usage('--within: milliseconds');
    const { vectors: folder, json } = values;
    return { target, folder, withinMs: Number(values.within), json };
  } catch (cause) {
    throw new Usage((cause as Error).message);
  }
}

function printReport(trials: readonly Trial[]): void {
  const groups = new Map<string, Trial[]>();
  for (const trial of trials) groups.set(trial.group, [...(groups.get(trial.group) ?? []), trial]);
  for (const [group, tried] of groups) {
    const wrong = tried.filter(({ why }) => why !== '');
    process.stdout.write(`${group}: ${tried.length - wrong.length} right, ${wrong.length} wrong\n`);
    for (const { name, why } of wrong) process.stdout.write(`  ${name}: ${why}\n`);
  }
}

async function main(): Promise<number> {
  const { json, ...play } = readOptions();
  const trials = [...(await playVectors(play)), ...(await playFaults(play))];
  const wrong = trials.filter(({ why }) => why !== '').length;
  if (json) {
    process.stdout.write(`${JSON.stringify({ right: trials.length - wrong, wrong, trials })}\n`);
  } else printReport(trials);
  return wrong === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (cause) {
  process.stderr.write(`${(cause as Error).message}\n`);
  process.exitCode = cause instanceof Usage ? 2 : 3;
}
