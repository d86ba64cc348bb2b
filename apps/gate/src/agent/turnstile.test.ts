import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parseAddress } from './address.ts';
import { listenOn } from './listen.ts';
import { createFileTurnstile, createTcpTurnstile, type Turnstile } from './turnstile.ts';

const left: { server?: Server; turnstile?: Turnstile; sockets: Socket[] } = { sockets: [] };
afterEach(() => {
  left.turnstile?.close();
  for (const socket of left.sockets.splice(0)) socket.destroy();
  left.server?.close();
});

const opening = (seq: number) =>
  ({ bootEpoch: 3, seq, direction: 'in', at: '2026-11-24T00:00:00.000Z' }) as const;

/** A controller that answers each line by `answer`; nothing where that is undefined. */
async function startController(answer: (line: string) => string | undefined) {
  const heard: string[] = [];
  const server = createServer((socket) => {
    left.sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      for (const line of bytes.toString().trim().split('\n')) {
        heard.push(line);
        const said = answer(line);
        if (said !== undefined) socket.write(said);
      }
    });
  });
  left.server = server;
  const address = parseAddress(await listenOn(server, { host: '127.0.0.1', port: 0 }));
  if (address === undefined) throw new Error('a server has an address');
  left.turnstile = createTcpTurnstile({ address, withinMs: 100 });
  return { heard, turnstile: left.turnstile, server };
}

test('a controller is told the direction and the record, one opening after another', async () => {
  const { heard, turnstile } = await startController(() => 'OK\n');
  await Promise.all([turnstile.open(opening(1)), turnstile.open(opening(2))]);
  expect(heard).toEqual(['OPEN in 3 1', 'OPEN in 3 2']);
  expect(left.sockets, 'over one connection').toHaveLength(1);
});

test.each([
  ['says something else', () => 'JAMMED\n', 'did not say OK'],
  ['is silent', () => undefined, 'silent'],
])('a controller that %s has failed', async (_what, answer, message) => {
  const { turnstile } = await startController(answer);
  await expect(turnstile.open(opening(1))).rejects.toThrow(message);
});

test('a controller that hung up is called again; one that is gone has failed', async () => {
  const { turnstile, server } = await startController(() => 'OK\n');
  await turnstile.open(opening(1));
  for (const socket of left.sockets.splice(0)) socket.destroy();
  await expect.poll(() => turnstile.open(opening(2)).then(() => 'opened', String)).toBe('opened');
  server.close();
  for (const socket of left.sockets.splice(0)) socket.destroy();
  await expect.poll(() => turnstile.open(opening(3)).catch(String)).toContain('ECONNREFUSED');
});

test('a file gets a line for each opening', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'liyu-turnstile-'));
  const file = path.join(folder, 'opened.jsonl');
  const turnstile = createFileTurnstile(file);
  await turnstile.open(opening(1));
  await turnstile.open(opening(2));
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).seq)).toEqual([1, 2]);
  rmSync(folder, { recursive: true });
});
