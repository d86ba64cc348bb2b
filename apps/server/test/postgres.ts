/**
 * Runs the server's tests on a PostgreSQL server of their own: `npm run test:postgres`. It is
 * started in a temporary folder on a free port, as the `postgres` user when we are root (it
 * refuses to run as root), and stopped at the end.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const DEBIAN = '/usr/lib/postgresql';

/** The folder of the newest server's programs: Debian's, else wherever PATH finds them. */
function programs(): string {
  if (!existsSync(DEBIAN)) return '';
  const versions = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
  return versions[0] === undefined ? '' : path.join(DEBIAN, versions[0], 'bin');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const folder = mkdtempSync(path.join(tmpdir(), 'liyu-postgres-'));
const data = path.join(folder, 'data');
const isRoot = process.getuid?.() === 0;
const port = await freePort();

function run(program: string, ...argv: string[]): void {
  const command = [path.join(programs(), program), ...argv];
  const [first = '', ...rest] = isRoot ? ['runuser', '-u', 'postgres', '--', ...command] : command;
  execFileSync(first, rest, { stdio: ['ignore', 'ignore', 'inherit'], cwd: folder });
}

chmodSync(folder, 0o755);
if (isRoot) execFileSync('chown', ['postgres', folder]);
run('initdb', '-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync');
const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`;
run('pg_ctl', '-D', data, '-o', options, '-l', path.join(folder, 'log'), '-w', 'start');
try {
  const vitest = spawn('vitest', ['run', '--project', 'product', 'apps/server'], {
    stdio: 'inherit',
    env: { ...process.env, LIYU_TEST_POSTGRES: `postgresql://postgres@127.0.0.1:${port}/postgres` },
  });
  const [status] = (await once(vitest, 'exit')) as [number | null];
  process.exitCode = status ?? 1;
} finally {
  run('pg_ctl', '-D', data, '-m', 'fast', '-w', 'stop');
  rmSync(folder, { recursive: true });
}
