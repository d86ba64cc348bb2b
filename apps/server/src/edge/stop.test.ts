/** The real server stops when it is asked to, under load and with a caller that never ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startServer } from '../../test/server-process.ts';
import { readConfig } from '../config.ts';
import { openCore } from '../open-core.ts';
import { system } from './system.ts';

const CALLERS = 8;

test('SIGTERM: what was answered is stored, everybody is let go, within 10 s', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'liyu-stop-'));
  const server = await startServer(home, { LIYU_SAMPLE: '0' });
  const { hostname, port } = new URL(server.address);
  const half = connect(Number(port), hostname);
  half.on('error', () => {});
  half.write('POST /api/v1/redemptions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99\r\n\r\n{');
  const answered: string[] = [];
  const enough = Promise.withResolvers<void>();
  let isStopping = false;
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    for (let seq = 0; !isStopping; seq += 1) {
      const device = { id: `gate-${caller}`, bootEpoch: 1, seq };
      const scan = { code: 'LY1:ABC', venue: 'metro-demo', device };
      const response = await fetch(`${server.address}/api/v1/redemptions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(scan),
      }).catch(() => undefined);
      if (response?.status === 200) answered.push(`${device.id}/${seq}`);
      if (answered.length === 100) enough.resolve();
      if (response === undefined) break;
    }
  });
  await enough.promise;
  const asked = process.hrtime.bigint();
  const status = await server.stop();
  isStopping = true;
  const seconds = Number(process.hrtime.bigint() - asked) / 1e9;
  await Promise.all(callers);
  half.destroy();
  expect(status).toBe(0);
  expect(seconds).toBeLessThan(10);
  const { core, close } = await openCore(readConfig({ LIYU_HOME: home }), system);
  const receipts = await core.database.selectFrom('receipt').select(['device_id', 'seq']).execute();
  await close();
  rmSync(home, { recursive: true });
  const stored = new Set(receipts.map((row) => `${row.device_id}/${row.seq}`));
  expect(answered.length).toBeGreaterThanOrEqual(100);
  expect(answered.filter((name) => !stored.has(name))).toEqual([]);
});
