/**
 * The memory of a gate: how much a fresh process grows by a status list of 10 million passes, 1 % of
 * them set, and then by 100,000 verified passes in its cache. The codes are made here and piped in, so
 * that making them leaves nothing in the process that is measured.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TrustEntry } from '@liyu/pass';
import {
  buildStatusList,
  showCode,
  signPass,
  signStatusList,
  signTrustList,
  toHex,
} from '@liyu/pass';
import type { GeneratedKey } from '@liyu/pass/node';
import { generateKey, nodeCrypto } from '@liyu/pass/node';
import { NOON } from './crowd.ts';
import type { GateMemory, GateStart } from './gate-to-measure.ts';
import { seeded } from './hostile-codes.ts';
import type { Figures } from './measure.ts';

const DAY = 86_400;
const PASSES = 100_000;
/** Indexes for each pass that the gate has seen, and how many of a hundred are set. */
const INDEXES_A_PASS = 100;
const SET_PERCENT = 1;
const MEGABYTE = 1_000_000;

/** An issuer with its list. */
interface Issuer {
  readonly key: GeneratedKey;
  readonly entry: TrustEntry;
}

function makeIssuer(listSize: number): Issuer {
  const key = generateKey();
  const entry: TrustEntry = {
    kid: Uint8Array.of(0x0a, 1),
    alg: -7,
    key: key.point,
    use: 'phone',
    notBefore: NOON - 10 * DAY,
    notAfter: NOON + 10 * DAY,
    lifeSeconds: 7 * DAY,
    anchor: NOON - DAY,
    statusAddress: 'https://example.org/status-lists/1',
    listSize,
  };
  return { key, entry };
}

async function makeStart({ key, entry }: Issuer): Promise<GateStart> {
  const root = generateKey();
  const random = seeded(1);
  const set = Array.from(
    { length: (entry.listSize * SET_PERCENT) / 100 },
    () => [Math.floor(random() * entry.listSize), 'revoked'] as const,
  );
  const content = {
    kid: entry.kid,
    address: entry.statusAddress,
    iat: NOON,
    exp: NOON + DAY,
    ttlSeconds: 300,
    bits: buildStatusList(entry.listSize, set),
  };
  const trustList = { version: 1, iat: NOON, exp: NOON + DAY, entries: [entry] };
  return {
    now: NOON,
    root: { x: toHex(root.point.x), yIsOdd: root.point.yIsOdd },
    trustList: toHex(await signTrustList(trustList, root.signer)),
    statusList: toHex(await signStatusList(content, key.signer, nodeCrypto)),
  };
}

async function makeCode({ key, entry }: Issuer, donor: number): Promise<string> {
  const holder = generateKey();
  const cti = new Uint8Array(8);
  new DataView(cti.buffer).setUint32(4, donor);
  const scope = {
    kind: 'phone',
    tier: 3,
    honour: true,
    zones: ['metro'],
    statusIndex: donor,
  } as const;
  const claims = { kid: entry.kid, exp: NOON + 6 * DAY, cti, holderKey: holder.point, scope };
  const pass = await signPass(claims, key.signer);
  return showCode(pass, holder.signer, { iat: NOON, seq: 1 });
}

/** Feeds a fresh process with a list of so many indexes a pass, and so many passes. */
export async function fillGate(passes: number): Promise<GateMemory> {
  const issuer = makeIssuer(passes * INDEXES_A_PASS);
  const module = fileURLToPath(new URL('./gate-to-measure.ts', import.meta.url));
  const gate = spawn(process.execPath, ['--expose-gc', module], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let told = '';
  gate.stdout.on('data', (chunk) => {
    told += chunk;
  });
  const ended = once(gate, 'close');
  gate.stdin.write(`${JSON.stringify(await makeStart(issuer))}\n`);
  for (let donor = 0; donor < passes; donor += 1) {
    const code = await makeCode(issuer, donor);
    if (!gate.stdin.write(`${code}\n`)) await Promise.race([once(gate.stdin, 'drain'), ended]);
  }
  gate.stdin.end();
  const [status] = await ended;
  if (status !== 0) throw new Error(`the gate's process ended with ${status}`);
  return JSON.parse(told) as GateMemory;
}

/** The growth of resident memory in megabytes: by the list, by the passes, by both. */
export async function measureGateMemory(
  say: (line: string) => void,
  asked: { rows?: number } = {},
): Promise<Figures> {
  const passes = asked.rows ?? PASSES;
  say(`a gate with ${passes * INDEXES_A_PASS} indexes and ${passes} passes`);
  const { atStart, withList, withPasses, cachedPasses } = await fillGate(passes);
  const grown = (value: number, note: string) => ({
    value: value / MEGABYTE,
    unit: 'MB',
    ratio: null,
    against: `the process before, ${(atStart / MEGABYTE).toFixed(0)} MB`,
    note,
  });
  const each = (withPasses - withList) / cachedPasses;
  return {
    'gate-memory.list': grown(withList - atStart, `${passes * INDEXES_A_PASS} passes, 1 % set`),
    'gate-memory.passes': grown(
      withPasses - withList,
      `${cachedPasses} verified, ${each.toFixed(0)} bytes each`,
    ),
    'gate-memory.all': grown(withPasses - atStart, 'growth of resident memory'),
  };
}
