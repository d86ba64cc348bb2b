/** The server: `npm start`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dayOf } from '@liyu/domain/kernel';
import type { FastifyInstance } from 'fastify';
import { createLogTurn } from './audit/workflow.ts';
import { detectClones } from './clone/workflow.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Core } from './core.ts';
import { createDailyTurn } from './daily.ts';
import { NoKeys } from './database/field-keys.ts';
import { HomeInUse } from './database/lock.ts';
import { WrongPurpose } from './database/purpose.ts';
import { NoDatabase } from './database/server.ts';
import { importDonations } from './donation/import.ts';
import { hasDonors } from './donor/workflow.ts';
import { faultOf } from './edge/fault.ts';
import { buildHttp } from './edge/http.ts';
import { announceServer, withdrawServer } from './edge/running-server.ts';
import { system } from './edge/system.ts';
import { every } from './edge/timer.ts';
import { deliverDue } from './notice/deliver.ts';
import { openChannels } from './notice/open-channels.ts';
import { openCore } from './open-core.ts';
import { ProgrammeProblems } from './programme/loader.ts';
import { endNights } from './redemption/workflow.ts';
import { writeSampleDonors } from './sample/sample-donors.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** What happened is on the phone within a minute: the wait is a small part of it. */
const NOTICES_EVERY_MS = 2_000;
/** A clone is suspended well within the minute after its second use. */
const CLONES_EVERY_MS = 10_000;
const REQUESTS_END_WITHIN_MS = 6_000;
const GONE_WITHIN_MS = 9_500;

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
  const http = await buildHttp({
    core,
    token,
    open,
    logLevel: config.logLevel,
    checkAnswers: false,
  });
  const tell = (cause: unknown): void => http.log.error(cause);
  const address = await http.listen({ host: config.host, port: config.port });
  announceServer(config.home, { address, pid: process.pid, token });
  const growLog = createLogTurn(core);
  const channels = openChannels(config, core.clock, note);
  const stopping = new AbortController();
  const timers = [
    every(NOTICES_EVERY_MS, () => deliverDue(core, channels, stopping.signal), tell),
    every(MINUTE_MS, createDailyTurn(core), tell),
    every(MINUTE_MS, () => endNights(core, core.clock.now()), tell),
    every(MINUTE_MS, growLog, tell),
    every(CLONES_EVERY_MS, () => detectClones(core), tell),
    every(SECOND_MS, async () => core.cipher.refresh(), tell),
  ];
  stopOnSignal(async () => {
    withdrawServer(config.home);
    stopping.abort();
    const timersAtRest = Promise.all(timers.map((timer) => timer.stop()));
    await closeHttp(http);
    await timersAtRest;
    channels.sms?.close();
    channels.email?.close();
    await close();
  });
  process.stdout.write(`Liyu is ready: ${address}\n`);
  if (config.mode === 'development') note(`see ${address}/demo`);
}

/** Lets requests under way end, and cuts off those that have not after a while. */
async function closeHttp(http: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => http.server.closeAllConnections(), REQUESTS_END_WITHIN_MS);
  await http.close();
  clearTimeout(cut);
}

/** On SIGTERM or SIGINT: stops once, and is gone within ten seconds whatever happens. */
function stopOnSignal(stop: () => Promise<void>): void {
  let isStopping = false;
  const onSignal = (): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => {
      note('not everything ended in time; what was acknowledged is stored');
      process.exit(3);
    }, GONE_WITHIN_MS).unref();
    stop().catch((cause: unknown) => {
      note(JSON.stringify(faultOf(cause)));
      process.exitCode = 3;
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
}

try {
  await start();
} catch (cause) {
  const known = [ConfigError, HomeInUse, NoKeys, ProgrammeProblems, WrongPurpose].some(
    (kind) => cause instanceof kind,
  );
  const isPlain = known || cause instanceof NoDatabase;
  note(isPlain ? (cause as Error).message : JSON.stringify(faultOf(cause)));
  process.exit(known ? 2 : 3);
}
