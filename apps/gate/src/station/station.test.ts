import { createHash, randomBytes } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { parseAddress } from '../agent/address.ts';
import type { StationKey } from '../station-seam.ts';
import { createKeyMemory } from './key-memory.ts';
import { openLine, sealLine } from './sealed-line.ts';
import { type JoinedStation, joinStation } from './station.ts';

const SECRET = Buffer.alloc(32, 7);
const joined: JoinedStation[] = [];

afterEach(async () => {
  await Promise.all(joined.splice(0).map((station) => station.leave()));
});

function showing(name: string): StationKey {
  return { kind: 'replayed', text: name, keepSeconds: 360 };
}

/** A port that nobody has a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function join(name: string, port: number, ports: readonly number[], secret = SECRET) {
  const station = await joinStation({
    name,
    listen: { host: '127.0.0.1', port },
    peers: ports.map((one) => ({ host: '127.0.0.1', port: one })),
    secret,
    random: { bytes: (length) => randomBytes(length) },
    nowMs: () => performance.now(),
  });
  joined.push(station);
  return station;
}

async function openStation(names: readonly string[]): Promise<JoinedStation[]> {
  const ports: number[] = [];
  for (const _ of names) ports.push(await freePort());
  const gates: JoinedStation[] = [];
  for (const [at, name] of names.entries()) gates.push(await join(name, ports[at] ?? 0, ports));
  for (const gate of gates)
    await expect.poll(() => isWhole(gate), { interval: 20, timeout: 5000 }).toBe(true);
  return gates;
}

const isWhole = (gate: JoinedStation): boolean => gate.peers.every((peer) => peer.isConnected);

async function reserve(gate: JoinedStation | undefined, ...keys: StationKey[]) {
  if (gate === undefined) throw new Error('the test names a gate that is not there');
  return gate.reserve(keys);
}

describe('one code, shown at several gates of a station', () => {
  test('at the same instant opens exactly one, in 1,000 races of two', async () => {
    const [one, other] = await openStation(['gate-1', 'gate-2']);
    const wins = [0, 0];
    for (let race = 0; race < 1000; race += 1) {
      const keys = [showing(`race ${race}`)];
      const both = race % 2 === 0 ? [one, other] : [other, one];
      const answers = await Promise.all(both.map((gate) => reserve(gate, ...keys)));
      expect(answers.filter(({ taken }) => taken === null)).toHaveLength(1);
      expect(answers.map(({ silentPeers }) => silentPeers)).toEqual([0, 0]);
      const winner = both[answers.findIndex(({ taken }) => taken === null)];
      wins[winner === one ? 0 : 1] = (wins[winner === one ? 0 : 1] ?? 0) + 1;
    }
    expect(Math.min(...wins), 'the lesser name goes first').toBeLessThan(1000);
  });

  test('at the same instant opens exactly one of five', async () => {
    const gates = await openStation(['a', 'b', 'c', 'd', 'e']);
    for (let race = 0; race < 200; race += 1) {
      const order = gates.toSorted((one, other) => pick(race, one) - pick(race, other));
      const answers = await Promise.all(order.map((gate) => reserve(gate, showing(`r${race}`))));
      expect(answers.filter(({ taken }) => taken === null)).toHaveLength(1);
    }
    function pick(race: number, gate: JoinedStation): number {
      return createHash('sha256')
        .update(`${race} ${gates.indexOf(gate)}`)
        .digest()
        .readUInt16BE();
    }
  });

  test('one after the other opens once', async () => {
    const [one, other] = await openStation(['gate-1', 'gate-2']);
    expect(await reserve(other, showing('x'))).toEqual({ taken: null, silentPeers: 0 });
    expect(await reserve(one, showing('x'))).toEqual({ taken: 'replayed', silentPeers: 0 });
    expect((await reserve(other, showing('x'))).taken, 'its own is free for it').toBeNull();
  });

  test('and the reason is the key that was taken', async () => {
    const [one, other] = await openStation(['gate-1', 'gate-2']);
    const passage: StationKey = { kind: 'passback', text: 'p/in', keepSeconds: 600 };
    await reserve(one, showing('first'), passage);
    expect((await reserve(other, showing('second'), passage)).taken).toBe('passback');
    expect((await reserve(other, showing('second'))).taken).toBeNull();
  });

  test('is free again when the gate that had it did not open', async () => {
    const [one, other] = await openStation(['gate-1', 'gate-2']);
    await reserve(one, showing('x'));
    one?.release([showing('x')]);
    await expect.poll(async () => (await reserve(other, showing('x'))).taken).toBeNull();
  });
});

describe('a peer that is down', () => {
  test('does not hold up the others: they open, and say how many were silent', async () => {
    const gates = await openStation(['gate-1', 'gate-2', 'gate-3']);
    await gates[2]?.leave();
    const began = performance.now();
    expect(await reserve(gates[0], showing('x'))).toEqual({ taken: null, silentPeers: 1 });
    expect(performance.now() - began).toBeLessThan(250);
    expect((await reserve(gates[1], showing('x'))).taken).toBe('replayed');
  });

  test('is remembered by the others for what it opened before', async () => {
    const gates = await openStation(['gate-1', 'gate-2', 'gate-3']);
    await reserve(gates[2], showing('x'));
    await gates[2]?.leave();
    expect((await reserve(gates[0], showing('x'))).taken).toBe('replayed');
  });

  test('answers truly again once it is back and has read its own memory', async () => {
    const ports = [await freePort(), await freePort()];
    const [first = 0, second = 0] = ports;
    const one = await join('gate-1', first, ports);
    const other = await join('gate-2', second, ports);
    await expect.poll(() => isWhole(one) && isWhole(other), { timeout: 5000 }).toBe(true);
    await other.leave();
    await expect.poll(() => isWhole(one)).toBe(false);
    const back = await join('gate-2', second, ports);
    back.remember([showing('x')]);
    await expect.poll(() => isWhole(one), { timeout: 5000 }).toBe(true);
    expect((await reserve(one, showing('x'))).taken).toBe('replayed');
  });
});

describe('who has not the secret', () => {
  test('is not answered, and not believed', async () => {
    const ports = [await freePort(), await freePort()];
    const one = await join('gate-1', ports[0] ?? 0, ports);
    const stranger = await join('gate-0', ports[1] ?? 0, ports, Buffer.alloc(32, 8));
    await reserve(stranger, showing('x'));
    expect(await reserve(one, showing('x'))).toEqual({ taken: null, silentPeers: 1 });
  });

  test('cannot repeat a line that was overheard, nor one of another connection', () => {
    const seal = { secret: SECRET, nonce: '0'.repeat(32) };
    const line = sealLine(seal, 'ask', 0, { op: 'hello', from: 'gate-1' });
    expect(openLine(seal, 'ask', 0, line)).toEqual({ op: 'hello', from: 'gate-1' });
    expect(openLine(seal, 'ask', 1, line)).toBeUndefined();
    expect(openLine(seal, 'answer', 0, line)).toBeUndefined();
    expect(openLine({ ...seal, nonce: '1'.repeat(32) }, 'ask', 0, line)).toBeUndefined();
    expect(openLine(seal, 'ask', 0, line.replace('gate-1', 'gate-2'))).toBeUndefined();
  });

  test('is hung up on at the first line', async () => {
    const port = await freePort();
    const one = await join('gate-1', port, []);
    const { host, port: at } = parseAddress(one.address) ?? { host: '', port: 0 };
    const socket = connect({ host, port: at });
    const said: string[] = [];
    createInterface(socket).on('line', (line) => said.push(line));
    socket.write('let me in\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(said).toEqual([expect.stringMatching(/^LIYU-STATION 1 [0-9a-f]{32}$/)]);
  });
});

test('no code, pseudonym or moment goes over the wire: hashes by the secret only', async () => {
  const [one] = await openStation(['gate-1', 'gate-2']);
  const seen: string[] = [];
  const peer = one?.peers[0];
  const ask = peer?.ask;
  if (peer === undefined || ask === undefined) throw new Error('there is a peer');
  Object.assign(peer, {
    ask: (question: unknown, within: number) => {
      seen.push(JSON.stringify(question));
      return ask(question as never, within);
    },
  });
  await reserve(one, showing('00112233445566aa/1764000000/17'));
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatch(/"hash":"[0-9a-f]{64}"/);
  expect(seen[0]).not.toContain('00112233445566aa');
});

test('a memory forgets after its time, and the oldest first', () => {
  const memory = createKeyMemory('gate-1');
  const key = (hash: string) => ({ hash, keepMs: 1000 });
  memory.ask('gate-2', [key('a')], 0);
  expect(memory.begin([key('a')], 999)).toEqual({ takenHash: 'a' });
  expect(memory.begin([key('a')], 1000)).toMatchObject({ hasYielded: false });
});
