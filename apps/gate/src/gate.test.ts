import { nodeCrypto } from '@liyu/pass/node';
import { expect, test } from 'vitest';
import {
  type City,
  type CityServer,
  clockAt,
  evenRandom,
  makeCity,
  makeServer,
  type TestClock,
} from '../test/city.ts';
import { createMemoryDisk, type MemoryDisk } from '../test/memory-disk.ts';
import { type Gate, type GateConfig, openGate, type Station } from './index.ts';

const city: City = makeCity();
const NOON = '2026-11-25T12:00:00+08:00';

interface Stand {
  readonly clock: TestClock;
  readonly disk: MemoryDisk;
  readonly server: CityServer;
  gate: Gate;
  /** The gate after a restart, on the same disk. */
  restart(): Promise<Gate>;
  /** A code of the card, drawn now. */
  show(card: { show(at: number): Promise<string> }): Promise<string>;
}

async function standAt(
  moment: string,
  config: Partial<GateConfig> = {},
  station?: Station,
): Promise<Stand> {
  const clock = clockAt(moment);
  const disk = createMemoryDisk();
  const server = makeServer(city, { now: () => clock.time });
  const parts = {
    config: { venue: 'metro-demo', staffed: false, rootKey: city.rootKey, ...config },
    disk,
    clock,
    random: evenRandom,
    server,
    crypto: nodeCrypto,
    ...(station === undefined ? {} : { station }),
  };
  const stand: Stand = {
    clock,
    disk,
    server,
    gate: await openGate(parts),
    async restart() {
      disk.cutPower();
      stand.gate = await openGate(parts);
      return stand.gate;
    },
    show: (card) => card.show(Math.floor(clock.time / 1000)),
  };
  await stand.gate.refreshOnce();
  return stand;
}

test('a good code opens once, and what was answered is at the server afterwards', async () => {
  const stand = await standAt(NOON);
  const code = await stand.show(await city.makeCard());
  const answer = await stand.gate.scan(code);
  expect(answer).toMatchObject({ open: true, code: 'granted', mark: { seq: 1 } });
  expect(await stand.gate.scan(code)).toMatchObject({ open: false, code: 'replayed' });
  expect(await stand.gate.syncOnce()).toMatchObject({ sent: 3, acknowledged: 3, waiting: 0 });
  const bodies = [...stand.server.records.values()].map((body) => JSON.parse(body));
  expect(bodies.map(({ kind, reason }) => reason ?? kind)).toEqual(['boot', 'granted', 'replayed']);
});
