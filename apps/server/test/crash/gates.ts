/**
 * Real gates on the real server, both killed while people go through: what the turnstiles were told
 * is compared with what stands in the database, both ways.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { addMonths, dayOf } from '@liyu/domain/kernel';
import { enrol } from '../../../gate/src/agent/enrol.ts';
import { askJson, bindPhone, type Phone } from '../../../gate/src/demo/phones.ts';
import {
  type AgentProcess,
  startAgentProcess,
  writeConfig,
} from '../../../gate/test/agent-process.ts';
import { readConfig } from '../../src/config.ts';
import { importDonations } from '../../src/donation/import.ts';
import { findDonorByDocument } from '../../src/donor/workflow.ts';
import { system } from '../../src/edge/system.ts';
import { openCore } from '../../src/open-core.ts';
import { startServer } from '../server-process.ts';
import { HEADING, lineOf, residentNumber } from '../test-core.ts';
import { findGateBreaches, type GateTruth } from './check-gates.ts';
import { goThrough, type Walk } from './walk.ts';

/** What became of it. */
export interface GateReport {
  readonly gateKills: number;
  readonly serverKills: number;
  readonly answered: number;
  readonly opened: number;
  /** Recorded, and killed before the arms were told: at most the one in hand at a kill. */
  readonly recordedOnly: number;
  readonly breaches: readonly string[];
}

/** How it is run. */
export interface GateCampaign {
  readonly gateKills: number;
  readonly serverKills: number;
  readonly say: (line: string) => void;
}

const MOST_GATES = 8;
/** A kill comes after so many more answers, and up to so many milliseconds later. */
const ANSWERS = { atLeast: 3, more: 6 };
const MOST_DELAY_MS = 40;
const SERVER_UP_MS = { atLeast: 300, more: 1200 };
const DRAINED_WITHIN_MS = 120_000;

/** One gate, whichever process it is at the moment. */
interface Lane {
  readonly name: string;
  readonly folder: string;
  readonly config: string;
  readonly clientId: string;
  readonly walk: Walk;
  agent: Promise<AgentProcess>;
}

/** Kills gates and their server, on the embedded database. */
export async function killGates(campaign: GateCampaign): Promise<GateReport> {
  const root = mkdtempSync(path.join(tmpdir(), 'liyu-crash-gates-'));
  const home = path.join(root, 'server');
  const count = Math.max(1, Math.min(MOST_GATES, Math.floor(campaign.gateKills / 5)));
  const each = Math.ceil(campaign.gateKills / count);
  const most = 8 + each * (ANSWERS.atLeast + ANSWERS.more);
  const { donors, stations } = await prepareCity(home, most);
  const environment = { LIYU_SAMPLE: '0', PORT: String(await freePort()) };
  let server = startServer(home, environment);
  const { address } = await server;
  const phones = await Promise.all(donors.map((donorId) => bindPhone(address, donorId)));
  const lanes: Lane[] = [];
  for (let at = 0; at < count; at += 1) {
    lanes.push(await openLane(root, address, stations[at % stations.length] ?? '', at, phones));
  }
  let isOver = false;
  let serverKills = 0;
  const breaches: string[] = [];
  const killServer = async (): Promise<void> => {
    while (serverKills < campaign.serverKills && breaches.length === 0) {
      await wait(SERVER_UP_MS.atLeast + Math.random() * SERVER_UP_MS.more);
      await (await server).kill();
      server = startServer(home, environment);
      await server.catch((cause: unknown) => breaches.push(`the server: ${cause}`));
      serverKills += 1;
      campaign.say(`server kill ${serverKills} of ${campaign.serverKills}`);
    }
  };
  const killLane = async (lane: Lane): Promise<void> => {
    for (let kill = 1; kill <= each && breaches.length === 0; kill += 1) {
      await lane.walk.answered(ANSWERS.atLeast + Math.floor(Math.random() * ANSWERS.more));
      await wait(Math.random() * MOST_DELAY_MS);
      await (await lane.agent).kill();
      lane.agent = startAgentProcess(lane.config);
      await lane.agent.catch((cause: unknown) => breaches.push(`${lane.name}: ${cause}`));
      campaign.say(`${lane.name}: kill ${kill} of ${each}, ${lane.walk.count} answers`);
    }
  };
  const walking = lanes.map((lane) =>
    lane.walk.go(
      () => lane.agent,
      () => isOver,
    ),
  );
  await Promise.all([killServer(), ...lanes.map(killLane)]);
  isOver = true;
  await Promise.all(walking);
  if (breaches.length === 0) breaches.push(...(await drain(lanes)));
  await Promise.all(lanes.map(async ({ agent }) => (await agent).stop()));
  await (await server).stop();
  const found = await compare(home, lanes);
  rmSync(root, { recursive: true });
  return {
    gateKills: each * count,
    serverKills,
    answered: lanes.reduce((sum, { walk }) => sum + walk.count, 0),
    opened: found.opened,
    recordedOnly: found.recordedOnly,
    breaches: [...breaches, ...lanes.flatMap(({ walk }) => walk.breaches), ...found.breaches],
  };
}

