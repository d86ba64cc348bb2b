/** Many seeds, and what they came to together. */
import { judgeShare } from './checkers/revocation.ts';
import type { RunSize } from './run-seed.ts';
import { runSeeds } from './workers.ts';
import { addFaults, type Fault, type FaultCounts, noFaults } from './world/faults.ts';

/** From so many seeds on a fault that never happened is worth a word. */
const MANY = 50;

/** What is run. */
export interface CampaignOptions extends RunSize {
  readonly seeds: number;
  readonly from: number;
  readonly workers: number;
  /** Seeds that are run in any case: those that failed once. */
  readonly also?: readonly number[];
}

/** What came of it. */
export interface CampaignReport {
  readonly seeds: number;
  readonly events: number;
  readonly scans: number;
  readonly uses: number;
  readonly faults: FaultCounts;
  readonly neverHappened: readonly Fault[];
  readonly breaches: readonly { seed: number; invariant: string; what: string }[];
  /** What the world or the product threw, by seed. */
  readonly thrown: readonly { seed: number; what: string }[];
  /** The trace of each seed. */
  readonly traces: Readonly<Record<number, string>>;
}

/** Runs the seeds `from`, `from + 1`, … and tells progress. */
export async function runCampaign(
  options: CampaignOptions,
  note: (line: string) => void,
): Promise<CampaignReport> {
  const { seeds, from, workers, also = [] } = options;
  const planned = Array.from({ length: seeds }, (_, at) => from + at);
  const all = [...new Set([...also, ...planned])];
  const faults = noFaults();
  const breaches: { seed: number; invariant: string; what: string }[] = [];
  const thrown: { seed: number; what: string }[] = [];
  const traces: Record<number, string> = {};
  const sums = { events: 0, scans: 0, uses: 0 };
  const revocation = { tries: 0, opened: 0 };
  let done = 0;
  await runSeeds(all, options, workers, (seed, answer) => {
    done += 1;
    if ('thrown' in answer) {
      thrown.push({ seed, what: answer.thrown });
      note(`seed ${seed} threw: ${answer.thrown}`);
      return;
    }
    const { report } = answer;
    traces[seed] = report.trace;
    addFaults(faults, report.faults);
    for (const name of ['events', 'scans', 'uses'] as const) sums[name] += report[name];
    revocation.tries += report.revocation.tries;
    revocation.opened += report.revocation.opened;
    for (const breach of report.breaches) {
      breaches.push({ seed, ...breach });
      note(`seed ${seed}: ${breach.invariant}: ${breach.what}`);
    }
    if (done % 10 === 0) note(`${done} of ${all.length} seeds`);
  });
  const share = judgeShare(revocation);
  if (share !== undefined) breaches.push({ seed: from, invariant: 'I3', what: share });
  const never = (Object.keys(faults) as Fault[]).filter((fault) => faults[fault] === 0);
  return {
    seeds: all.length,
    ...sums,
    faults,
    neverHappened: all.length >= MANY ? never : [],
    breaches,
    thrown,
    traces,
  };
}

/** The report for people. */
export function describeCampaign(report: CampaignReport): string {
  const { seeds, events, scans, uses, faults, neverHappened, breaches, thrown } = report;
  const kinds = Object.entries(faults).map(([kind, times]) => `  ${kind} ${times}`);
  return [
    `${seeds} seeds, ${events} events, ${scans} scans, ${uses} uses`,
    'faults:',
    ...kinds,
    ...neverHappened.map((kind) => `never happened: ${kind}`),
    ...thrown.map(({ seed, what }) => `seed ${seed} threw: ${what}`),
    ...breaches.map(({ seed, invariant, what }) => `seed ${seed}: ${invariant}: ${what}`),
    `${breaches.length + thrown.length} breaches`,
    ...failedSeeds(report).map((seed) => `replay: npm run simulate -- --seed ${seed}`),
  ].join('\n');
}

function failedSeeds({ breaches, thrown }: CampaignReport): number[] {
  return [...new Set([...breaches, ...thrown].map(({ seed }) => seed))];
}
