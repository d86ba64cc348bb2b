/** `npm run conformance` against our own agent, as a vendor would run it against his. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenOn } from '../src/agent/listen.ts';
import { type AgentProcess, startAgentProcess, writeConfig } from './agent-process.ts';

const RUNNER = path.resolve(import.meta.dirname, '../src/conformance/main.ts');
const VECTORS = path.resolve(import.meta.dirname, '../../../packages/pass/vectors');
const folder = mkdtempSync(path.join(tmpdir(), 'liyu-conformance-'));
let agent: AgentProcess;

beforeAll(async () => {
  const config = writeConfig(folder, {
    mode: 'conformance',
    conformance: { profile: VECTORS },
    mostCodesPerSecond: 1000,
    log: 'error',
  });
  agent = await startAgentProcess(config);
});
afterAll(async () => {
  await agent.stop();
  rmSync(folder, { recursive: true });
});

async function run(...argv: string[]) {
  const done = promisify(execFile)(process.execPath, [RUNNER, ...argv]);
  return done.then(
    ({ stdout, stderr }) => ({ exit: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({
      exit: code as number,
      stdout: String(stdout),
      stderr: String(stderr),
    }),
  );
}

test('our agent answers every vector and lives through every fault', async () => {
  const { exit, stdout } = await run('--target', agent.channels[0] ?? '', '--json');
  const report = JSON.parse(stdout);
  expect(report.trials.filter(({ why }: { why: string }) => why !== '')).toEqual([]);
  expect(report.right).toBeGreaterThan(300);
  expect(exit).toBe(0);
});

test('an implementation that opens for everything is found out', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    const lines = createInterface(socket).on('error', () => socket.destroy());
    lines.on('line', (line) => {
      const answer = line.startsWith('TEST ')
        ? { test: 'ok' }
        : { open: true, code: 'granted', skewSeconds: 0 };
      if (socket.writable) socket.write(`${JSON.stringify(answer)}\n`);
    });
  });
  const address = await listenOn(server, { host: '127.0.0.1', port: 0 });
  const { exit, stdout } = await run('--target', address, '--within', '1000');
  server.close();
  expect(exit).toBe(1);
  expect(stdout).toMatch(/scan.json: \d+ right, \d\d+ wrong/);
  expect(stdout).toContain('pass cut out: scan 1: expected holder_signature_missing');
  expect(stdout).toContain('the same code twice in a row opens once: expected replayed');
});

test('wrong usage is 2; a target that is not there is 3', async () => {
  expect((await run()).exit).toBe(2);
  expect((await run('--target', '127.0.0.1:1')).exit).toBe(3);
});
