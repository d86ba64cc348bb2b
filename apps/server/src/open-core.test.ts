import path from 'node:path';
import type { CivilDate } from '@liyu/domain/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inProduction } from '../test/donor-phone.ts';
import { openTestCore, residentNumber, type TestCore } from '../test/test-core.ts';
import { holdPurpose, WrongPurpose } from './database/purpose.ts';
import { importDonations } from './donation/import.ts';
import { system } from './edge/system.ts';
import {
  keyringOf,
  makeKeys,
  openCore,
  refuseDevelopmentKeys,
  refuseSampleDonors,
} from './open-core.ts';
import { firstSampleDocument, writeSampleDonors } from './sample/sample-donors.ts';

let city: TestCore;
beforeAll(async () => {
  city = await openTestCore();
});
afterAll(() => city.close());

test('production does not open a home whose keys were made in development', async () => {
  const { config, programme } = city.core;
  makeKeys(config, keyringOf(config, programme, system), system);
  const production = { ...config, mode: 'production' as const };
  await expect(openCore(production, system)).rejects.toThrow(WrongPurpose);
  const elsewhere = { ...production, home: path.join(city.home, 'elsewhere') };
  const keyring = keyringOf(elsewhere, programme, system);
  makeKeys(elsewhere, keyring, system);
  expect(() => refuseDevelopmentKeys(keyring)).not.toThrow();
});

test('a database stays what it was made for', async () => {
  const { database, clock } = city.core;
  await expect(holdPurpose(database, 'development', clock.now())).resolves.toBeUndefined();
  await expect(holdPurpose(database, 'production', clock.now())).rejects.toThrow(
    /made for development, and LIYU_MODE is production/,
  );
});

test('nor does it take one of them in, of whatever file', async () => {
  const file = path.join(city.home, 'sample.csv');
  const { donations } = await writeSampleDonors('2026-11-23' as CivilDate, file);
  const production = inProduction(city.core);
  const manner = { dryRun: false, allOrNothing: false };
  const report = await importDonations(production, file, manner);
  expect([report.imported, report.rejected.length]).toEqual([0, donations]);
  expect(new Set(report.rejected.map(({ code }) => code))).toEqual(new Set(['sample_donor']));
});

test('production does not open a database with the sample donors', async () => {
  const { database, cipher } = city.core;
  await city.importRows([{ number: 'A1', document: residentNumber(1), donatedOn: '2026-03-10' }]);
  await expect(refuseSampleDonors(database, cipher)).resolves.toBeUndefined();
  await city.importRows([
    { number: 'A2', document: firstSampleDocument(), donatedOn: '2026-03-10' },
  ]);
  await expect(refuseSampleDonors(database, cipher)).rejects.toThrow(/sample donors/);
});
