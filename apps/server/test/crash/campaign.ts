/**
 * Campaigns of kills: the server on PostgreSQL, the server on the embedded database, and PostgreSQL
 * itself under a server that goes on. Each ends with a check of everything that was acknowledged.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { OwnPostgres } from '../own-postgres.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { type Ask, findBreaches } from './check.ts';
import { type Load, startLoad, type Target } from './load.ts';
import { prepareScans } from './prepare.ts';

const CLI = path.resolve(import.meta.dirname, '../../src/cli/main.ts');
/** A kill comes after so many more answers, and up to so many milliseconds later. */
const ANSWERS = { atLeast: 20, more: 80 };
const MOST_DELAY_MS = 40;
/** Answers that may come while a kill is on its way. */
const SPARE_ANSWERS = 60;
const READY_WITHIN_MS = 20_000;

/** What became of a campaign. */
export interface CampaignReport {
  readonly kills: number;
  readonly scans: number;
  readonly resent: number;
  readonly files: number;
  /** Median time from a kill to the next answer of `/readyz`. */
  readonly backMs: number;
  readonly breaches: readonly string[];
}

/** How it is run. */
export interface CampaignOptions {
  readonly kills: number;
  readonly say: (line: string) => void;
}

/** Kills the server, on the embedded database. */
export async function killEmbedded(options: CampaignOptions): Promise<CampaignReport> {
  const home = makeHome();
  const asks = async (): Promise<[Ask, () => Promise<void>]> => {
    const database = await PGlite.create(path.join(home, 'database'));
    const ask = async <Row>(text: string) => (await database.query<Row>(text)).rows;
    return [ask, () => database.close()];
  };
  return killServer(options, { LIYU_HOME: home }, asks);
}

/** Kills the server, on PostgreSQL. */
export async function killOnPostgres(
  options: CampaignOptions,
  postgres: OwnPostgres,
): Promise<CampaignReport> {
  const url = await createDatabase(postgres, 'kills');
  return killServer(options, environmentOf(url), () => askPostgres(url));
}

/** Kills PostgreSQL under a server that must live through it. */
export async function killPostgres(
  options: CampaignOptions,
  postgres: OwnPostgres,
): Promise<CampaignReport> {
  const url = await createDatabase(postgres, 'postmaster');
  const environment = environmentOf(url);
  const scans = await prepareScans(environment, scansFor(options.kills));
  const server = await startServer(environment.LIYU_HOME, environment);
  const target = targetOf(server, environment.LIYU_HOME);
  const load = startLoad(scans, environment.LIYU_HOME, async () => target);
  const broken: string[] = [];
  const back: number[] = [];
  try {
    for (let kill = 1; kill <= options.kills && broken.length === 0; kill += 1) {
      await untilKill(load);
      const began = performance.now();
      if (kill % 2 === 0) postgres.abort();
      else await postgres.kill();
      const down = await statusOf(server.address, '/readyz');
      if (down !== 503) broken.push(`/readyz says ${down} while PostgreSQL is gone`);
      postgres.start();
      const isReady = await becomesReady(server.address);
      if (!isReady) broken.push('the server has not found PostgreSQL again');
      back.push(performance.now() - began);
      if (server.child.exitCode !== null) broken.push('the server has ended');
      sayProgress(options, kill, load);
    }
  } finally {
    await load.end();
    await server.stop();
  }
  return report(environment, () => askPostgres(url), load, back, broken);
}

type Environment = Readonly<Record<string, string>> & { readonly LIYU_HOME: string };
type Asks = () => Promise<[Ask, () => Promise<void>]>;

