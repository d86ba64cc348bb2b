/**
 * `npm run simulate -- [--seeds N] [--gates G] [--donors D] [--hours H] [--seed S] [--json]`: runs
 * days of the seeded city and says what may not be. `--mutants [--only NAME,NAME]` plants bugs, one
 * after the other, and says which checker finds each. Progress on standard error. Exit status 1 when
 * something was violated, or a planted bug was not found.
 */

import { describeCampaign, runCampaign } from './campaign.ts';
import { CHECKERS } from './checkers/all.ts';
import { runMutants } from './mutants/run.ts';
import { BadOption, type Options, readOptions } from './options.ts';

const note = (line: string): void => void process.stderr.write(`${line}\n`);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function run(options: Options): Promise<boolean> {
  if (options.mutants) {
    const report = await runMutants(options, note);
    if (options.json) print(JSON.stringify(report, null, 2));
    else
      for (const { name, foundBy } of report.mutants) print(`${name}: ${foundBy ?? 'NOT FOUND'}`);
    return report.mutants.every(({ foundBy }) => foundBy !== null);
  }
  const report = await runCampaign(options, note);
  if (options.json) print(JSON.stringify(report, null, 2));
  else {
    for (const { invariant, says } of CHECKERS) print(`${invariant}: ${says}`);
    print(describeCampaign(report));
  }
  return report.breaches.length === 0 && report.thrown.length === 0;
}

try {
  process.exitCode = (await run(readOptions(process.argv.slice(2)))) ? 0 : 1;
} catch (cause) {
  if (!(cause instanceof BadOption)) throw cause;
  note(cause.message);
  process.exitCode = 2;
}
