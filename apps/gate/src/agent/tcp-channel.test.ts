import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { openWire, type Wire } from '../../test/wire.ts';
import type { Channel } from './channel.ts';
import { LONGEST_LINE } from './line-splitter.ts';
import { openTcpChannel } from './tcp-channel.ts';

const open: { channel?: Channel; wires: Wire[] } = { wires: [] };

afterEach(async () => {
  for (const wire of open.wires.splice(0)) wire.close();
  await open.channel?.stop();
});

/** Answers with the code itself, after as many milliseconds as it says. */
async function echo(text: string): Promise<unknown> {
  const ms = /^wait (\d+)/.exec(text)?.[1];
  if (ms !== undefined) await wait(Number(ms));
  return { code: text };
}

async function serve(more = {}, present = echo): Promise<() => Promise<Wire>> {
  open.channel = await openTcpChannel(
    { listen: { host: '127.0.0.1', port: 0 }, mostConnections: 4, idleSeconds: 60, ...more },
    present,
  );
  const { address = '' } = open.channel;
  return async () => {
    const wire = await openWire(address);
    open.wires.push(wire);
    return wire;
  };
}

const answer = (code: string): string => JSON.stringify({ code });

test('a line is a code, and its answer comes back in order', async () => {
  const wire = await (await serve())();
  wire.send('wait 30 ms\nsecond\r\n\nthird\n');
  expect(await wire.next()).toBe(answer('wait 30 ms'));
  expect(await wire.next()).toBe(answer('second'));
  expect(await wire.next()).toBe(answer('third'));
});

test('a code may come byte by byte', async () => {
  const wire = await (await serve())();
  for (const byte of 'LY1:AB\n') {
    wire.send(byte);
    await wait(1);
  }
  expect(await wire.next()).toBe(answer('LY1:AB'));
});

test('a connection waits for nobody else’s answer', async () => {
  const connectTo = await serve();
  const [slow, quick] = [await connectTo(), await connectTo()];
  slow.send('wait 200\n');
  quick.send('quick\n');
  expect(await quick.next()).toBe(answer('quick'));
  expect(await slow.next()).toBe(answer('wait 200'));
});

test('a line that is too long is one code, cut; the connection goes on', async () => {
  const wire = await (await serve())();
  wire.send(`${'x'.repeat(5000)}\nnext\n`);
  expect(await wire.next()).toBe(answer('x'.repeat(LONGEST_LINE)));
  expect(await wire.next()).toBe(answer('next'));
});

test('a line without an end is hung up on', async () => {
  const wire = await (await serve())();
  wire.send('x'.repeat(100_000));
  expect(await wire.next()).toBe(answer('x'.repeat(LONGEST_LINE)));
  expect(await wire.next()).toBeUndefined();
});

test('one connection too many is told so; a place that is given up is free again', async () => {
  const connectTo = await serve({ mostConnections: 2 });
  const first = await connectTo();
  const second = await connectTo();
  second.send('a\n');
  await second.next();
  const third = await connectTo();
  expect(await third.next()).toBe('{"open":false,"error":"too_many_connections"}');
  first.close();
  await expect
    .poll(async () => {
      const again = await connectTo();
      again.send('b\n');
      return again.next();
    })
    .toBe(answer('b'));
});

test('who does not fetch answers is hung up on, and holds up nobody', async () => {
  const big = async () => ({ code: 'x'.repeat(100_000) });
  const connectTo = await serve({ mostConnections: 1 }, big);
  const deaf = await connectTo();
  deaf.socket.pause();
  deaf.send('a\n'.repeat(2000));
  await expect
    .poll(
      async () => {
        const other = await connectTo();
        other.send('a\n');
        return (await other.next())?.length;
      },
      { timeout: 10_000 },
    )
    .toBeGreaterThan(100_000);
});

test('who says nothing is hung up on', async () => {
  const wire = await (await serve({ idleSeconds: 0.05 }))();
  expect(await wire.next()).toBeUndefined();
});

test('stopping answers the code in hand and takes no more', async () => {
  let taken = 0;
  const connectTo = await serve({}, (text) => {
    taken += 1;
    return echo(text);
  });
  const wire = await connectTo();
  wire.send('wait 100\nanother\n');
  await expect.poll(() => taken).toBe(1);
  const stopped = open.channel?.stop();
  expect(await wire.next()).toBe(answer('wait 100'));
  expect(await wire.next()).toBeUndefined();
  await stopped;
  expect(taken).toBe(1);
});
