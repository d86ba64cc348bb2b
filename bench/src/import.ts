/**
 * How fast a donation file is taken in, to the last card and the city's summary, encryption
 * included: on a PostgreSQL server of its own, fsync on, against a raw COPY of the same rows into a
 * table like that of donations; the embedded database beside, with fewer rows.
 */
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { pipeline } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { CivilDate } from '@liyu/domain/kernel';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import { readConfig } from '../../apps/server/src/config.ts';
import { importDonations } from '../../apps/server/src/donation/import.ts';
import { system } from '../../apps/server/src/edge/system.ts';
import { openCore } from '../../apps/server/src/open-core.ts';
import { summariseStandings } from '../../apps/server/src/standing/workflow.ts';
import { startPostgres } from '../../apps/server/test/own-postgres.ts';
import { type FileSize, writeDonationFile } from './import-file.ts';
import { type Figures, median } from './measure.ts';

const ROWS = 1_000_000;
/** Donations a donor. */
const ROWS_A_DONOR = 1_000_000 / 180_000;
/** The embedded database takes so many times fewer. */
const EMBEDDED_SHARE = 10;
const RAW_ROUNDS = 3;
const LIMIT = { atMost: 6 } as const;
const ON = '2026-11-24' as CivilDate;
/** Memory is looked at after a fifth of the rows, and when a fiftieth is left. */
const EARLY_SHARE = 5;
const LATE_SHARE = 50;
const SAMPLE_EVERY_MS = 100;
const MEGABYTE = 1024 * 1024;
const RAW = 'raw COPY of the same rows into a table like that of donations';

type Say = (line: string) => void;

interface Files {
  readonly csv: string;
  readonly copy: string;
}

function sizeOf(rows: number): FileSize {
  return { rows, donors: Math.ceil(rows / ROWS_A_DONOR) };
}

/** An import to standing: milliseconds; of memory, bytes. */
interface Imported {
  readonly milliseconds: number;
  /** What the process grew by. */
  readonly grown: number;
  /** What is still in use after a share of the rows, and after the last one. */
  readonly live: readonly [number, number];
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function liveBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function importToStanding(
  environment: Record<string, string>,
  file: string,
  { rows, donors }: FileSize,
  say: Say,
): Promise<Imported> {
  const config = readConfig({ ...environment, LIYU_MODE: 'development' });
  const { core, close } = await openCore(config, system);
  try {
    const before = process.memoryUsage.rss();
    let highest = before;
    const sampling = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage.rss());
    }, SAMPLE_EVERY_MS);
    let told = 0;
    let early = 0;
    let late = 0;
    const start = performance.now();
    const report = await importDonations(core, file, {
      dryRun: false,
      allOrNothing: true,
      onProgress(read, size, taken) {
        if (early === 0 && taken >= rows / EARLY_SHARE) early = liveBytes();
        if (late === 0 && taken >= rows - rows / LATE_SHARE) late = liveBytes();
        const tenth = Math.floor((read / size) * 10);
        if (tenth > told) say(`  ${tenth * 10} %`);
        told = Math.max(told, tenth);
      },
    });
    const summary = await summariseStandings(core, ON);
    const milliseconds = performance.now() - start;
    clearInterval(sampling);
    if (report.imported !== rows || summary.donors !== donors) throw new Error('rows were lost');
    return { milliseconds, grown: highest - before, live: [early, late] };
  } finally {
    await close();
  }
}

/** Milliseconds of one COPY of the file into a new table. */
async function copyRaw(client: pg.Client, file: string, table: string, form = ''): Promise<number> {
  await client.query(`CREATE TABLE plain ${table}`);
  const start = performance.now();
  await pipeline(createReadStream(file), client.query(from(`COPY plain FROM STDIN ${form}`)));
  const milliseconds = performance.now() - start;
  await client.query('DROP TABLE plain');
  return milliseconds;
}

const TEXT_COLUMNS = Array.from({ length: 12 }, (_, at) => `column${at} text`).join(', ');

async function measureServer(files: Files, size: FileSize, home: string, say: Say) {
  say('starting a PostgreSQL server, fsync on');
  const server = await startPostgres();
  try {
    say('import on PostgreSQL');
    const environment = { DATABASE_URL: server.url, LIYU_HOME: home };
    const imported = await importToStanding(environment, files.csv, size, say);
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    say('raw COPY');
    const raw: number[] = [];
    const plain: number[] = [];
    for (let round = 0; round < RAW_ROUNDS; round += 1) {
      raw.push(await copyRaw(client, files.copy, '(LIKE donation INCLUDING ALL)'));
      plain.push(await copyRaw(client, files.csv, `(${TEXT_COLUMNS})`, '(FORMAT csv, HEADER)'));
    }
    await client.end();
    return { imported, raw: median(raw), plain: median(plain) };
  } finally {
    server.remove();
  }
}

/** Imports against raw COPY; `rows` fewer for a trial. */
export async function measureImport(say: Say, { rows = ROWS } = {}): Promise<Figures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'liyu-bench-'));
  const files = { csv: path.join(folder, 'donations.csv'), copy: path.join(folder, 'rows.copy') };
  try {
    const size = sizeOf(rows);
    say(`making ${size.rows} donations of ${size.donors} donors`);
    await writeDonationFile(files.csv, files.copy, size);
    const { imported, raw, plain } = await measureServer(files, size, `${folder}/server`, say);
    const fewer = sizeOf(Math.ceil(rows / EMBEDDED_SHARE));
    say(`import of ${fewer.rows} on the embedded database`);
    await writeDonationFile(files.csv, files.copy, fewer);
    const home = { LIYU_HOME: `${folder}/embedded` };
    const embedded = await importToStanding(home, files.csv, fewer, say);
    const rate = (count: number, milliseconds: number) => ({
      value: (count * 1000) / milliseconds,
      unit: 'rows/s',
      against: RAW,
    });
    const bare = (imported.milliseconds / plain).toFixed(1);
    return {
      'import.raw-copy': { ...rate(rows, raw), ratio: 1 },
      'import.raw-file': { ...rate(rows, plain), ratio: plain / raw, note: 'CSV as text, no key' },
      'import.to-standing': {
        ...rate(rows, imported.milliseconds),
        ratio: imported.milliseconds / raw,
        limit: LIMIT,
        note: `in ${(imported.milliseconds / 1000).toFixed(1)} s; ${bare} x the raw file`,
      },
      'import.memory': {
        value: imported.grown / MEGABYTE,
        unit: 'MB',
        ratio: null,
        against: 'the process before the import',
      },
      'import.memory-in-use': {
        value: (imported.live[1] - imported.live[0]) / MEGABYTE,
        unit: 'MB',
        ratio: imported.live[1] / imported.live[0],
        against: 'what was in use after a fifth of the rows',
        note: `${(imported.live[1] / MEGABYTE).toFixed(0)} MB at the end`,
      },
      'import.embedded': {
        ...rate(fewer.rows, embedded.milliseconds),
        ratio: embedded.milliseconds / fewer.rows / (raw / rows),
        note: `${fewer.rows} rows`,
      },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
