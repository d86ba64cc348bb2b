/**
 * Reads the workbook named, then imports it on a database of its own, and prints how far the process
 * grew in either beyond what it had before, in bytes.
 */
import { importDonations } from '../../src/donation/import.ts';
import { openDonationFile } from '../../src/donation/read-rows.ts';
import { openTestCore } from '../test-core.ts';

const [file = ''] = process.argv.slice(2);
const peak = (): number => process.resourceUsage().maxRSS * 1024;

const beforeReading = process.memoryUsage().rss;
let rows = 0;
for await (const some of (await openDonationFile(file, undefined)).rows) rows += some.length;
const reading = peak() - beforeReading;

const city = await openTestCore('2026-11-24T08:00:00+08:00');
const beforeImport = process.memoryUsage().rss;
const { imported } = await importDonations(city.core, file, { dryRun: false, allOrNothing: true });
const importing = peak() - beforeImport;
process.stdout.write(`${JSON.stringify({ rows, reading, imported, importing })}\n`);
await city.close();
