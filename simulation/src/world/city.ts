/**
 * What all seeds of a process share, because making it takes seconds: the engine, the programme,
 * the keys of a home.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Programme } from '@liyu/domain/programme';
import { type Config, readConfig } from '../../../apps/server/src/config.ts';
import type { Core } from '../../../apps/server/src/core.ts';
import { createFieldCipher } from '../../../apps/server/src/database/field-cipher.ts';
import { openFieldKeys } from '../../../apps/server/src/database/field-keys.ts';
import { createIds } from '../../../apps/server/src/edge/clock.ts';
import { keyFolder, keyringOf, laneKeysOf } from '../../../apps/server/src/open-core.ts';
import { loadProgramme } from '../../../apps/server/src/programme/loader.ts';
import { type CityDatabase, openCityDatabase } from './city-database.ts';
import { isoOf } from './city-time.ts';
import { createDice, type Dice } from './dice.ts';
import type { Schedule } from './schedule.ts';

/** The shared parts. */
export interface City {
  readonly engine: CityDatabase;
  readonly programme: Programme;
  readonly config: Config;
  /** A server's core on the engine, as a start of the server makes it. */
  startCore(clock: Pick<Schedule, 'now'>, dice: Dice): Core;
  close(): Promise<void>;
}

/** Opens them. */
export async function openCity(): Promise<City> {
  const home = mkdtempSync(path.join(tmpdir(), 'liyu-simulation-'));
  const config = readConfig({ LIYU_HOME: home, LIYU_MODE: 'development' });
  const programme = loadProgramme(config.programmeFolder);
  const engine = await openCityDatabase();
  const keys = openFieldKeys(keyFolder(config), createDice('field keys'), true);
  return {
    engine,
    programme,
    config,
    startCore(schedule, random) {
      const clock = { now: () => isoOf(schedule.now) as ReturnType<Core['clock']['now']> };
      let seq = 0;
      const start = random.below(2 ** 31);
      return {
        config,
        database: engine.connect(),
        programme,
        cipher: createFieldCipher(keys, random),
        keyring: keyringOf(config, programme, { clock, random }),
        laneKeys: laneKeysOf(config, { clock, random }),
        clock,
        random,
        passwordCost: 10,
        newId: createIds(clock, random),
        nextMark() {
          seq += 1;
          return { id: 'server', bootEpoch: start, seq };
        },
      };
    },
    async close() {
      await engine.close();
      rmSync(home, { recursive: true });
    },
  };
}
