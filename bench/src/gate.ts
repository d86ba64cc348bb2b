/**
 * From the text in to the gate's yes, the spool's write included, on the machine's own disk: half
 * of the passes seen for the first time, half for the second. Against what is promised, and
 * against one bare append with fdatasync of as many bytes, taken in turn with the scans.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { nodeCrypto } from '@liyu/pass/node';
import { openGate } from '../../apps/gate/src/index.ts';
import { openNodeDisk } from '../../apps/gate/src/node-disk.ts';
import { clockAt, evenRandom, makeCity, makeServer } from '../../apps/gate/test/city.ts';
import type { Figures } from './measure.ts';

const DONORS = 500;
const WARM_UP = 20;
/** What is promised of the slowest in a hundred. */
const LIMIT_MILLISECONDS = 50;
/** What a record of a scan takes on the disk. */
const RECORD_BYTES = 760;
const BARE = 'one bare append with fdatasync';

/** The value below which that part of the values lies. */
function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Makes the donors' codes beforehand: what the phones do is not the gate's. */
async function makeCodes() {
  const city = makeCity();
  const clock = clockAt('2026-11-25T12:00:00+08:00');
  const cards = await Promise.all(Array.from({ length: DONORS }, () => city.makeCard()));
  const now = clock.time / 1000;
  const codes: { text: string; direction: 'in' | 'out' }[] = [];
  for (const direction of ['in', 'out'] as const) {
    for (const card of cards) codes.push({ text: await card.show(now), direction });
  }
  return { city, clock, codes };
}

/** Scans all codes one after another; milliseconds of each, and of as many bare appends. */
async function timeScans(folder: string): Promise<{ scans: number[]; bare: number[] }> {
  const { city, clock, codes } = await makeCodes();
  const disk = openNodeDisk(path.join(folder, 'gate'));
  const gate = await openGate({
    config: { venue: 'metro-demo', staffed: false, rootKey: city.rootKey },
    disk,
    clock,
    random: evenRandom,
    server: makeServer(city, { now: () => clock.time }),
    crypto: nodeCrypto,
  });
  await gate.refreshOnce();
  const file = await open(path.join(folder, 'bare'), 'a');
  const bytes = new Uint8Array(RECORD_BYTES);
  const scans: number[] = [];
  const bare: number[] = [];
  try {
    for (const { text, direction } of codes) {
      let start = performance.now();
      await file.appendFile(bytes);
      await file.datasync();
      bare.push(performance.now() - start);
      start = performance.now();
      const answer = await gate.scan(text, { direction });
      scans.push(performance.now() - start);
      if (!answer.open) throw new Error(`a good code was answered ${answer.code}`);
    }
  } finally {
    await file.close();
    await disk.close();
  }
  return { scans: scans.slice(WARM_UP), bare: bare.slice(WARM_UP) };
}

/** p50 and p99 of a scan with its write. */
export async function measureGate(say: (line: string) => void): Promise<Figures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'liyu-bench-gate-'));
  try {
    say(`scanning ${2 * DONORS} codes, each on the disk before the gate opens`);
    const { scans, bare } = await timeScans(folder);
    const slow = percentile(scans, 0.99);
    const figures: Figures = {};
    for (const [name, part] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const) {
      const value = percentile(scans, part);
      const against = percentile(bare, part);
      figures[`gate.${name}`] = { value, unit: 'ms', ratio: value / against, against: BARE };
    }
    figures['gate.limit'] = {
      value: slow,
      unit: 'ms',
      ratio: slow / LIMIT_MILLISECONDS,
      against: `the ${LIMIT_MILLISECONDS} ms that are promised of p99`,
      limit: { atMost: 1 },
    };
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
