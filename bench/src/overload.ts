/**
 * A server at five times what it can do: how much it still does, and how soon it is as before. The
 * real server as a process of its own on a PostgreSQL server of its own, fsync on; scans of codes
 * that are none, each stored as a refusal before it is answered.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { startPostgres } from '../../apps/server/test/own-postgres.ts';
import { startServer } from '../../apps/server/test/server-process.ts';
import { type Answers, type Flood, openFlood } from './flood.ts';
import type { Figures } from './measure.ts';

const CALLERS = 128;
const CONNECTIONS = 1000;
const TIMES = 5;
const SECONDS = { warmUp: 3, peak: 5, flood: 10 };
/** As before: so much of the peak in a window, and nobody turned away. */
const AS_BEFORE = { share: 0.9, windowSeconds: 0.5, mostSeconds: 20 };
const LIMITS = { share: 0.8, recoverySeconds: 10 };

const doneIn = ({ byStatus, seconds }: Answers): number => (byStatus.get(200) ?? 0) / seconds;

function requestFor(address: URL, token: string): string {
  const body = JSON.stringify({ code: 'LY1:ABC', venue: 'metro-demo' });
  return [
    'POST /api/v1/redemptions HTTP/1.1',
    `host: ${address.host}`,
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

/** Seconds from now until a window is as before; the most when none is. */
async function recover(callers: Flood, peak: number): Promise<number> {
  const start = performance.now();
  const gone = () => (performance.now() - start) / 1000;
  while (gone() < AS_BEFORE.mostSeconds) {
    const began = gone();
    const answers = await callers.sendInTurn(CALLERS, AS_BEFORE.windowSeconds);
    const turnedAway = answers.byStatus.get(503) ?? 0;
    if (turnedAway === 0 && doneIn(answers) >= peak * AS_BEFORE.share) return began;
  }
  return gone();
}

async function floodServer(
  callers: Flood,
  crowd: Flood,
  say: (line: string) => void,
): Promise<Figures> {
  say(`${CALLERS} callers in turn`);
  await callers.sendInTurn(CALLERS, SECONDS.warmUp);
  const before = doneIn(await callers.sendInTurn(CALLERS, SECONDS.peak));
  say(`${before.toFixed(0)} a second; now ${TIMES} times as many`);
  const flooded = await crowd.sendAtRate(before * TIMES, SECONDS.flood);
  const done = doneIn(flooded);
  const seconds = await recover(callers, before);
  // Before and after, so that what else the machine does meets both alike.
  const peak = (before + doneIn(await callers.sendInTurn(CALLERS, SECONDS.peak))) / 2;
  const said = [...flooded.byStatus].map(([status, times]) => `${status}: ${times}`);
  return {
    'overload.peak': {
      value: peak,
      unit: 'scans/s',
      ratio: 1,
      against: `${CALLERS} callers in turn, before and after the flood`,
    },
    'overload.flood': {
      value: done,
      unit: 'scans/s',
      ratio: done / peak,
      against: 'the peak',
      limit: { atLeast: LIMITS.share },
      note: `${TIMES} times the peak sent; ${said.join(', ')}; unsent: ${flooded.unsent}`,
    },
    'overload.recovery': {
      value: seconds,
      unit: 's',
      ratio: seconds / LIMITS.recoverySeconds,
      against: `${LIMITS.recoverySeconds} s until ${AS_BEFORE.share * 100} % of the peak`,
      limit: { atMost: 1 },
    },
  };
}

/** What is still done under a flood, against the peak of the same run, and the time to recover. */
export async function measureOverload(say: (line: string) => void): Promise<Figures> {
  say('starting a PostgreSQL server, fsync on, and the server');
  const postgres = await startPostgres();
  const home = mkdtempSync(path.join(tmpdir(), 'liyu-bench-'));
  try {
    const server = await startServer(home, {
      DATABASE_URL: postgres.url,
      LIYU_MODE: 'development',
      LIYU_SAMPLE: '0',
    });
    const record: unknown = JSON.parse(readFileSync(path.join(home, 'server.json'), 'utf8'));
    const { token } = record as { token: string };
    const address = new URL(server.address);
    const request = requestFor(address, token);
    const callers = await openFlood(address, request, CALLERS);
    const crowd = await openFlood(address, request, CONNECTIONS);
    try {
      return await floodServer(callers, crowd, say);
    } finally {
      callers.close();
      crowd.close();
      await server.stop();
    }
  } finally {
    postgres.remove();
    rmSync(home, { recursive: true });
  }
}
