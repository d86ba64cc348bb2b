/**
 * The census of the sample donors, computed twice: by the product from the donation file, and here
 * from `transfusion.csv` alone, with Temporal and plain arithmetic and no code of the product.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CivilDate } from '@liyu/domain/kernel';
import { expect, test } from 'vitest';
import { openTestCore } from '../../test/test-core.ts';
import { importDonations } from '../donation/import.ts';
import { summariseStandings } from '../standing/workflow.ts';
import { writeSampleDonors } from './sample-donors.ts';

const SOURCE = path.resolve(import.meta.dirname, '../../sample/transfusion.csv');

/** The census of the day, straight from the source. */
function censusOf(day: string) {
  const census = Temporal.PlainDate.from(day);
  const designs = { first: 0, second: 0, bronze: 0, silver: 0, gold: 0 };
  const cards = { annual: 0, honour: 0, ended: 0, none: 0 };
  const rows = readFileSync(SOURCE, 'utf8').trim().split('\n').slice(1);
  for (const row of rows) {
    const [recency = 0, times = 0] = row.split(',').map(Number);
    const quarters = times * 5;
    const design = [160, 120, 80, 40].findIndex((from) => quarters >= from);
    designs[(['gold', 'silver', 'bronze', 'second'] as const)[design] ?? 'first'] += 1;
    const last = census.subtract({ months: recency });
    const end = last.add({ years: 1 });
    if (quarters >= 80) cards.honour += 1;
    else if (Temporal.PlainDate.compare(last, '2025-02-01') < 0) cards.none += 1;
    else if (Temporal.PlainDate.compare(census, end) <= 0) cards.annual += 1;
    else cards.ended += 1;
  }
  return { on: day, donors: rows.length, designs, cards };
}

test('748 donors on 2026-11-23: the product counts what the source says', async () => {
  const day = '2026-11-23';
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'liyu-')), 'sample.csv');
  expect(await writeSampleDonors(day as CivilDate, file)).toEqual({ donors: 748, donations: 4125 });
  const city = await openTestCore('2026-11-24T08:00:00+08:00');
  const report = await importDonations(city.core, file, { dryRun: false, allOrNothing: true });
  expect(report).toMatchObject({ rows: 4125, imported: 4125, rejected: [], conflicts: 0 });
  const summary = await summariseStandings(city.core, day as CivilDate);
  await city.close();
  expect(summary).toEqual(censusOf(day));
  expect(summary).toEqual({
    on: day,
    donors: 748,
    designs: { first: 576, second: 133, bronze: 27, silver: 4, gold: 8 },
    cards: { annual: 463, honour: 39, ended: 188, none: 58 },
  });
});
