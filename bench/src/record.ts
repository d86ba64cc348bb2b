/**
 * How fast uses are recorded, exactly once, with receipt, ledger and audit leaf: in batches, and by
 * 64 callers at once whose scans share transactions. On a PostgreSQL server of its own, fsync on,
 * against a raw multi-row insert of the same rows; the embedded database beside.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { readConfig } from '../../apps/server/src/config.ts';
import { type OpenDatabase, openDatabase } from '../../apps/server/src/database/open.ts';
import { createIds } from '../../apps/server/src/edge/clock.ts';
import { system } from '../../apps/server/src/edge/system.ts';
import { recordScan } from '../../apps/server/src/redemption/group-commit.ts';
import { type Outcome, recordAll } from '../../apps/server/src/redemption/record-all.ts';
import type { ScanRecord } from '../../apps/server/src/redemption/scan-record.ts';
import { startPostgres } from '../../apps/server/test/own-postgres.ts';
import { createScanRecords } from '../../apps/server/test/scan-records.ts';
import type { Figures, Measured, Side } from './measure.ts';
import { measureSides, median } from './measure.ts';
import { insertRaw, rawRowsOf } from './raw-rows.ts';

const CALLERS = 64;
/** Uses a round by the size of a batch; more in small batches take long. */
const USES: Readonly<Record<number, number>> = {
  1: 200,
  [CALLERS]: 1_280,
  100: 2_000,
  1000: 3_000,
};
const ROUNDS = { warmUp: 1, counted: 9 };
/** Of the raw insert's throughput, at 1,000. */
const LIMIT = { atLeast: 0.5 } as const;

type Database = OpenDatabase['database'];

const newId = createIds(system.clock, system.random);
let devices = 0;

/** New scans in batches, under a device of their own. */
function makeBatches(size: number): ScanRecord[][] {
  devices += 1;
  const records = createScanRecords(newId, `bench-${devices}`);
  return Array.from({ length: (USES[size] ?? size) / size }, () => records.many(size));
}

function expectRecorded(outcomes: readonly Outcome[]): void {
  if (!outcomes.every((outcome) => 'recorded' in outcome)) throw new Error('not recorded');
}

function rawSide(client: pg.Client, size: number): Side {
  let batches: ReturnType<typeof rawRowsOf>[] = [];
  return {
    name: 'raw',
    operations: USES[size] ?? size,
    prepare: () => {
      batches = makeBatches(size).map(rawRowsOf);
    },
    async run() {
      for (const batch of batches) await insertRaw(client, batch);
    },
  };
}

function batchSide(name: string, database: Database, size: number): Side {
  let batches: ScanRecord[][] = [];
  return {
    name,
    operations: USES[size] ?? size,
    prepare: () => {
      batches = makeBatches(size);
    },
    async run() {
      for (const batch of batches) expectRecorded(await recordAll(database, batch));
    },
  };
}

/** Each caller sends its next scan when the one before is answered; the times go to `waits`. */
function groupSide(name: string, database: Database, waits: number[]): Side {
  let batches: ScanRecord[][] = [];
  const call = async (own: readonly ScanRecord[]): Promise<void> => {
    for (const record of own) {
      const start = performance.now();
      expectRecorded([await recordScan(database, record)]);
      waits.push(performance.now() - start);
    }
  };
  return {
    name,
    operations: USES[CALLERS] ?? CALLERS,
    prepare: () => {
      batches = makeBatches(CALLERS);
    },
    async run() {
      const callers = Array.from({ length: CALLERS }, (_, caller) =>
        call(batches.flatMap((batch) => batch[caller] ?? [])),
      );
      await Promise.all(callers);
    },
  };
}

/** Nearest rank. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
}

function latencyNote(waits: readonly number[]): string {
  const [p50, p99] = [median(waits), percentile(waits, 0.99)].map((ms) => ms.toFixed(1));
  return `p50 ${p50} ms, p99 ${p99} ms`;
}

function figureOf({ microseconds, ratio }: Measured, against: string) {
  return { value: 1e6 / microseconds, unit: 'uses/s', ratio: 1 / ratio, against };
}

async function measureServer(say: (line: string) => void, figures: Figures): Promise<void> {
  say('starting a PostgreSQL server, fsync on');
  const server = await startPostgres();
  const home = mkdtempSync(path.join(tmpdir(), 'liyu-bench-'));
  try {
    const opened = await openDatabase(readConfig({ DATABASE_URL: server.url, LIYU_HOME: home }));
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { database } = opened;
    for (const size of [1, 100, 1000]) {
      say(`PostgreSQL, batches of ${size}`);
      const sides = [rawSide(client, size), batchSide('batch', database, size)];
      const [raw, batch] = await measureSides(sides, ROUNDS);
      const against = `raw multi-row insert, batches of ${size}`;
      if (raw !== undefined) figures[`record.raw-${size}`] = figureOf(raw, against);
      if (batch === undefined) continue;
      const limit = size === 1000 ? { limit: LIMIT } : {};
      figures[`record.batch-${size}`] = { ...figureOf(batch, against), ...limit };
    }
    say(`PostgreSQL, ${CALLERS} callers`);
    const waits: number[] = [];
    const sides = [rawSide(client, CALLERS), groupSide('group', database, waits)];
    const [, group] = await measureSides(sides, ROUNDS);
    if (group !== undefined) {
      const against = `raw multi-row insert, batches of ${CALLERS}`;
      figures[`record.group-${CALLERS}`] = {
        ...figureOf(group, against),
        note: latencyNote(waits),
      };
    }
    await client.end();
    await opened.close();
  } finally {
    server.remove();
    rmSync(home, { recursive: true });
  }
}

async function measureEmbedded(say: (line: string) => void, figures: Figures): Promise<void> {
  say('the embedded database');
  const home = mkdtempSync(path.join(tmpdir(), 'liyu-bench-'));
  const opened = await openDatabase(readConfig({ LIYU_HOME: home }));
  const waits: number[] = [];
  const sides = [
    ...[1, 100, 1000].map((size) => batchSide(`batch-${size}`, opened.database, size)),
    groupSide(`group-${CALLERS}`, opened.database, waits),
  ];
  for (const side of await measureSides(sides, ROUNDS)) {
    const note = side.name.startsWith('group') ? { note: latencyNote(waits) } : {};
    const against = 'embedded, batches of 1; it does not fsync';
    figures[`record.embedded-${side.name}`] = { ...figureOf(side, against), ...note };
  }
  await opened.close();
  rmSync(home, { recursive: true });
}

/** Uses recorded a second, on PostgreSQL and on the embedded database. */
export async function measureRecord(say: (line: string) => void): Promise<Figures> {
  const figures: Figures = {};
  await measureServer(say, figures);
  await measureEmbedded(say, figures);
  return figures;
}
