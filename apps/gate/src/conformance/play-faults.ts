/**
 * Plays what goes wrong on a wire: halves, endless lines, noise, floods, the same code twice at
 * once, many connections, people who hang up. The channel must live through all of it and answer
 * the next code right.
 */
import { createHash } from 'node:crypto';
import { type LineClient, openLineClient } from './line-client.ts';
import {
  anyGate,
  askCode,
  CHANNEL_ANSWER,
  type Play,
  suppose,
  type Trial,
} from './play-vectors.ts';

const FLOOD = 300;
const CONNECTIONS = 60;
const RACES = 20;
const GROUP = 'faults';

interface Stage {
  readonly play: Play;
  readonly good: string;
  connect(): Promise<LineClient>;
  /** Has the target forget what it has seen. */
  reset(): Promise<void>;
}

type Fault = readonly [name: string, act: (stage: Stage) => Promise<void>];

function expectCode(said: { readonly code: string }, code: string): void {
  if (said.code !== code) throw new Error(`expected ${code}; answered ${said.code}`);
}

/** Bytes that look like nothing, the same in every run; never a line's end. */
function noise(length: number, seed: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at * 32 < length; at += 1) {
    parts.push(createHash('sha256').update(`${seed} ${at}`).digest());
  }
  return Buffer.concat(parts)
    .subarray(0, length)
    .map((byte) => (byte === 10 || byte === 13 ? 0 : byte)) as Buffer;
}

/** A good code is taken: the channel is alive. */
async function expectAlive(stage: Stage): Promise<void> {
  await stage.reset();
  const client = await stage.connect();
  expectCode(await askCode(client, stage.good), 'granted');
  client.close();
}

async function readMalformed(client: LineClient, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    expectCode(CHANNEL_ANSWER.parse(JSON.parse(await client.next())), 'malformed');
  }
}

const FAULTS: readonly Fault[] = [
  [
    'a code byte by byte',
    async ({ connect, good }) => {
      const client = await connect();
      for (const letter of good) client.send(letter);
      client.send('\n');
      expectCode(CHANNEL_ANSWER.parse(JSON.parse(await client.next())), 'granted');
    },
  ],
  [
    'a code that ends with CR LF, and empty lines before it',
    async ({ connect, good }) => {
      const client = await connect();
      client.send(`\n\r\n${good}\r\n`);
      expectCode(CHANNEL_ANSWER.parse(JSON.parse(await client.next())), 'granted');
    },
  ],
  [
    'half a code, then hung up: nothing is taken',
    async ({ connect, good }) => {
      const half = await connect();
      half.send(good);
      half.socket.end();
      await half.hungUp();
      const client = await connect();
      expectCode(await askCode(client, good), 'granted');
    },
  ],
  [
    'a line of 10,000 letters is one malformed code',
    async ({ connect, good }) => {
      const client = await connect();
      client.send(`${'A'.repeat(10_000)}\n${good}\n`);
      await readMalformed(client, 1);
      expectCode(CHANNEL_ANSWER.parse(JSON.parse(await client.next())), 'granted');
    },
  ],
  [
    'a line without an end is hung up on',
    async ({ connect }) => {
      const client = await connect();
      const letters = 'A'.repeat(65_536);
      const timer = setInterval(() => client.socket.writable && client.send(letters), 5);
      await client.hungUp().finally(() => clearInterval(timer));
    },
  ],
  [
    'noise of all bytes is malformed, line by line',
    async ({ connect }) => {
      const client = await connect();
      for (let at = 0; at < 20; at += 1)
        client.send(Buffer.concat([noise(357, at), Buffer.of(10)]));
      await readMalformed(client, 20);
    },
  ],
  [
    'a greeting of TLS and a request of HTTP are malformed codes',
    async ({ connect }) => {
      const client = await connect();
      client.send('GET / HTTP/1.1\r\nHost: gate\r\n\r\n');
      await readMalformed(client, 2);
      client.send(Buffer.from('16030100a501000001\n', 'latin1'));
      await readMalformed(client, 1);
    },
  ],
  [
    `a flood of ${FLOOD} codes in one go is answered in order`,
    async ({ connect, good }) => {
      const client = await connect();
      client.send(`${'LY1:FLOOD\n'.repeat(FLOOD)}${good}\n`);
      await readMalformed(client, FLOOD);
      expectCode(CHANNEL_ANSWER.parse(JSON.parse(await client.next())), 'granted');
    },
  ],
  [
    `the same code on two connections at once opens once, ${RACES} times`,
    async (stage) => {
      for (let race = 0; race < RACES; race += 1) {
        await stage.reset();
        const clients = [await stage.connect(), await stage.connect()];
        const said = await Promise.all(clients.map((client) => askCode(client, stage.good)));
        const codes = said.map(({ code }) => code).sort();
        if (codes.join() !== 'granted,replayed') throw new Error(`answered ${codes.join()}`);
        for (const client of clients) client.close();
      }
    },
  ],
  [
    'the same code twice in a row opens once',
    async ({ connect, good }) => {
      const client = await connect();
      client.send(`${good}\n${good}\n`);
      expectCode(CHANNEL_ANSWER.parse(JSON.parse(await client.next())), 'granted');
      expectCode(CHANNEL_ANSWER.parse(JSON.parse(await client.next())), 'replayed');
    },
  ],
  [
    `${CONNECTIONS} connections at once, none of which says a thing`,
    async ({ connect }) => {
      const clients = await Promise.all(
        Array.from({ length: CONNECTIONS }, () => connect().catch(() => undefined)),
      );
      for (const client of clients) client?.close();
    },
  ],
  [
    'who never fetches an answer',
    async ({ connect }) => {
      const client = await connect();
      client.socket.pause();
      client.send('LY1:DEAF\n'.repeat(20));
      client.close();
    },
  ],
  [
    'who hangs up while the answer is on its way',
    async ({ connect }) => {
      for (let at = 0; at < 20; at += 1) {
        const client = await connect();
        client.send('LY1:GONE\n');
        client.socket.resetAndDestroy();
      }
    },
  ],
];

/** Plays all faults, each followed by a good code. */
export async function playFaults(play: Play): Promise<Trial[]> {
  const { file, gate, text } = anyGate(play.folder);
  const open = new Set<LineClient>();
  const connect = async (): Promise<LineClient> => {
    const client = await openLineClient(play.target, play.withinMs);
    open.add(client);
    return client;
  };
  const reset = async (): Promise<void> => {
    const client = await connectSoon(connect);
    await suppose(client, { file, reset: true, gate });
    client.close();
  };
  const stage: Stage = { play, good: text, connect, reset };
  const trials: Trial[] = [];
  for (const [name, act] of FAULTS) {
    const why = await attempt(async () => {
      await reset();
      await act(stage);
      for (const client of open) client.close();
      await expectAlive(stage);
    });
    for (const client of open) client.close();
    open.clear();
    trials.push({ group: GROUP, name, why });
  }
  return trials;
}

/** Places that were given up a moment ago may not be free yet. */
async function connectSoon(connect: () => Promise<LineClient>): Promise<LineClient> {
  for (let tries = 1; ; tries += 1) {
    const client = await connect();
    client.send('LY1:HELLO\n');
    const line = await client.next().catch(() => '');
    if (CHANNEL_ANSWER.safeParse(parse(line)).success) return client;
    client.close();
    if (tries === 20) throw new Error('no connection is served any more');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function attempt(act: () => Promise<void>): Promise<string> {
  try {
    await act();
    return '';
  } catch (cause) {
    return (cause as Error).message.split('\n')[0] ?? 'failed';
  }
}
