/** The demo's gate: a real agent in a process of its own, that can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { parseAddress } from '../agent/address.ts';
import { enrol } from '../agent/enrol.ts';
import { ask, jsonOf } from '../agent/http-client.ts';
import type { Direction } from '../agent/present.ts';
import { openLineClient } from '../conformance/line-client.ts';
import { askJson } from './phones.ts';

const MAIN = path.resolve(import.meta.dirname, '../main.ts');
const WITHIN_MS = 5_000;
const MOST_BYTES = 1_048_576;
const SECRET = z.object({ id: z.string(), secret: z.string() });
const NOTE = z.object({ http: z.string(), channels: z.array(z.string()) });

/** The gate of the demo. */
export interface DemoGate {
  readonly isRunning: boolean;
  /** Holds a code to the gate's reader. */
  scan(code: string, direction: Direction): Promise<unknown>;
  /** What the agent says of itself, or `null`. */
  status(): Promise<unknown>;
  /** As a power cut would. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Enrols a gate at the venue, by way of `wire`, and starts it in the folder. */
export async function openDemoGate(
  folder: string,
  server: string,
  wire: string,
  venue: string,
): Promise<DemoGate> {
  const { id, secret } = SECRET.parse(
    await askJson(`${server}/api/v1/gates`, { venue, name: 'demo' }),
  );
  const home = path.join(folder, 'home');
  const config = path.join(folder, 'gate.json');
  const channel = (direction: Direction) => ({ kind: 'tcp', listen: '127.0.0.1:0', direction });
  writeFileSync(
    config,
    JSON.stringify({
      home: 'home',
      channels: [channel('in'), channel('out')],
      turnstile: { kind: 'file', path: 'opened.jsonl' },
      http: { listen: '127.0.0.1:0' },
      log: 'warn',
    }),
  );
  await enrol(home, { server: wire, gateId: id, secret: async () => secret });
  let child: ChildProcess | undefined;
  const note = () => NOTE.parse(JSON.parse(readFileSync(path.join(home, 'agent.json'), 'utf8')));
  const gate: DemoGate = {
    get isRunning() {
      return child !== undefined && child.exitCode === null && child.signalCode === null;
    },
    async scan(code, direction) {
      const address = parseAddress(note().channels[direction === 'in' ? 0 : 1] ?? '');
      if (address === undefined) throw new Error('the gate has no channel');
      const client = await openLineClient(address, WITHIN_MS);
      try {
        client.send(`${code}\n`);
        return JSON.parse(await client.next());
      } finally {
        client.close();
      }
    },
    async status() {
      if (!gate.isRunning) return null;
      const url = `http://${note().http}/status`;
      return jsonOf(await ask({ url, withinMs: WITHIN_MS, mostBytes: MOST_BYTES }));
    },
    async kill() {
      if (child === undefined || !gate.isRunning) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    async start() {
      if (gate.isRunning) return;
      child = await startAgent(config);
    },
  };
  await gate.start();
  return gate;
}

async function startAgent(config: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [MAIN, '--config', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('The gate is ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the agent ended with ${code}`)));
  });
  return child;
}
