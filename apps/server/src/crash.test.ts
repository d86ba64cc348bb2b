/**
 * kill -9 of the real server during 1,000 scans by 500 donors, in and out: after each restart no
 * acknowledged use is missing, and none is double.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cardStateOn } from '@liyu/domain/card';
import { type CivilDate, dayOf } from '@liyu/domain/kernel';
import { expect, test } from 'vitest';
import { type ServerProcess, startServer } from '../test/server-process.ts';
import { instant } from '../test/test-core.ts';
import { readConfig } from './config.ts';
import type { Core } from './core.ts';
import { importDonations } from './donation/import.ts';
import { loadDonorPage } from './donation/workflow.ts';
import { system } from './edge/system.ts';
import { openCore } from './open-core.ts';
import { showCodes } from './pass/development-phone.ts';
import { writeSampleDonors } from './sample/sample-donors.ts';
import { loadStanding } from './standing/workflow.ts';

const DONORS = 500;
const CALLERS = 16;
/** The server is killed when so many answers have come. */
const KILLS = [120, 430, 700, 960];

interface Scan {
  readonly code: string;
  readonly venue: string;
  readonly direction: 'in' | 'out';
  readonly at: string;
  readonly device: { readonly id: string; readonly bootEpoch: number; readonly seq: number };
}

/** 500 donors with a valid card, and for each a code to enter with and one to leave with. */
async function prepare(home: string, day: CivilDate): Promise<Scan[][]> {
  const { core, close } = await openCore(readConfig({ LIYU_HOME: home }), system);
  const file = path.join(home, 'sample.csv');
  await writeSampleDonors(day, file);
  await importDonations(core, file, { dryRun: false, allOrNothing: true });
  const trips: Scan[][] = [];
  for (const donorId of await loadDonorPage(core.database, EVERYBODY, 1000)) {
    if (trips.length === DONORS) break;
    const state = cardStateOn(await loadStanding(core, donorId, day), day);
    if (state === 'annual' || state === 'honour') {
      trips.push(await tripOf(core, donorId, trips.length, day));
    }
  }
  await close();
  return trips;
}

const EVERYBODY = '00000000-0000-0000-0000-000000000000';

async function tripOf(core: Core, donorId: string, ordinal: number, day: string): Promise<Scan[]> {
  const device = { id: `gate-${ordinal % 20}`, bootEpoch: 1 };
  const moments = [`${day}T08:00:00+08:00`, `${day}T09:00:00+08:00`] as const;
  const [enter = ''] = await showCodes(core, donorId, instant(moments[0]), 1);
  const [leave = ''] = await showCodes(core, donorId, instant(moments[1]), 1);
  return [
    {
      code: enter,
      venue: 'metro-demo',
      direction: 'in',
      at: moments[0],
      device: { ...device, seq: ordinal * 2 },
    },
    {
      code: leave,
      venue: 'metro-1-05',
      direction: 'out',
      at: moments[1],
      device: { ...device, seq: ordinal * 2 + 1 },
    },
  ];
}

test('nothing acknowledged is lost, nothing is double', { timeout: 240_000 }, async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'liyu-crash-'));
  const day = dayOf(system.clock.now(), { id: 'Asia/Shanghai', offsetSeconds: 8 * 3600 });
  const trips = await prepare(home, day);
  expect(trips).toHaveLength(DONORS);

  let server: Promise<ServerProcess> = startServer(home);
  let resent = 0;
  let killed = 0;
  const acknowledged = new Map<string, string>();
  const restart = async (dying: ServerProcess): Promise<ServerProcess> => {
    await dying.kill();
    return startServer(home);
  };
  const send = async (scan: Scan): Promise<void> => {
    for (;;) {
      const { address } = await server;
      try {
        const response = await fetch(`${address}/api/v1/redemptions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(scan),
        });
        const answer = (await response.json()) as { code: string; redemptionId: string };
        expect(answer.code).toBe('granted');
        acknowledged.set(`${scan.device.id}/${scan.device.seq}`, answer.redemptionId);
        break;
      } catch (cause) {
        if ((cause as Error).name === 'AssertionError') throw cause;
        resent += 1;
      }
    }
    if (acknowledged.size >= (KILLS[killed] ?? Number.POSITIVE_INFINITY)) {
      killed += 1;
      server = server.then(restart);
    }
  };

  const queue = trips.values();
  const callers = Array.from({ length: CALLERS }, async () => {
    for (const trip of queue) for (const scan of trip) await send(scan);
  });
  await Promise.all(callers);
  await (await server).kill();

  expect(killed).toBe(KILLS.length);
  expect(resent).toBeGreaterThan(0);
  const { core, close } = await openCore(readConfig({ LIYU_HOME: home }), system);
  const uses = await core.database
    .selectFrom('redemption')
    .select(['donor_id', 'redemption_id', 'direction'])
    .execute();
  const postings = await core.database
    .selectFrom('posting')
    .select(['redemption_id', 'amount_fen', 'fare_fen'])
    .execute();
  await close();
  rmSync(home, { recursive: true });
  const stored = new Set(uses.map((use) => use.redemption_id));
  const missing = [...acknowledged.values()].filter((id) => !stored.has(id));
  expect(missing).toEqual([]);
  expect(acknowledged.size).toBe(2 * DONORS);
  expect(uses).toHaveLength(2 * DONORS);
  expect(new Set(uses.map((use) => `${use.donor_id} ${use.direction}`)).size).toBe(2 * DONORS);
  const exits = uses.filter((use) => use.direction === 'out');
  for (const exit of exits) {
    const own = postings.filter((posting) => posting.redemption_id === exit.redemption_id);
    const owed = own.reduce((sum, posting) => sum + posting.amount_fen, 0);
    expect(owed).toBe(own[0]?.fare_fen);
  }
});
