/**
 * Imports a CSV file of the size asked for on a database of its own, and prints the heap's growth
 * from the first batch to the highest point behind it, in bytes. Node must expose its collector.
 * Arguments: megabytes, characters of padding a row.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { importDonations } from '../../src/donation/import.ts';
import { openTestCore, residentNumber } from '../test-core.ts';
import { HEADING_LINE, line } from './odd-file.ts';

const [megabytes = 50, padding = 2000] = process.argv.slice(2).map(Number);
const collect = globalThis.gc;
if (collect === undefined) throw new Error('start Node with --expose-gc');

const city = await openTestCore('2026-11-24T08:00:00+08:00');
const file = path.join(city.home, 'large.csv');
const descriptor = openSync(file, 'w');
let size = writeSync(descriptor, `${HEADING_LINE},备注\n`);
let rows = 0;
while (size < megabytes * 1024 * 1024) {
  let lines = '';
  for (let at = 0; at < 500; at += 1) {
    rows += 1;
    const change = { document: residentNumber(rows % 1000) };
    lines += `${line(`M${rows}`, change)},${'注'.repeat(padding)}\n`;
  }
  size += writeSync(descriptor, lines);
}
closeSync(descriptor);

const heapNow = (): number => {
  collect();
  return process.memoryUsage().heapUsed;
};
let first: number | undefined;
let highest = 0;
const report = await importDonations(city.core, file, {
  dryRun: false,
  allOrNothing: true,
  onProgress() {
    const now = heapNow();
    first ??= now;
    highest = Math.max(highest, now);
  },
});
const grown = highest - (first ?? highest);
const { rss } = process.memoryUsage();
const measured = { size, rows, imported: report.imported, grown, highest, rss };
process.stdout.write(`${JSON.stringify(measured)}\n`);
await city.close();
