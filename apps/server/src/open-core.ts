/** Puts the core together: programme, database, keys, device. */
import path from 'node:path';
import { secondsOf } from '@liyu/domain/kernel';
import type { Programme } from '@liyu/domain/programme';
import type { Kysely } from 'kysely';
import { makeLogKey } from './audit/log-key.ts';
import type { Config } from './config.ts';
import type { Core } from './core.ts';
import { createFieldCipher, type FieldCipher } from './database/field-cipher.ts';
import { openFieldKeys } from './database/field-keys.ts';
import { openDatabase } from './database/open.ts';
import { holdPurpose, WrongPurpose } from './database/purpose.ts';
import type { Schema } from './database/schema.ts';
import { fillPhones, findDonorByDocument } from './donor/workflow.ts';
import { type Clock, createIds, type Random } from './edge/clock.ts';
import { startDevice } from './edge/device.ts';
import { type LaneKeys, openLaneKeys } from './lane/keys.ts';
import { PASSWORD_COST } from './login/password.ts';
import { type Keyring, openKeyring } from './pass/keyring.ts';
import { loadProgramme } from './programme/loader.ts';
import { firstSampleDocument } from './sample/sample-donors.ts';

/** A core and how it is closed. */
export interface OpenCore {
  readonly core: Core;
  close(): Promise<void>;
}

/** What is read from outside and passed down. */
export interface Outside {
  readonly clock: Clock;
  readonly random: Random;
  /** Less work for a password than in production: for tests. */
  readonly passwordCost?: number;
}

/** The keys of the home. In development missing ones are made when first needed. */
export function keyringOf(config: Config, programme: Programme, outside: Outside): Keyring {
  return openKeyring({
    folder: keyFolder(config),
    programme,
    random: outside.random,
    nowSeconds: () => secondsOf(outside.clock.now()),
    development: config.mode === 'development',
  });
}

/** The keys to which lanes seal. In development a missing one is made when first needed. */
export function laneKeysOf(config: Config, outside: Outside): LaneKeys {
  return openLaneKeys({
    folder: keyFolder(config),
    random: outside.random,
    now: outside.clock.now,
    development: config.mode === 'development',
  });
}

/** Makes the keys of passes, personal fields, lanes and the audit log, once; answers whether there were none. */
export function makeKeys(config: Config, keyring: Keyring, outside: Outside): boolean {
  openFieldKeys(keyFolder(config), outside.random, true);
  makeLogKey(keyFolder(config));
  laneKeysOf(config, outside).init();
  return keyring.init();
}

/** Where the home's keys lie. */
export function keyFolder(config: Config): string {
  return path.join(config.home, 'keys');
}

/**
 * Opens everything. Throws `HomeInUse` when another process has the home, `NoKeys` in production
 * before `keys init`, `WrongPurpose` when development and production would meet.
 */
export async function openCore(config: Config, outside: Outside): Promise<OpenCore> {
  const { clock, random } = outside;
  const programme = loadProgramme(config.programmeFolder);
  const fieldKeys = openFieldKeys(keyFolder(config), random, config.mode === 'development');
  const keyring = keyringOf(config, programme, outside);
  if (config.mode === 'production') refuseDevelopmentKeys(keyring);
  const opened = await openDatabase(config);
  try {
    const newId = createIds(clock, random);
    const cipher = createFieldCipher(fieldKeys, random);
    await holdPurpose(opened.database, config.mode, clock.now());
    if (config.mode === 'production') await refuseSampleDonors(opened.database, cipher);
    await fillPhones(opened.database, cipher);
    const core: Core = {
      config,
      database: opened.database,
      programme,
      cipher,
      keyring,
      laneKeys: laneKeysOf(config, outside),
      clock,
      random,
      passwordCost: outside.passwordCost ?? PASSWORD_COST,
      newId,
      nextMark: startDevice(config.home, newId),
    };
    return { core, close: opened.close };
  } catch (cause) {
    await opened.close();
    throw cause;
  }
}

/** Throws `WrongPurpose` for keys that were made in development. */
export function refuseDevelopmentKeys(keyring: Keyring): void {
  if (keyring.isOfDevelopment()) {
    throw new WrongPurpose(
      'LIYU_HOME: its keys were made in development; make others: `keys init`',
    );
  }
}

/** Throws `WrongPurpose` when the sample donors are in the database. */
export async function refuseSampleDonors(
  database: Kysely<Schema>,
  cipher: FieldCipher,
): Promise<void> {
  const sample = firstSampleDocument();
  if ((await findDonorByDocument(database, cipher, sample, 'resident_id')) !== undefined) {
    throw new WrongPurpose(
      'DATABASE_URL: the sample donors are in the database; take an empty one',
    );
  }
}
