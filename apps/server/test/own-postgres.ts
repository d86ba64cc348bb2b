/**
 * A PostgreSQL server of our own for tests, measurements and crashes: in a temporary folder, on a
 * free port, fsync on. It refuses to run as root, so it runs as the `postgres` user then.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const DEBIAN = '/usr/lib/postgresql';
/** How long a killed server's processes may take to be gone. */
const GONE_WITHIN_MS = 10_000;

/** A running server. */
export interface OwnPostgres {
  /** Of the database `postgres`, as its superuser. */
  readonly url: string;
  /** Ends every process of the server at once: SIGKILL, as a power cut would. */
  kill(): Promise<void>;
  /** `pg_ctl stop -m immediate`: without a checkpoint, so that the next start recovers. */
  abort(): void;
  /** Starts it again after `kill` or `abort`; resolves when it takes connections. */
  start(): void;
  /** Stops it and removes its folder. */
  remove(): void;
}

/** The folder of the newest server's programs: Debian's, else wherever PATH finds them. */
function programs(): string {
  if (!existsSync(DEBIAN)) return '';
  const versions = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
  return versions[0] === undefined ? '' : path.join(DEBIAN, versions[0], 'bin');
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Makes a server and starts it. */
export async function startPostgres(): Promise<OwnPostgres> {
  const folder = mkdtempSync(path.join(tmpdir(), 'liyu-postgres-'));
  const cluster = path.join(folder, 'cluster');
  const pidFile = path.join(cluster, 'postmaster.pid');
  const isRoot = process.getuid?.() === 0;
  const port = await freePort();
  const run = (program: string, ...argv: string[]): void => {
    const command = [path.join(programs(), program), ...argv];
    const [first = '', ...rest] = isRoot
      ? ['runuser', '-u', 'postgres', '--', ...command]
      : command;
    execFileSync(first, rest, { stdio: ['ignore', 'ignore', 'inherit'], cwd: folder });
  };
  const start = (): void => {
    const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`;
    run('pg_ctl', '-D', cluster, '-o', options, '-l', path.join(folder, 'log'), '-w', 'start');
  };
  chmodSync(folder, 0o755);
  if (isRoot) execFileSync('chown', ['postgres', folder]);
  run('initdb', '-D', cluster, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync');
  start();
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    async kill() {
      await killTree(Number(readFileSync(pidFile, 'utf8').split('\n')[0]));
      // They name a process that may still be there as a zombie, and would hold up the next start.
      rmSync(pidFile);
      rmSync(path.join(folder, `.s.PGSQL.${port}.lock`));
    },
    abort: () => run('pg_ctl', '-D', cluster, '-m', 'immediate', '-w', 'stop'),
    start,
    remove() {
      if (existsSync(pidFile)) run('pg_ctl', '-D', cluster, '-m', 'fast', '-w', 'stop');
      rmSync(folder, { recursive: true });
    },
  };
}

/** The first process and its children, and back when none of them is left. */
async function killTree(first: number): Promise<void> {
  // Stopped first, so that it has no child more than we see.
  signal(first, 'SIGSTOP');
  const all = [first, ...childrenOf(first)];
  for (const pid of all) signal(pid, 'SIGKILL');
  const deadline = performance.now() + GONE_WITHIN_MS;
  while (all.some(isAlive)) {
    if (performance.now() > deadline) throw new Error('the killed server is still there');
    await wait(10);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

/** State and parent of a process, or `undefined` when there is none. */
function statOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent] = text.slice(text.lastIndexOf(') ') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** A dead one that nobody has asked about yet (a zombie) holds nothing any more. */
function isAlive(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== undefined && stat.state !== 'Z';
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => statOf(pid)?.parent === parent);
}
