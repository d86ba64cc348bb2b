/** The real agent beside the real server: enrolled, online, cut off, killed, stopped, revoked. */
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type AgentProcess, startAgentProcess } from './agent-process.ts';
import { type AddedGate, type GateCity, openGateCity, openingsOf, seconds } from './gate-city.ts';
import { openWire } from './wire.ts';

let city: GateCity;
const running = new Set<AgentProcess>();

beforeAll(async () => {
  city = await openGateCity();
});
afterEach(async () => {
  city.line.mend();
  await Promise.all([...running].map((agent) => agent.kill()));
  running.clear();
});
afterAll(() => city.close());

async function start({ config }: AddedGate, launch?: readonly string[]): Promise<AgentProcess> {
  const agent = await startAgentProcess(config, launch);
  running.add(agent);
  return agent;
}

interface Said {
  readonly open: boolean;
  readonly code: string;
  readonly turnstile: string;
  readonly staffedLane: boolean;
  readonly marks: readonly string[];
  readonly mark: { readonly bootEpoch: number; readonly seq: number } | null;
}

/** Holds codes to a gate's channel, one after another, over one connection. */
async function present(agent: AgentProcess, codes: readonly string[], channel = 0) {
  const wire = await openWire(agent.channels[channel] ?? '');
  const said: Said[] = [];
  for (const code of codes) {
    wire.send(`${code}\n`);
    said.push(JSON.parse((await wire.next()) ?? ''));
  }
  wire.close();
  return said;
}

async function presentOne(agent: AgentProcess, code: string, channel = 0): Promise<Said> {
  const [said] = await present(agent, [code], channel);
  if (said === undefined) throw new Error('a code is answered');
  return said;
}

interface AgentStatus {
  readonly trust: unknown;
  readonly programme: unknown;
  readonly statusLists: readonly { readonly ageSeconds: number | null }[];
  readonly spool: { readonly waiting: number };
}

async function statusOf(agent: AgentProcess): Promise<AgentStatus> {
  const response = await fetch(`http://${agent.http}/status`);
  return (await response.json()) as AgentStatus;
}

/** Until the agent has its lists and the programme. */
async function untilEquipped(agent: AgentProcess): Promise<void> {
  await expect
    .poll(
      async () => {
        const { programme, statusLists } = await statusOf(agent);
        return programme !== null && statusLists.some(({ ageSeconds }) => ageSeconds !== null);
      },
      { timeout: 15_000 },
    )
    .toBe(true);
}

async function untilDrained(agent: AgentProcess): Promise<void> {
  const waits = async () => (await statusOf(agent)).spool.waiting;
  await expect.poll(waits, { timeout: 15_000 }).toBe(0);
}

/** What the server's ledger shows last, as the demo shows it. */
async function lastLines(): Promise<{ outcome: string; code: string }[]> {
  const { lines } = (await city.ask('/demo/ledger')) as {
    lines: { outcome: string; code: string }[];
  };
  return lines;
}

