/**
 * How long a city's lost day takes to drain: 12,600 scans that 100 gates kept while they were cut
 * off, metro trips and buses, all sent at once over HTTP to one server on PostgreSQL, fsync on. Against
 * the limit, and against raw multi-row inserts of the rows that come of it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Instant, instantOf, parseInstant, secondsOf } from '@liyu/domain/kernel';
import { type Signer, showCode } from '@liyu/pass';
import { generateKey, pointFromJwk, signerFromJwk } from '@liyu/pass/node';
import type { Caller } from '../../apps/server/src/access/caller.ts';
import { readConfig } from '../../apps/server/src/config.ts';
import type { Core } from '../../apps/server/src/core.ts';
import { importDonations } from '../../apps/server/src/donation/import.ts';
import { buildHttp } from '../../apps/server/src/edge/http.ts';
import { system } from '../../apps/server/src/edge/system.ts';
import { addGate, enrolGate } from '../../apps/server/src/gate/workflow.ts';
import { openCore } from '../../apps/server/src/open-core.ts';
import { bindPasses, findPassPeriods } from '../../apps/server/src/pass/workflow.ts';
import { bootText, scanText } from '../../apps/server/test/gate-records.ts';
import { startPostgres } from '../../apps/server/test/own-postgres.ts';
import { HEADING, lineOf, residentNumber } from '../../apps/server/test/test-core.ts';
import { copyRaw } from './drain-raw.ts';
import type { Figures } from './measure.ts';

const SCANS = 12_600;
const GATES = 100;
const DONORS = 900;
const LIMIT_SECONDS = 60;
/** Of 12,600 uses 4,700 are of the metro: an entry and an exit each a trip. */
const METRO_SHARE = 4700 / SCANS;
const MOST_RECORDS = 500;
const BUS = 'bus-regular';

interface Phone {
  readonly pass: Uint8Array;
  readonly signer: Signer;
  seq: number;
}
interface BenchGate {
  readonly id: string;
  readonly clientId: string;
  readonly venue: string;
  readonly records: { bootEpoch: number; seq: number; body: string }[];
}

/** Donors with a card and a phone each. */
async function makePhones(core: Core, home: string, at: Instant): Promise<Phone[]> {
  const file = path.join(home, 'donors.csv');
  const rows = Array.from({ length: DONORS }, (_, ordinal) =>
    lineOf({
      number: `DR${ordinal}`,
      document: residentNumber(ordinal),
      donatedOn: instantOf(secondsOf(at) - 30 * 86_400).slice(0, 10),
    }),
  );
  writeFileSync(file, `${[HEADING, ...rows].join('\n')}\n`);
  await importDonations(core, file, { dryRun: false, allOrNothing: true });
  const donors = await core.database.selectFrom('donor').select('donor_id').execute();
  const phones: Phone[] = [];
  for (const { donor_id: donorId } of donors) {
    const [period] = await findPassPeriods(core, donorId, 'phone', at);
    if (period === undefined) throw new Error('a donor has a card');
    const { privateJwk } = generateKey();
    const wanted = [{ period, holderKey: pointFromJwk(privateJwk) }];
    const [pass] = await bindPasses(core, donorId, core.newId(), 'phone', wanted, at);
    if (pass === undefined) throw new Error('one wanted, one made');
    phones.push({ pass: pass.bytes, signer: signerFromJwk(privateJwk), seq: 0 });
  }
  return phones;
}

async function makeGates(core: Core): Promise<BenchGate[]> {
  const stations = [...core.programme.stations.keys()];
  const gates: BenchGate[] = [];
  for (let index = 0; index < GATES; index += 1) {
    const venue = index < GATES * METRO_SHARE ? (stations[index % stations.length] ?? BUS) : BUS;
    const added = await addGate(core, { venue, name: null }, 'bench');
    if ('refused' in added) throw new Error(added.refused);
    const { kty, crv, x, y } = generateKey().privateJwk;
    const key = { kty, crv, x, y, kid: 'device', alg: 'ES256' } as const;
    const device = await enrolGate(core, added.id, added.secret, key);
    if ('refused' in device) throw new Error(device.refused);
    gates.push({ id: added.id, clientId: device.clientId, venue, records: [] });
  }
  return gates;
}

