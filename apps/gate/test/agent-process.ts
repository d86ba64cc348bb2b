/** The real agent as a process of its own, for tests that talk to it and kill it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

export const MAIN = path.resolve(import.meta.dirname, '../src/main.ts');

/** What an agent says of itself when it is ready. */
export interface AgentNote {
  readonly http: string;
  readonly pid: number;
  readonly channels: readonly (string | null)[];
}

/** A running agent. */
export interface AgentProcess extends AgentNote {
  readonly child: ChildProcess;
  /** What it has logged so far. */
  log(): string;
  /** Ends it as a power cut would: SIGKILL. */
  kill(): Promise<void>;
  /** Asks it to stop, and answers its exit status. */
  stop(): Promise<number | null>;
}

/** Writes `gate.json` into the folder; addresses are any free ones on loopback unless said. */
export function writeConfig(folder: string, more: Readonly<Record<string, unknown>> = {}): string {
  const file = path.join(folder, 'gate.json');
  const config = {
    home: 'home',
    channels: [{ kind: 'tcp', listen: '127.0.0.1:0', mostConnections: 64 }],
    turnstile: { kind: 'file', path: 'opened.jsonl' },
    http: { listen: '127.0.0.1:0' },
    ...more,
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** Starts the agent and resolves when it is ready; rejects with what it said when it ends. */
export async function startAgentProcess(
  config: string,
  launch: readonly string[] = [process.execPath],
): Promise<AgentProcess> {
  const [command = '', ...before] = launch;
  const child = spawn(command, [...before, MAIN, '--config', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.on('data', (text: Buffer) => said.push(text.toString()));
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('The gate is ready: ')) resolve();
    });
    child.once('exit', (code) =>
      reject(new Error(`the agent ended with ${code}: ${said.join('')}`)),
    );
  });
  const note = JSON.parse(
    readFileSync(path.join(path.dirname(config), 'home', 'agent.json'), 'utf8'),
  ) as AgentNote;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    return child.exitCode;
  };
  return {
    ...note,
    child,
    log: () => said.join(''),
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}
