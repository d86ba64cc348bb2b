/** A short form of `npm run simulate`: sound days, the same trace in two zones, some planted bugs. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
import { runMutants } from './mutants/run.ts';
import { startWorker } from './workers.ts';

const SIZE = { gates: 8, donors: 60, hours: 12 };
const LONG = 900_000;
const { failed } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../seeds.json'), 'utf8'),
) as { failed: number[] };

test(
  'days of the city, and every day that ever went wrong: nothing is violated',
  async () => {
    const options = { ...SIZE, seeds: 8, from: 1, workers: 2, also: failed };
    const report = await runCampaign(options, () => {});
    expect(report.breaches).toEqual([]);
    expect(report.thrown).toEqual([]);
    expect(report.uses).toBeGreaterThan(8 * 100);
  },
  LONG,
);

test(
  'a seed has one trace, whatever zone the process is in',
  async () => {
    const size = { gates: 4, donors: 20, hours: 6 };
    const workers = [startWorker(0), startWorker(1)];
    try {
      const answers = await Promise.all(workers.map((worker) => worker.run(7, size)));
      const traces = answers.map((answer) => ('report' in answer ? answer.report.trace : answer));
      expect(traces[0]).toMatch(/^[0-9a-f]{64}$/);
      expect(traces[1]).toBe(traces[0]);
    } finally {
      for (const worker of workers) worker.close();
    }
  },
  LONG,
);

test(
  'bugs that are planted are seen by the checker of their invariant',
  async () => {
    const only = ['open-before-sync', 'open-without-record', 'revoked-is-valid'];
    const { mutants } = await runMutants({ ...SIZE, only, workers: 2 }, () => {});
    const found = Object.fromEntries(mutants.map(({ name, foundBy }) => [name, foundBy]));
    expect(found['open-before-sync']).toContain('I1');
    expect(found['open-without-record']).toContain('I1');
    expect(found['revoked-is-valid']).toMatch(/I2|I3/);
  },
  LONG,
);