test('a device enrols once, by a secret; its key stays on it and is nobody else’s', async () => {
  const gate = await city.add('enrolling');
  const argv = ['enrol', '--server', city.server.address, '--gate', gate.id, '--secret'];
  expect((await city.run(gate)).stderr).toContain('not enrolled yet');
  const wrong = await city.run(gate, ...argv, 'x'.repeat(43));
  expect([wrong.exit, wrong.stderr]).toEqual([1, expect.stringContaining('another secret')]);
  const right = await city.run(gate, ...argv, gate.secret);
  expect(JSON.parse(right.stdout)).toEqual({ gate: gate.id, venue: city.venue });
  const file = path.join(gate.folder, 'home', 'identity.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(file, 'utf8')).key).toHaveProperty('d');
  expect((await city.run(gate, ...argv, gate.secret)).exit, 'the secret is used').toBe(1);
  const plain = await city.run(gate, 'enrol', '--server', 'http://example.org', '--gate', gate.id);
  expect([plain.exit, plain.stderr]).toEqual([2, expect.stringContaining('https://')]);
});

test('online: a code opens once, the turnstile after the record, and the server hears of it', async () => {
  const gate = await city.enrol('online');
  const agent = await start(gate);
  await untilEquipped(agent);
  const phone = await city.phone(0);
  const code = await phone.draw(seconds());
  const [first, second] = await present(agent, [code, code]);
  expect(first).toMatchObject({ open: true, code: 'granted', turnstile: 'opened' });
  expect(second).toMatchObject({ open: false, code: 'replayed', turnstile: 'closed' });
  expect(openingsOf(gate)).toEqual([expect.objectContaining(first?.mark ?? {})]);
  await untilDrained(agent);
  const found = (await lastLines()).map((line) => line.code);
  expect(found).toContain('granted');
  const gates = (await city.ask('/gates')) as { id: string }[];
  const shown = { waiting: 0, lists: { trust: expect.any(Number), status: expect.any(String) } };
  expect(gates.find(({ id }) => id === gate.id)).toMatchObject(shown);
  const metrics = await (await fetch(`http://${agent.http}/metrics`)).text();
  expect(metrics).toContain('liyu_gate_scans_total{code="granted",open="true"} 1\n');
  expect(metrics).toContain('liyu_gate_spool_waiting 0\n');
  expect(agent.log() + metrics).not.toContain(code.slice(0, 40));
  const status = await city.run(gate, '--status');
  expect([status.exit, JSON.parse(status.stdout).gate]).toEqual([0, gate.id]);
  expect((await city.run(gate)).stderr, 'one agent a home').toContain('another agent runs there');
});

test('cut off and killed: it opens, remembers what it opened, and brings it in afterwards', async () => {
  const gate = await city.enrol('offline');
  const before = await start(gate);
  await untilEquipped(before);
  const phone = await city.phone(1);
  city.line.cut();
  const code = await phone.draw(seconds());
  expect(await presentOne(before, code)).toMatchObject({ open: true, turnstile: 'opened' });
  await before.kill();
  const cutOff = await start(gate);
  expect(await presentOne(cutOff, code), 'after the restart').toMatchObject({ code: 'replayed' });
  expect((await statusOf(cutOff)).spool.waiting).toBeGreaterThan(1);
  await cutOff.kill();
  city.line.mend();
  await untilDrained(await start(gate));
  expect(openingsOf(gate)).toHaveLength(1);
});

test('SIGTERM under load: answered codes are in, and it is gone within ten seconds', async () => {
  const gate = await city.enrol('stopping');
  const agent = await start(gate);
  await untilEquipped(agent);
  const wire = await openWire(agent.channels[0] ?? '');
  wire.send('LY1:NOTHING\n'.repeat(60));
  expect(await wire.next()).toContain('malformed');
  const began = performance.now();
  expect(await agent.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
  let answered = 1;
  while ((await wire.next()) !== undefined) answered += 1;
  expect(answered).toBeLessThanOrEqual(60);
  const again = await start(gate);
  await untilDrained(again);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('two gates of a station: one code, shown at both at once, opens one of them', async () => {
  const ports = [await freePort(), await freePort()];
  const secretFile = path.join(await city.add('secret').then(({ folder }) => folder), 'secret');
  writeFileSync(secretFile, randomBytes(32).toString('hex'), { mode: 0o600 });
  const peers = ports.map((port) => `127.0.0.1:${port}`);
  const gates = await Promise.all(
    peers.map((listen, at) =>
      city.enrol(`station-${at}`, { station: { listen, peers, secretFile } }),
    ),
  );
  const agents = await Promise.all(gates.map((gate) => start(gate)));
  await Promise.all(agents.map(untilEquipped));
  const [one, other] = agents;
  if (one === undefined || other === undefined) throw new Error('two were started');
  const code = await (await city.phone(2)).draw(seconds());
  const said = await Promise.all([presentOne(one, code), presentOne(other, code)]);
  expect(said.map((answer) => answer.code).sort()).toEqual(['granted', 'replayed']);
  expect(gates.flatMap(openingsOf)).toHaveLength(1);
  await other.kill();
  const alone = await presentOne(one, await (await city.phone(3)).draw(seconds()));
  expect(alone).toMatchObject({ open: true, marks: ['peer_silent'] });
});

test('a revoked device opens nothing, says so, and remembers it without a network', async () => {
  const gate = await city.enrol('revoked');
  await city.ask(`/gates/${gate.id}/revocation`, { reason: 'lost' });
  const agent = await start(gate);
  const phone = await city.phone(4);
  const exit = () => city.run(gate, '--status').then((ran) => ran.exit);
  await expect.poll(exit, { timeout: 15_000 }).toBe(1);
  const refused = { open: false, code: 'cannot_record', staffedLane: true, turnstile: 'closed' };
  expect(await presentOne(agent, await phone.draw(seconds()))).toMatchObject(refused);
  await agent.kill();
  city.line.cut();
  const later = await start(gate);
  expect(await presentOne(later, await phone.draw(seconds()))).toMatchObject(refused);
  expect(later.log()).toContain('this device is revoked');
  expect(openingsOf(gate)).toEqual([]);
});
