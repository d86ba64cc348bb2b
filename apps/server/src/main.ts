/** The server: `npm start`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dayOf } from '@liyu/domain/kernel';
import { createLogTurn } from './audit/workflow.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Core } from './core.ts';
import { NoKeys } from './database/field-cipher.ts';
import { HomeInUse } from './database/lock.ts';
import { importDonations } from './donation/import.ts';
import { hasDonors } from './donor/workflow.ts';
import { buildHttp } from './edge/http.ts';
import { announceServer, withdrawServer } from './edge/running-server.ts';
import { system } from './edge/system.ts';
import { openCore } from './open-core.ts';
import { ProgrammeProblems } from './programme/loader.ts';
import { endNights } from './redemption/workflow.ts';
import { writeSampleDonors } from './sample/sample-donors.ts';

const NIGHTS_EVERY_MS = 60_000;

const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** Into a home without donors: the sample donors, with today as census. */
async function loadSample(core: Core): Promise<void> {
  if (!core.config.sample || (await hasDonors(core.database))) return;
  const folder = mkdtempSync(path.join(tmpdir(), 'liyu-'));
  try {
    const file = path.join(folder, 'sample-donors.csv');
    await writeSampleDonors(dayOf(core.clock.now(), core.programme.zone), file);
    const report = await importDonations(core, file, { dryRun: false, allOrNothing: true });
    note(`sample data: ${report.imported} donations of real donors with made-up names`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const { core, close } = await openCore(config, system);
  await loadSample(core);
  const token = Buffer.from(core.random.bytes(32)).toString('base64url');
  const open = config.mode === 'development';
  const http = await buildHttp({ core, token, open, logLevel: 'warn', checkAnswers: false });
  const address = await http.listen({ host: config.host, port: config.port });
  announceServer(config.home, { address, pid: process.pid, token });
  const growLog = createLogTurn(core);
  const nights = setInterval(() => {
    endNights(core, core.clock.now()).catch((cause: unknown) => http.log.error(cause));
    growLog().catch((cause: unknown) => http.log.error(cause));
  }, NIGHTS_EVERY_MS);
  const stop = async (): Promise<void> => {
    clearInterval(nights);
    withdrawServer(config.home);
    await http.close();
    await close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop().catch((cause: unknown) => {
        note(String(cause));
        process.exitCode = 3;
      });
    });
  }
  process.stdout.write(`Liyu is ready: ${address}\n`);
  if (config.mode === 'development') note(`see ${address}/demo`);
}

try {
  await start();
} catch (cause) {
  const known = [ConfigError, HomeInUse, NoKeys, ProgrammeProblems].some(
    (kind) => cause instanceof kind,
  );
  note(known ? (cause as Error).message : String((cause as Error).stack ?? cause));
  process.exit(known ? 2 : 3);
}
