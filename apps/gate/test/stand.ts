/** A gate on its stand: a disk in memory, a clock that is moved, a server of the test's city. */
import { nodeCrypto } from '@liyu/pass/node';
import { type Gate, type GateConfig, openGate, type Station } from '../src/index.ts';
import {
  type Card,
  type City,
  type CityServer,
  clockAt,
  evenRandom,
  makeCity,
  makeServer,
  type TestClock,
} from './city.ts';
import { createMemoryDisk, type MemoryDisk } from './memory-disk.ts';

/** One city for all tests of a file: keys are what costs time. */
export const city: City = makeCity();

/** A gate and what is around it. */
export interface Stand {
  readonly clock: TestClock;
  readonly disk: MemoryDisk;
  readonly server: CityServer;
  gate: Gate;
  /** The power goes, and the gate starts on what is left: of unsynced bytes, that part (0 to 1). */
  restart(survives?: number): Promise<Gate>;
  /** A code of the card, drawn now, or as many seconds from now. */
  show(card: Card, offsetSeconds?: number): Promise<string>;
  /** Shows it and answers the reason code. */
  scan(card: Card, direction?: 'in' | 'out'): Promise<string>;
  /** The records that the server has, in their order. */
  records(): Record<string, unknown>[];
}

/** What a stand may have otherwise. */
export interface StandFacts extends Partial<GateConfig> {
  readonly station?: Station;
  readonly clock?: TestClock;
  readonly server?: CityServer;
}

/** A gate at the moment, which has its lists unless it was told to get none. */
export async function standAt(moment: string, facts: StandFacts = {}): Promise<Stand> {
  const { station, clock = clockAt(moment), ...config } = facts;
  const disk = createMemoryDisk();
  const server = facts.server ?? makeServer(city, { now: () => clock.time });
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
    async restart(survives = 0) {
      disk.cutPower(() => survives);
      stand.gate = await openGate(parts);
      return stand.gate;
    },
    show: (card, offset = 0) => card.show(Math.floor(clock.time / 1000) + offset),
    async scan(card, direction = 'in') {
      return (await stand.gate.scan(await stand.show(card), { direction })).code;
    },
    records: () => [...server.records.values()].map((body) => JSON.parse(body)),
  };
  await stand.gate.refreshOnce();
  return stand;
}
