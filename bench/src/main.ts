/**
 * `npm run bench -- [NAME] [--json] [--rows N]`: every claim of speed, as a ratio measured in one run. A table
 * for people; with --json one document on stdout and nothing else; progress goes to stderr.
 */
import { parseArgs } from 'node:util';
import { measureDecide } from './decide.ts';
import { measureDrain } from './drain.ts';
import { measureGate } from './gate.ts';
import { measureGateMemory } from './gate-memory.ts';
import { measureImport } from './import.ts';
import type { Figure, Figures } from './measure.ts';
import { holdsLimit } from './measure.ts';
import { measureOverload } from './overload.ts';
import { measureParse } from './parse.ts';
import { measurePeers } from './peers.ts';
import { measureRecord } from './record.ts';
import { measureScan } from './scan.ts';
import { measureWorkers } from './workers.ts';

/** A number of rows is asked for where a trial should be shorter than what is promised. */
type Bench = (say: (line: string) => void, asked: { rows?: number }) => Promise<Figures>;

/** The benchmarks by name; each answers its figures. A new one is a line here. */
const BENCHES: Record<string, readonly Bench[]> = {
  scan: [measureScan, measurePeers, measureWorkers],
  workers: [measureWorkers],
  peers: [measurePeers],
  parse: [measureParse],
  'gate-memory': [measureGateMemory],
  decide: [measureDecide],
  overload: [measureOverload],
  record: [measureRecord],
  import: [measureImport],
  gate: [measureGate],
  drain: [measureDrain],
};
/** What runs when no name is given. */
const ALL = ['scan', 'decide', 'record', 'import', 'gate', 'drain'];

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Three places at most. */
const short = (limit: number) => String(Math.round(limit * 1000) / 1000);

function limitText(figure: Figure): string {
  const { limit } = figure;
  if (limit === undefined) return '';
  const bound =
    'atMost' in limit ? `at most ${short(limit.atMost)}` : `at least ${short(limit.atLeast)}`;
  const held = holdsLimit(figure);
  return held === undefined ? bound : `${bound}: ${held ? 'held' : 'NOT HELD'}`;
}

function printTable(figures: Figures): void {
  const rows = Object.entries(figures).map(([name, figure]) => [
    name,
    figure.value === null ? '-' : `${figure.value.toFixed(1)} ${figure.unit}`,
    figure.ratio === null ? '-' : `${figure.ratio.toFixed(3)} x`,
    limitText(figure),
    `against ${figure.against}${figure.note === undefined ? '' : ` (${figure.note})`}`,
  ]);
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, at) => cell.padEnd(widths[at] ?? 0));
    process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
  }
}

function printJson(figures: Figures): void {
  const document = Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => {
      const held = holdsLimit(figure);
      return [name, held === undefined ? figure : { ...figure, held }];
    }),
  );
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false }, rows: { type: 'string' } },
    allowPositionals: true,
  });
  const names = positionals.length === 0 ? ALL : positionals;
  const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
  if (unknown.length > 0) {
    say(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const rows = values.rows === undefined ? undefined : Number(values.rows);
  if (rows !== undefined && !(Number.isInteger(rows) && rows > 0)) {
    say('--rows: a number of rows, 1 or more');
    process.exitCode = 2;
    return;
  }
  const figures: Figures = {};
  for (const name of names) {
    say(`— ${name}`);
    for (const bench of BENCHES[name] ?? []) {
      Object.assign(figures, await bench(say, rows === undefined ? {} : { rows }));
    }
  }
  if (values.json) printJson(figures);
  else printTable(figures);
}

await main();