async function killServer(
  options: CampaignOptions,
  given: { readonly LIYU_HOME: string },
  asks: Asks,
): Promise<CampaignReport> {
  const environment: Environment = { ...given, LIYU_SAMPLE: '0' };
  const scans = await prepareScans(environment, scansFor(options.kills));
  let server = startServer(environment.LIYU_HOME, environment);
  const target = async () => targetOf(await server, environment.LIYU_HOME);
  const load = startLoad(scans, environment.LIYU_HOME, target);
  const back: number[] = [];
  const restart = async (dying: ServerProcess): Promise<ServerProcess> => {
    const began = performance.now();
    await dying.kill();
    const started = await startServer(environment.LIYU_HOME, environment);
    await becomesReady(started.address);
    back.push(performance.now() - began);
    return started;
  };
  const broken: string[] = [];
  for (let kill = 1; kill <= options.kills && broken.length === 0; kill += 1) {
    await untilKill(load);
    server = server.then(restart);
    await server.catch((cause: unknown) => broken.push(`it did not start again: ${cause}`));
    sayProgress(options, kill, load);
  }
  await load.end();
  await server.then((last) => last.kill()).catch(() => undefined);
  return report(environment, asks, load, back, broken);
}

function scansFor(kills: number): number {
  return kills * (ANSWERS.atLeast + ANSWERS.more + SPARE_ANSWERS);
}

async function untilKill(load: Load): Promise<void> {
  await load.answered(ANSWERS.atLeast + Math.floor(Math.random() * ANSWERS.more));
  await wait(Math.random() * MOST_DELAY_MS);
}

function sayProgress({ kills, say }: CampaignOptions, kill: number, load: Load): void {
  const { acknowledged, imported, resent } = load;
  say(
    `kill ${kill} of ${kills}: ${acknowledged.size} scans, ${resent} sent again, ${imported.size} files`,
  );
}

async function report(
  environment: Environment,
  asks: Asks,
  load: Load,
  back: readonly number[],
  broken: readonly string[],
): Promise<CampaignReport> {
  const log = [
    ...(await runCommand(environment, 'audit', 'checkpoint')),
    ...(await runCommand(environment, 'audit', 'verify')),
  ];
  const [ask, close] = await asks();
  const found = await findBreaches(ask, { scans: load.acknowledged, files: load.imported });
  await close();
  rmSync(environment.LIYU_HOME, { recursive: true });
  const sorted = [...back].sort((one, other) => one - other);
  return {
    kills: back.length,
    scans: load.acknowledged.size,
    resent: load.resent,
    files: load.imported.size,
    backMs: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
    breaches: [...broken, ...load.breaches, ...log, ...found],
  };
}

/** Runs a command of the product in a process of its own; answers why it failed, if it did. */
async function runCommand(environment: Environment, ...argv: string[]): Promise<string[]> {
  try {
    await promisify(execFile)(process.execPath, [CLI, ...argv], {
      env: { PATH: process.env.PATH, ...environment },
    });
    return [];
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout?: string; stderr?: string };
    return [`${argv.join(' ')} failed: ${stdout}${stderr}`];
  }
}

function makeHome(): string {
  return mkdtempSync(path.join(tmpdir(), 'liyu-crash-'));
}

function environmentOf(url: string): Environment {
  return { LIYU_HOME: makeHome(), DATABASE_URL: url, LIYU_MODE: 'development', LIYU_SAMPLE: '0' };
}

function targetOf({ address }: ServerProcess, home: string): Target {
  const { token } = JSON.parse(readFileSync(path.join(home, 'server.json'), 'utf8'));
  return { address, token };
}

async function createDatabase(postgres: OwnPostgres, name: string): Promise<string> {
  const [ask, close] = await askPostgres(postgres.url);
  await ask(`create database ${name}`);
  await close();
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.href;
}

async function askPostgres(url: string): Promise<[Ask, () => Promise<void>]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const ask = async <Row>(text: string) => (await client.query(text)).rows as Row[];
  return [ask, () => client.end()];
}

async function statusOf(address: string, route: string): Promise<number> {
  try {
    const response = await fetch(`${address}${route}`, { signal: AbortSignal.timeout(10_000) });
    await response.text();
    return response.status;
  } catch {
    return 0;
  }
}

async function becomesReady(address: string): Promise<boolean> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if ((await statusOf(address, '/readyz')) === 200) return true;
    await wait(20);
  }
  return false;
}
