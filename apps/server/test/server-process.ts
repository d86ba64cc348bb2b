/** The real server as a process of its own, for tests that kill it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fillHome } from './database.ts';

const MAIN = path.resolve(import.meta.dirname, '../src/main.ts');

/** A running server. */
export interface ServerProcess {
  readonly address: string;
  readonly child: ChildProcess;
  /** Ends it as a power cut would: SIGKILL. */
  kill(): Promise<void>;
  /** Asks it to stop, and answers its exit status. */
  stop(): Promise<number | null>;
}

/** Starts the server on a free port and resolves when it says that it is ready. */
export async function startServer(
  home: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const isNew = !existsSync(path.join(home, 'database'));
  if (environment.DATABASE_URL === undefined && isNew) await fillHome(home);
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, LIYU_HOME: home, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.on('data', (text: Buffer) => said.push(text.toString()));
  const address = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const ready = /^Liyu is ready: (.+)$/.exec(line);
      if (ready?.[1] !== undefined) resolve(ready[1]);
    });
    child.once('exit', (code) =>
      reject(new Error(`the server ended with ${code}: ${said.join('')}`)),
    );
  });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    return child.exitCode;
  };
  return {
    address,
    child,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}
