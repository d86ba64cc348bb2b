/**
 * `npm run crash -- [--postgres N] [--embedded N] [--postmaster N] [--json]`: kills
 * servers while gates scan and files are taken in, and shows that nothing acknowledged is lost,
 * nothing is double and nothing is half. A table for people; with --json one document on stdout.
 * Exit status 1 when something is not as it must be.
 *
 * `npm run crash -- gate [--kills N] [--server-kills N] [--json]`: kills real gates and their
 * server, compares what the turnstiles were told with the ledger, and fills a gate's disk.
 */
import { parseArgs } from 'node:util';
import { startPostgres } from '../own-postgres.ts';
import {
  type CampaignOptions,
  type CampaignReport,
  killEmbedded,
  killOnPostgres,
  killPostgres,
} from './campaign.ts';
import { fillDisk } from './full-disk.ts';
import { killGates } from './gates.ts';

/** What is killed how often, unless said otherwise. */
const KILLS = { postgres: '200', embedded: '50', postmaster: '20' } as const;
type Name = keyof typeof KILLS;

const note = (line: string): void => void process.stderr.write(`${line}\n`);

function readOptions() {
  const { values } = parseArgs({
    options: {
      postgres: { type: 'string', default: KILLS.postgres },
      embedded: { type: 'string', default: KILLS.embedded },
      postmaster: { type: 'string', default: KILLS.postmaster },
      json: { type: 'boolean', default: false },
    },
  });
  for (const name of Object.keys(KILLS) as Name[]) {
    if (!/^\d{1,9}$/.test(values[name])) throw new TypeError(`--${name}: a whole number`);
  }
  return values;
}

async function runAll(
  options: ReturnType<typeof readOptions>,
): Promise<Record<string, CampaignReport>> {
  const reports: Record<string, CampaignReport> = {};
  const optionsOf = (name: Name): CampaignOptions => ({
    kills: Number(options[name]),
    say: (line) => note(`${name}: ${line}`),
  });
  if (Number(options.embedded) > 0) reports.embedded = await killEmbedded(optionsOf('embedded'));
  if (Number(options.postgres) + Number(options.postmaster) === 0) return reports;
  const server = await startPostgres();
  try {
    if (Number(options.postgres) > 0) {
      reports.postgres = await killOnPostgres(optionsOf('postgres'), server);
    }
    if (Number(options.postmaster) > 0) {
      reports.postmaster = await killPostgres(optionsOf('postmaster'), server);
    }
  } finally {
    server.remove();
  }
  return reports;
}

const HEADS = ['killed', 'kills', 'scans', 'sent again', 'files', 'back in', 'breaches'];

function printTable(reports: Record<string, CampaignReport>): void {
  const rows = Object.entries(reports).map(([name, one]) => [
    name,
    one.kills,
    one.scans,
    one.resent,
    one.files,
    `${one.backMs} ms`,
    one.breaches.length,
  ]);
  const table = [HEADS, ...rows].map((row) => row.map(String));
  const widths = HEADS.map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  for (const row of table) {
    const cells = row.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
    );
    process.stdout.write(`${cells.join('  ')}\n`);
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  const reports = await runAll(options);
  if (options.json) process.stdout.write(`${JSON.stringify(reports)}\n`);
  else printTable(reports);
  const breaches = Object.values(reports).flatMap((one) => one.breaches);
  for (const breach of breaches) note(breach);
  return breaches.length === 0 ? 0 : 1;
}

/** The gates' part; the disk is a small one of memory where this machine lets us make one. */
async function crashGates(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      kills: { type: 'string', default: '500' },
      'server-kills': { type: 'string', default: '200' },
      json: { type: 'boolean', default: false },
    },
  });
  for (const name of ['kills', 'server-kills'] as const) {
    if (!/^\d{1,9}$/.test(values[name])) throw new TypeError(`--${name}: a whole number`);
  }
  const gates = await killGates({
    gateKills: Number(values.kills),
    serverKills: Number(values['server-kills']),
    say: note,
  });
  const disk = await fillDisk(note);
  const breaches = [...gates.breaches, ...disk.breaches];
  if (values.json) process.stdout.write(`${JSON.stringify({ gates, disk })}\n`);
  else {
    const { gateKills, serverKills, answered, opened, recordedOnly } = gates;
    process.stdout.write(
      `gates killed ${gateKills}, servers ${serverKills}: ${answered} codes answered, ` +
        `${opened} opened, ${recordedOnly} recorded and killed before the arms were told\n` +
        `a full disk (${disk.fault}): ${disk.answered} codes, then a staffed lane\n` +
        `${breaches.length} breaches\n`,
    );
  }
  for (const breach of breaches) note(breach);
  return breaches.length === 0 ? 0 : 1;
}

try {
  const [what, ...argv] = process.argv.slice(2);
  process.exitCode = what === 'gate' ? await crashGates(argv) : await main();
} catch (cause) {
  const isUsage = cause instanceof TypeError && cause.message.includes('--');
  note(isUsage ? cause.message : String((cause as Error).stack ?? cause));
  process.exitCode =
    isUsage || (cause as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') ? 2 : 3;
}