/** Donors with a card, in a home that no server has yet, and the stations of the city. */
async function prepareCity(home: string, count: number) {
  const { core, close } = await openCore(readConfig({ LIYU_HOME: home, LIYU_SAMPLE: '0' }), system);
  const today = dayOf(core.clock.now(), core.programme.zone);
  const documents = Array.from({ length: count }, (_, ordinal) => residentNumber(ordinal));
  const rows = documents.map((document, ordinal) =>
    lineOf({ number: `G${ordinal}`, document, donatedOn: addMonths(today, -3) }),
  );
  const file = path.join(home, 'donors.csv');
  writeFileSync(file, `${[HEADING, ...rows].join('\n')}\n`);
  await importDonations(core, file, { dryRun: false, allOrNothing: true });
  const ids: string[] = [];
  for (const document of documents) {
    const donorId = await findDonorByDocument(core.database, core.cipher, document);
    if (donorId !== undefined) ids.push(donorId);
  }
  const stations = [...core.programme.stations.keys()];
  await close();
  return { donors: ids, stations };
}

async function openLane(
  root: string,
  server: string,
  venue: string,
  at: number,
  phones: readonly Phone[],
): Promise<Lane> {
  const name = `gate ${at + 1}`;
  const folder = path.join(root, `gate-${at}`);
  mkdirSync(folder);
  const { id, secret } = (await askJson(`${server}/api/v1/gates`, { venue, name })) as {
    id: string;
    secret: string;
  };
  const config = writeConfig(folder, {
    channels: ['in', 'out'].map((direction) => ({ kind: 'tcp', listen: '127.0.0.1:0', direction })),
    mostCodesPerSecond: 1000,
    log: 'error',
  });
  const identity = await enrol(path.join(folder, 'home'), {
    server,
    gateId: id,
    secret: async () => secret,
  });
  const lane: Lane = {
    name,
    folder,
    config,
    clientId: identity.clientId,
    walk: goThrough(phones),
    agent: startAgentProcess(config),
  };
  await equipped(await lane.agent);
  return lane;
}

interface Status {
  readonly programme: unknown;
  readonly trust: unknown;
  readonly statusLists: readonly { ageSeconds: number | null }[];
  readonly spool: { readonly waiting: number } | null;
}

async function statusOf(agent: AgentProcess): Promise<Status> {
  return (await askJson(`http://${agent.http}/status`)) as Status;
}

async function until(claim: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if (await claim().catch(() => false)) return true;
    await wait(50);
  }
  return false;
}

/** Until the gate has what it needs to open. */
async function equipped(agent: AgentProcess): Promise<void> {
  const isEquipped = await until(async () => {
    const { programme, statusLists } = await statusOf(agent);
    return programme !== null && statusLists.some(({ ageSeconds }) => ageSeconds !== null);
  }, DRAINED_WITHIN_MS);
  if (!isEquipped) throw new Error('a gate has not got its lists');
}

/** Faults over, every spool is empty (I10); a start tries at once, so each gate is started anew. */
async function drain(lanes: readonly Lane[]): Promise<string[]> {
  const left = await Promise.all(
    lanes.map(async (lane) => {
      await (await lane.agent).kill();
      lane.agent = startAgentProcess(lane.config);
      const agent = await lane.agent;
      const isEmpty = await until(
        async () => (await statusOf(agent)).spool?.waiting === 0,
        DRAINED_WITHIN_MS,
      );
      return isEmpty ? [] : [`${lane.name}: the spool is not empty`];
    }),
  );
  return left.flat();
}

async function compare(home: string, lanes: readonly Lane[]) {
  const database = await PGlite.create(path.join(home, 'database'));
  const truths = lanes.map(({ name, clientId, folder, walk }): GateTruth => {
    const lines = readFileSync(path.join(folder, 'opened.jsonl'), 'utf8').trim().split('\n');
    return { name, clientId, told: lines.map((line) => JSON.parse(line)), said: walk.opened };
  });
  const ask = async <Row>(text: string) => (await database.query<Row>(text)).rows;
  const found = await findGateBreaches(ask, truths);
  await database.close();
  return found;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
