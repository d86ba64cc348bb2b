/** Runs the server's tests on a PostgreSQL server of their own: `npm run test:postgres`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { makeMigrated } from './database.ts';
import { startPostgres } from './own-postgres.ts';

const server = await startPostgres();
try {
  await makeMigrated(server.url);
  const files = process.argv.slice(2);
  const which = files.length === 0 ? ['apps/server'] : files;
  const vitest = spawn('vitest', ['run', '--project', 'product', ...which], {
    stdio: 'inherit',
    env: { ...process.env, LIYU_TEST_POSTGRES: server.url },
  });
  const [status] = (await once(vitest, 'exit')) as [number | null];
  process.exitCode = status ?? 1;
} finally {
  server.remove();
}
