/**
 * The gate agent: `npm run gate -- --config gate.json`.
 *
 * - `… enrol --server URL --gate ID [--secret S]` makes this device's key and registers it; without
 *   `--secret` the secret is the first line of standard input.
 * - `… --status` asks the running agent how it is.
 *
 * Exit status 0 done, 1 no (not enrolled, a staffed lane), 2 wrong usage or configuration, 3 a fault.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Agent } from './agent/agent.ts';
import { ConfigError, type GateConfig, readConfig } from './agent/config.ts';
import { EnrolmentRefused, enrol } from './agent/enrol.ts';
import { ask, jsonOf, ServerFault } from './agent/http-client.ts';
import { writeWhole } from './agent/identity.ts';
import { takeLock } from './agent/lock.ts';
import { faultText } from './agent/log.ts';
import { runGate } from './agent/run-gate.ts';
import { runProfile } from './agent/run-profile.ts';
import { prepareSurroundings } from './agent/surroundings.ts';
import { system } from './agent/system.ts';

const GONE_WITHIN_MS = 9_500;
const STATUS_WITHIN_MS = 5_000;
const MOST_STATUS_BYTES = 1_048_576;

const note = (text: string): void => void process.stderr.write(`${text}\n`);
const noteOf = (config: GateConfig): string => path.join(config.home, 'agent.json');

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        server: { type: 'string' },
        gate: { type: 'string' },
        secret: { type: 'string' },
        status: { type: 'boolean', default: false },
      },
    });
    const [command, ...more] = positionals;
    if (more.length > 0 || (command !== undefined && command !== 'enrol')) {
      throw new ConfigError(`${positionals.join(' ')}: is no command; there is enrol · 没有此命令`);
    }
    if (values.config === undefined) throw new ConfigError('--config: FILE · 配置文件');
    return { ...values, config: values.config, command };
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError((cause as Error).message);
  }
}

async function start(config: GateConfig): Promise<void> {
  const lock = takeLock(config.home);
  const around = prepareSurroundings(config, {
    ...system,
    standard: { input: process.stdin, output: process.stdout },
    logTo: process.stderr,
  });
  const run = config.mode === 'conformance' ? runProfile : runGate;
  const agent = await run(config, around);
  const channels = agent.channels.map(({ address }) => address ?? null);
  writeWhole(noteOf(config), JSON.stringify({ http: agent.http, pid: process.pid, channels }));
  stopOnSignal(agent, () => {
    rmSync(noteOf(config), { force: true });
    lock.release();
  });
  // A wedge is answered on standard output, which then holds answers and nothing else.
  const isWedge = config.channels.some(({ kind }) => kind === 'wedge');
  (isWedge ? process.stderr : process.stdout).write(`The gate is ready: ${agent.http}\n`);
}

/** On SIGTERM or SIGINT: stops once, and is gone within ten seconds whatever happens. */
function stopOnSignal(agent: Agent, release: () => void): void {
  let isStopping = false;
  const onSignal = (): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => {
      note('not everything ended in time; what was answered is on the disk');
      process.exit(3);
    }, GONE_WITHIN_MS).unref();
    agent.stop().then(
      () => {
        release();
        process.exit(0);
      },
      (cause: unknown) => {
        note(faultText(cause));
        process.exit(3);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
}

/** Prints the running agent's status; 1 where somebody of staff is needed, 3 where none runs. */
async function printStatus(config: GateConfig): Promise<number> {
  if (!existsSync(noteOf(config))) {
    note('no agent runs here · 此处没有代理在运行');
    return 3;
  }
  const { http } = JSON.parse(readFileSync(noteOf(config), 'utf8')) as { http: string };
  const answer = await ask({
    url: `http://${http}/status`,
    withinMs: STATUS_WITHIN_MS,
    mostBytes: MOST_STATUS_BYTES,
  });
  const status = jsonOf(answer) as { staffedLane?: boolean };
  process.stdout.write(`${JSON.stringify(status, null, 2)}\n`);
  return status.staffedLane === true ? 1 : 0;
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface(process.stdin)) return line.trim();
  return '';
}

async function runEnrolment(
  config: GateConfig,
  { server, gate, secret }: ReturnType<typeof readOptions>,
): Promise<number> {
  if (server === undefined) throw new ConfigError('--server: URL · 服务器地址');
  if (gate === undefined) throw new ConfigError('--gate: ID · 闸机编号');
  const lock = takeLock(config.home);
  try {
    const enrolment = { server, gateId: gate, secret: async () => secret ?? (await firstLine()) };
    const { gateId, venue } = await enrol(config.home, enrolment);
    process.stdout.write(`${JSON.stringify({ gate: gateId, venue })}\n`);
    return 0;
  } finally {
    lock.release();
  }
}

async function main(): Promise<number | undefined> {
  const options = readOptions();
  const config = readConfig(options.config);
  if (options.status) return printStatus(config);
  if (options.command === 'enrol') return runEnrolment(config, options);
  await start(config);
  return undefined;
}

try {
  const status = await main();
  if (status !== undefined) process.exitCode = status;
} catch (cause) {
  const isKnown = cause instanceof ConfigError || cause instanceof EnrolmentRefused;
  note(isKnown || cause instanceof ServerFault ? (cause as Error).message : faultText(cause));
  process.exit(cause instanceof EnrolmentRefused ? 1 : isKnown ? 2 : 3);
}
