/**
 * A city for tests of real agents: the real server with the sample donors, a wire to it that can be
 * cut, gates that enrol as any gate does, and donors' phones.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type ServerProcess, startServer } from '../../server/test/server-process.ts';
import { parseAddress } from '../src/agent/address.ts';
import { type CutLine, layLine } from '../src/demo/cut-line.ts';
import { askJson, bindPhone, loadSetting, type Phone, type Setting } from '../src/demo/phones.ts';
import { MAIN, writeConfig } from './agent-process.ts';

/** What a command of the agent did. */
export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A gate that is added at the server; its folder has `gate.json`, its `home` and what opened. */
export interface AddedGate {
  readonly id: string;
  readonly secret: string;
  readonly folder: string;
  readonly config: string;
}

/** The city. */
export interface GateCity {
  readonly server: ServerProcess;
  readonly line: CutLine;
  readonly setting: Setting;
  /** A station of the metro. */
  readonly venue: string;
  add(name: string, more?: Readonly<Record<string, unknown>>): Promise<AddedGate>;
  /** Runs a command of the agent on the gate's configuration. */
  run(gate: AddedGate, ...argv: string[]): Promise<Ran>;
  /** Adds a gate and enrols its device by way of the wire. */
  enrol(name: string, more?: Readonly<Record<string, unknown>>): Promise<AddedGate>;
  /** A new phone of a donor with a valid card. */
  phone(donor: number): Promise<Phone>;
  ask(route: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Opens it; close it at the end. */
export async function openGateCity(): Promise<GateCity> {
  const root = mkdtempSync(path.join(tmpdir(), 'liyu-gates-'));
  const server = await startServer(path.join(root, 'server'));
  const target = parseAddress(new URL(server.address).host);
  if (target === undefined) throw new Error('the server has an address');
  const line = await layLine(target);
  const setting = await loadSetting(server.address);
  const venue = setting.venues.find(({ mode }) => mode === 'metro')?.id ?? '';
  const ask = (route: string, body?: unknown) => askJson(`${server.address}/api/v1${route}`, body);
  const city: GateCity = {
    server,
    line,
    setting,
    venue,
    ask,
    async add(name, more) {
      const folder = path.join(root, name);
      mkdirSync(folder);
      const { id, secret } = (await ask('/gates', { venue, name })) as AddedGate;
      return { id, secret, folder, config: writeConfig(folder, more) };
    },
    run: ({ config }, ...argv) => runAgent(config, argv),
    async enrol(name, more) {
      const gate = await city.add(name, more);
      const { id, secret } = gate;
      const server = `http://${line.address}`;
      const ran = await city.run(
        gate,
        'enrol',
        '--server',
        server,
        '--gate',
        id,
        '--secret',
        secret,
      );
      if (ran.exit !== 0) throw new Error(ran.stderr);
      return gate;
    },
    phone(donor) {
      const valid = setting.donors.filter(({ card }) => card.state === 'valid');
      return bindPhone(server.address, valid[donor]?.donorId ?? '');
    },
    async close() {
      line.close();
      await server.stop();
      rmSync(root, { recursive: true });
    },
  };
  return city;
}

async function runAgent(config: string, argv: readonly string[]): Promise<Ran> {
  const started = promisify(execFile)(process.execPath, [MAIN, '--config', config, ...argv]);
  return started.then(
    ({ stdout, stderr }) => ({ exit: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ exit: code, stdout: `${stdout}`, stderr: `${stderr}` }),
  );
}

/** What the gate's turnstile was told, one opening after another. */
export function openingsOf({ folder }: AddedGate): { bootEpoch: number; seq: number }[] {
  let text: string;
  try {
    text = readFileSync(path.join(folder, 'opened.jsonl'), 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Now, in whole seconds: what a phone's clock says. */
export const seconds = (): number => Math.floor(Date.now() / 1000);
