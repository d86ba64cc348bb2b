/** The command line: `npm run -s liyu -- COMMAND`. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Config, ConfigError, readConfig } from '../config.ts';
import { HomeInUse } from '../database/lock.ts';
import { findServer } from '../edge/running-server.ts';
import { system } from '../edge/system.ts';
import { type OpenCore, openCore } from '../open-core.ts';
import { loadProgramme } from '../programme/loader.ts';
import { takesPassword } from './commands/logins.ts';
import { type CommandContext, EXIT } from './context.ts';
import { readFirstLine } from './first-line.ts';
import { type CommandLine, runRemotely } from './remote.ts';
import { runCommand } from './run.ts';

/** How long a command waits for another one that holds the home. */
const PATIENCE_MS = 60_000;
const POLL_MS = 50;

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const note = (text: string): void => void process.stderr.write(`${text}\n`);

function receive(line: CommandLine): void {
  if ('print' in line) print(line.print);
  if ('note' in line) note(line.note);
}

async function run(config: Config, argv: readonly string[]): Promise<number> {
  const folder = process.env.INIT_CWD ?? process.cwd();
  const firstLine = takesPassword(argv) ? await readFirstLine(process.stdin) : undefined;
  for (let waited = 0; ; waited += POLL_MS) {
    const server = config.databaseUrl === undefined ? findServer(config.home) : undefined;
    const status = server && (await runRemotely(server, argv, folder, firstLine, receive));
    if (status !== undefined) return status;
    try {
      return await runHere(config, argv, folder, firstLine);
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
    print,
    note: (text) => {
      if (inUse === undefined) note(text);
    },
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

try {
  process.exitCode = await run(readConfig(process.env), process.argv.slice(2));
} catch (cause) {
  note(cause instanceof Error ? cause.message : String(cause));
  process.exitCode = cause instanceof ConfigError ? EXIT.usage : EXIT.fault;
}
