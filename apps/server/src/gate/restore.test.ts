/** A server comes back from yesterday's backup, and gates send again what it has not heard of. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createDatabase } from '../../test/database.ts';
import { ANNUAL, at, HONOUR, openTestGate } from '../../test/gate.ts';
import { bootText, deviceAt, scanText, send } from '../../test/gate-records.ts';
import { instant } from '../../test/test-core.ts';
import { verifyAudit } from '../audit/workflow.ts';
import { makeBackup, restoreBackup } from '../backup/workflow.ts';
import { readConfig } from '../config.ts';
import type { Core } from '../core.ts';
import { system } from '../edge/system.ts';
import { openCore } from '../open-core.ts';
import { endNights } from '../redemption/end-nights.ts';
import { ledgerName } from './ledger-name.ts';

const { city, codeOf } = await openTestGate();
const { core } = city;
const folder = mkdtempSync(path.join(tmpdir(), 'liyu-restore-'));
const server = process.env.LIYU_TEST_POSTGRES;
const made = server === undefined ? undefined : await createDatabase(server);
afterAll(async () => {
  await city.close();
  await made?.drop();
  rmSync(folder, { recursive: true });
});

async function owed({ database }: Core): Promise<Record<string, number>> {
  const rows = await database.selectFrom('posting').selectAll().execute();
  const sums: Record<string, number> = {};
  for (const { partner_id: partner, credit, amount_fen: fen } of rows) {
    sums[partner] = (sums[partner] ?? 0) + (credit.startsWith('partner:') ? fen : -fen);
  }
  return sums;
}

test('the ledger has another name, and what was acknowledged since the backup is not lost', async () => {
  const [station, other] = [deviceAt(core, 'metro-demo'), deviceAt(core, 'metro-1-20')];
  const scanAt = async (document: string, time: string, more: object = {}) =>
    scanText({ at: at(time), code: await codeOf(document, at(time)), ...more });
  const before = [
    bootText(at('07:00:00')),
    await scanAt(ANNUAL, '08:00:00'),
    await scanAt(HONOUR, '08:01:00'),
    scanText({ at: at('08:02:00'), code: 'LY1:FORGED' }),
  ];
  const away = { venue: 'metro-1-20', direction: 'out' };
  const after = [await scanAt(ANNUAL, '08:30:00', away), await scanAt(HONOUR, '08:31:00', away)];
  await send(core, station, before, 0);
  const name = await ledgerName(core);
  await endNights(core, instant(at('04:00:00', '2026-11-25')));
  const file = path.join(folder, 'city.backup');
  await makeBackup(core, file);
  await send(core, other, after);
  expect(await verifyAudit(core)).toMatchObject({ ok: true });

  const home = path.join(folder, 'home');
  cpSync(path.join(city.home, 'keys'), path.join(home, 'keys'), { recursive: true });
  const config = readConfig({
    LIYU_HOME: home,
    LIYU_MODE: 'development',
    ...(made && { DATABASE_URL: made.url }),
  });
  await restoreBackup(file, config, system.random);
  const restored = await openCore(config, { ...system, clock: core.clock, passwordCost: 10 });
  try {
    expect(await ledgerName(restored.core)).not.toBe(name);
    expect(await ledgerName(restored.core)).toBe(await ledgerName(restored.core));
    const again = await send(restored.core, station, before, 0);
    expect(again.map(({ outcome }) => outcome)).toEqual(['known', 'known', 'known', 'known']);
    const late = await send(restored.core, other, after);
    expect(late.map(({ outcome }) => outcome)).toEqual(['recorded', 'recorded']);
    expect(await owed(restored.core)).toEqual(await owed(core));
    expect(await verifyAudit(restored.core)).toMatchObject({ ok: true });
  } finally {
    await restored.close();
  }
});