/** The day's scans, spread over gates and hours; each gate has started before. */
async function fillSpools(
  gates: readonly BenchGate[],
  phones: readonly Phone[],
  scans: number,
  dayStart: number,
): Promise<void> {
  for (const gate of gates) {
    gate.records.push({ bootEpoch: 1, seq: 0, body: bootText(instantOf(dayStart)) });
  }
  const metro = gates.filter(({ venue }) => venue !== BUS);
  const buses = gates.filter(({ venue }) => venue === BUS);
  const one = (all: readonly BenchGate[], at: number) => all[at % all.length] as BenchGate;
  const put = async (gate: BenchGate, phone: Phone, seconds: number, direction: 'in' | 'out') => {
    phone.seq += 1;
    const code = await showCode(phone.pass, phone.signer, { iat: seconds, seq: phone.seq });
    const body = scanText({ at: instantOf(seconds), venue: gate.venue, direction, code });
    gate.records.push({ bootEpoch: 1, seq: gate.records.length, body });
  };
  const trips = Math.round((scans * METRO_SHARE) / 2);
  for (let trip = 0; trip < trips; trip += 1) {
    const phone = phones[trip % phones.length] as Phone;
    const seconds = dayStart + Math.floor(trip / phones.length) * 14_400 + (trip % 700);
    await put(one(metro, trip), phone, seconds, 'in');
    await put(one(metro, trip * 7 + 3), phone, seconds + 1500, 'out');
  }
  for (let ride = 0; ride < scans - 2 * trips; ride += 1) {
    const phone = phones[ride % phones.length] as Phone;
    const seconds = dayStart + 2700 + Math.floor(ride / phones.length) * 3600 + (ride % 600);
    await put(one(buses, ride), phone, seconds, 'in');
  }
}

/** Sends everything that the gate has kept; answers how many were recorded. */
async function drainGate(address: string, gate: BenchGate): Promise<number> {
  let recorded = 0;
  for (let from = 0; from < gate.records.length; from += MOST_RECORDS) {
    const records = gate.records.slice(from, from + MOST_RECORDS);
    const answer = await fetch(`${address}/api/v1/gates/${gate.id}/batches`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-device': gate.clientId },
      body: JSON.stringify({ sentAt: new Date(system.clock.now()).toISOString(), records }),
    });
    if (answer.status !== 200) throw new Error(`a batch was answered with ${answer.status}`);
    const { receipts } = (await answer.json()) as { receipts: { outcome: string }[] };
    recorded += receipts.filter(({ outcome }) => outcome === 'recorded').length;
  }
  return recorded;
}

async function serve(core: Core, gates: readonly BenchGate[]) {
  const callers = new Map<string, Caller>(
    gates.map(({ clientId }) => [
      clientId,
      { kind: 'machine', id: `machine:${clientId}`, role: 'device', partner: 'bench' },
    ]),
  );
  const http = await buildHttp({
    core,
    token: 'bench',
    open: true,
    logLevel: 'silent',
    checkAnswers: false,
    ways: [async ({ headers }) => callers.get(String(headers['x-device']))],
  });
  return { http, address: await http.listen({ host: '127.0.0.1', port: 0 }) };
}

/** The seconds of draining, and of the same rows inserted raw. */
export async function measureDrain(
  say: (line: string) => void,
  { rows = SCANS }: { rows?: number } = {},
): Promise<Figures> {
  say('starting a PostgreSQL server, fsync on');
  const postgres = await startPostgres();
  const home = mkdtempSync(path.join(tmpdir(), 'liyu-bench-'));
  try {
    const mode = { LIYU_MODE: 'development', LIYU_SAMPLE: '0' };
    const config = readConfig({ ...mode, DATABASE_URL: postgres.url, LIYU_HOME: home });
    const { core, close } = await openCore(config, system);
    say(`${rows} scans of ${DONORS} donors, kept by ${GATES} gates`);
    const today = system.clock.now().slice(0, 10);
    const dayStart = secondsOf(parseInstant(`${today}T00:00:00Z`) as Instant) - 86_400;
    const phones = await makePhones(core, home, instantOf(dayStart));
    const gates = await makeGates(core);
    await fillSpools(gates, phones, rows, dayStart);
    const { http, address } = await serve(core, gates);
    say('draining');
    const start = performance.now();
    const counts = await Promise.all(gates.map((gate) => drainGate(address, gate)));
    const seconds = (performance.now() - start) / 1000;
    const recorded = counts.reduce((sum, count) => sum + count, 0);
    if (recorded !== rows + GATES) throw new Error(`${recorded} of ${rows + GATES} were recorded`);
    await http.close();
    await close();
    say('the same rows, raw');
    const rawSeconds = await copyRaw(postgres.url, GATES);
    const against = `${LIMIT_SECONDS} s for ${SCANS} scans`;
    const limit = { limit: { atMost: 1 } } as const;
    const ratio = (seconds / LIMIT_SECONDS) * (SCANS / rows);
    return {
      'drain.day': { value: seconds, unit: 's', ratio, against, ...limit },
      'drain.rate': {
        value: rows / seconds,
        unit: 'scans/s',
        ratio: seconds / rawSeconds,
        against: 'raw multi-row inserts of the rows that came of them',
      },
    };
  } finally {
    postgres.remove();
    rmSync(home, { recursive: true });
  }
}
