/** Puts the core together: programme, database, keys, device. */
import path from 'node:path';
import { secondsOf } from '@liyu/domain/kernel';
import type { Config } from './config.ts';
import type { Core } from './core.ts';
import { createFieldCipher, readFieldKeys } from './database/field-cipher.ts';
import { openDatabase } from './database/open.ts';
import { type Clock, createIds, type Random } from './edge/clock.ts';
import { startDevice } from './edge/device.ts';
import { openKeyring } from './pass/keyring.ts';
import { loadProgramme } from './programme/loader.ts';

/** A core and how it is closed. */
export interface OpenCore {
  readonly core: Core;
  close(): Promise<void>;
}

/** Opens everything. Throws `HomeInUse` when another process has the home. */
export async function openCore(
  config: Config,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<OpenCore> {
  const programme = loadProgramme(config.programmeFolder);
  const opened = await openDatabase(config);
  try {
    const development = config.mode === 'development';
    const newId = createIds(clock, random);
    const core: Core = {
      config,
      database: opened.database,
      programme,
      cipher: createFieldCipher(readFieldKeys(config.home, random, development), random),
      keyring: openKeyring({
        folder: path.join(config.home, 'keys'),
        programme,
        random,
        nowSeconds: () => secondsOf(clock.now()),
        development,
      }),
      clock,
      random,
      newId,
      nextMark: startDevice(config.home, newId),
    };
    return { core, close: opened.close };
  } catch (cause) {
    await opened.close();
    throw cause;
  }
}
