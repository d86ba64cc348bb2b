import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { openSerialChannel, openWedgeChannel } from './reader-channel.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const echo = async (text: string): Promise<unknown> => ({ code: text });

/** A serial line without the cable: a terminal's two ends, made by `script`. */
async function openTerminal() {
  const child = spawn('script', ['-qfec', 'tty; exec sleep 60', '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  children.push(child);
  const said: string[] = [];
  child.stdout.on('data', (bytes: Buffer) => said.push(bytes.toString('latin1')));
  await expect.poll(() => /(\/dev\/\S+)\r?\n/.test(said.join('')), { timeout: 5000 }).toBe(true);
  const device = /(\/dev\/\S+)\r?\n/.exec(said.join(''))?.[1] ?? '';
  said.length = 0;
  return { device, said, read: (text: string) => child.stdin.write(text) };
}

test('a serial reader: the code comes raw, the answer goes back on the line', async () => {
  const terminal = await openTerminal();
  const taken: string[] = [];
  const present = async (text: string): Promise<unknown> => {
    taken.push(text);
    return { code: text };
  };
  const faults: unknown[] = [];
  const options = { device: terminal.device, baud: 115_200 };
  const channel = openSerialChannel(options, present, (cause) => faults.push(cause));
  await expect
    .poll(
      () => {
        terminal.read('LY1:A\r');
        return taken.length;
      },
      { timeout: 5000, interval: 100 },
    )
    .toBeGreaterThan(0);
  expect(new Set(taken)).toEqual(new Set(['LY1:A']));
  await expect.poll(() => terminal.said.join('')).toContain('{"code":"LY1:A"}');
  expect(faults).toEqual([]);
  await channel.stop();
});

test('a reader that is not there is told of, and waited for', async () => {
  const faults: unknown[] = [];
  const channel = openSerialChannel({ device: '/dev/no-such-reader' }, echo, (cause) =>
    faults.push(cause),
  );
  await expect.poll(() => faults.length).toBe(1);
  expect(String(faults[0])).toContain('ENOENT');
  await channel.stop();
});

test('a keyboard wedge types lines on standard input, and is answered on standard output', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const channel = openWedgeChannel({ input, output }, echo);
  input.write('LY1:A\nLY1:');
  const [first] = await once(output, 'data');
  expect(String(first)).toBe('{"code":"LY1:A"}\n');
  input.write('B\n');
  const [second] = await once(output, 'data');
  expect(String(second)).toBe('{"code":"LY1:B"}\n');
  await channel.stop();
});
