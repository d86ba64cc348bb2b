/**
 * `npm run gate:demo [-- --port N]`: a turnstile to play with. Starts a development server with the
 * sample donors if none runs in `./var`, enrols a gate, starts its agent, and serves a page on which
 * one holds donors' codes to it, cuts its network and kills it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { parseAddress } from '../agent/address.ts';
import { system } from '../agent/system.ts';
import { type CutLine, layLine } from './cut-line.ts';
import { createDemo } from './demo.ts';
import { type DemoGate, openDemoGate } from './demo-gate.ts';
import { type PageServer, servePage } from './page-server.ts';
import { askJson, loadSetting } from './phones.ts';

const SERVER = path.resolve(import.meta.dirname, '../../../server/src/main.ts');
const note = (text: string): void => void process.stderr.write(`${text}\n`);

interface FoundServer {
  readonly origin: string;
  readonly child: ChildProcess | undefined;
}

/** The server that runs in the home, if one does and answers. */
async function findServer(home: string): Promise<string | undefined> {
  const file = path.join(home, 'server.json');
  if (!existsSync(file)) return undefined;
  const { address } = JSON.parse(readFileSync(file, 'utf8')) as { address: string };
  return askJson(`${address}/api/v1/demo`).then(
    () => address,
    () => undefined,
  );
}

async function startServer(home: string): Promise<FoundServer> {
  note('starting a server with the sample donors …');
  const child = spawn(process.execPath, [SERVER], {
    env: { PATH: process.env.PATH, LIYU_HOME: home, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const origin = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const ready = /^Liyu is ready: (.+)$/.exec(line)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { origin, child };
}

async function openServer(): Promise<FoundServer> {
  const running = await findServer('var');
  if (running === undefined) return startServer(path.resolve('var/gate-demo'));
  note(`with the server that runs at ${running}`);
  return { origin: running, child: undefined };
}

interface Opened {
  server?: FoundServer;
  line?: CutLine;
  gate?: DemoGate;
  page?: PageServer;
  folder?: string;
}

async function close({ server, line, gate, page, folder }: Opened): Promise<void> {
  page?.close();
  await gate?.kill();
  line?.close();
  const child = server?.child;
  if (child !== undefined && child.exitCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

async function open(port: number, opened: Opened): Promise<void> {
  opened.server = await openServer();
  const { origin } = opened.server;
  const setting = await loadSetting(origin);
  const venue = setting.venues.find(({ mode }) => mode === 'metro');
  if (venue === undefined) throw new Error('the programme has no metro station');
  const target = parseAddress(new URL(origin).host);
  if (target === undefined) throw new Error(`${origin} has no port`);
  opened.line = await layLine(target);
  mkdirSync('var', { recursive: true });
  opened.folder = mkdtempSync(path.resolve('var', 'demo-gate-'));
  const wire = `http://${opened.line.address}`;
  opened.gate = await openDemoGate(opened.folder, origin, wire, venue.id);
  const { line, gate } = opened;
  const demo = createDemo({ setting, venue, server: origin, line, gate, clock: system.clock });
  opened.page = await servePage({ host: '127.0.0.1', port }, demo);
  process.stdout.write(`The turnstile is ready: http://${opened.page.address}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '8090' } } });
  if (!/^\d{1,5}$/.test(values.port)) throw new TypeError('--port: a number');
  const opened: Opened = {};
  let isEnding = false;
  const end = (status: number): void => {
    if (isEnding) return;
    isEnding = true;
    void close(opened).finally(() => process.exit(status));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(0));
  await open(Number(values.port), opened).catch((cause: unknown) => {
    note((cause as Error).message);
    end(3);
  });
}

await main();
