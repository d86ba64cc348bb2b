/** The command line: `npm run -s liyu -- COMMAND`. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Config, ConfigError, readConfig } from '../config.ts';
import { HomeInUse } from '../database/lock.ts';
import { findServer } from '../edge/running-server.ts';
import { system } from '../edge/system.ts';
import { type OpenCore, openCore } from '../open-core.ts';
import { loadProgramme } from '../programme/loader.ts';
import { LASTING } from './commands/imports.ts';
import { takesPassword } from './commands/logins.ts';
import { type CommandContext, EXIT } from './context.ts';
import { readFirstLine } from './first-line.ts';
import { type CommandLine, runRemotely } from './remote.ts';
import { runCommand } from './run.ts';

/** How long a command waits for another one that holds the home. */
const PATIENCE_MS = 60_000;
const POLL_MS = 50;

/** Asked to stop, a command that goes on ends with what it is at. */
const stopping = new AbortController();

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const note = (text: string): void => void process.stderr.write(`${text}\n`);

function receive(line: CommandLine): void {
  if ('print' in line) print(line.print);
  if ('note' in line) note(line.note);
}

async function run(
  config: Config,
  argv: readonly string[],
  to: (line: CommandLine) => void = receive,
): Promise<number> {
  const folder = process.env.INIT_CWD ?? process.cwd();
  if (LASTING.includes(argv[0] ?? '')) return runHere(config, argv, folder, undefined, to);
  const firstLine = takesPassword(argv, config.mode)
    ? await readFirstLine(process.stdin)
    : undefined;
  for (let waited = 0; ; waited += POLL_MS) {
    const server = config.databaseUrl === undefined ? findServer(config.home) : undefined;
    const status = server && (await runRemotely(server, argv, folder, firstLine, to));
    if (status !== undefined) return status;
    try {
      return await runHere(config, argv, folder, firstLine, to);
    } catch (cause) {
      if (!(cause instanceof HomeInUse) || waited >= PATIENCE_MS) throw cause;
      await wait(POLL_MS);
    }
  }
}

/** Throws `HomeInUse` before anything was done. */
async function runHere(
  config: Config,
  argv: readonly string[],
  folder: string,
  firstLine: string | undefined,
  to: (line: CommandLine) => void,
): Promise<number> {
  let opened: OpenCore | undefined;
  let inUse: HomeInUse | undefined;
  const context: CommandContext = {
    config,
    folder,
    outside: system,
    programme: () => opened?.core.programme ?? loadProgramme(config.programmeFolder),
    async core() {
      opened ??= await openCore(config, system).catch((cause: unknown) => {
        if (cause instanceof HomeInUse) inUse = cause;
        throw cause;
      });
      return opened.core;
    },
    firstLine: async () => firstLine,
    print: (text) => to({ print: text }),
    note: (text) => {
      if (inUse === undefined) to({ note: text });
    },
    runLine: (line, hear) => run(config, line, hear),
    stopped: stopping.signal,
    wait: (milliseconds) => wait(milliseconds, undefined, stopping).catch(() => {}),
    interactive: process.stderr.isTTY === true,
  };
  try {
    const status = await runCommand(argv, context);
    if (inUse !== undefined) throw inUse;
    return status;
  } finally {
    await opened?.close();
  }
}

if (LASTING.includes(process.argv[2] ?? '')) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopping.abort());
  }
}
try {
  process.exitCode = await run(readConfig(process.env), process.argv.slice(2));
} catch (cause) {
  note(cause instanceof Error ? cause.message : String(cause));
  process.exitCode = cause instanceof ConfigError ? EXIT.usage : EXIT.fault;
}
