/**
 * The process whose memory is measured: a gate with its lists and its cache of passes, as the codes
 * come in on standard input, one a line after the lists. It tells its resident memory on standard
 * output at each stage, in bytes. Started with --expose-gc, so that what is told is what is held.
 */
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { PublicPoint, StatusList, TrustList } from '@liyu/pass';
import {
  createVerifier,
  fromHex,
  GATE_WINDOW,
  statusAge,
  statusLookup,
  verifyStatusList,
  verifyTrustList,
} from '@liyu/pass';
import { nodeCrypto } from '@liyu/pass/node';

/** The first line: what a gate is given when it starts. Bytes in hexadecimal. */
export interface GateStart {
  readonly now: number;
  readonly root: { readonly x: string; readonly yIsOdd: boolean };
  readonly trustList: string;
  readonly statusList: string;
}

/** The last line that is told: bytes resident before, with the lists, with the passes. */
export interface GateMemory {
  readonly atStart: number;
  readonly withList: number;
  readonly withPasses: number;
  readonly cachedPasses: number;
}

/** Resident bytes once what is not held has gone. */
async function resident(): Promise<number> {
  for (let turn = 0; turn < 4; turn += 1) {
    globalThis.gc?.();
    await wait(20);
  }
  return process.memoryUsage.rss();
}

async function openLists(start: GateStart): Promise<{ trust: TrustList; status: StatusList }> {
  const { now } = start;
  const root: PublicPoint = { x: fromHex(start.root.x), yIsOdd: start.root.yIsOdd };
  const trust = await verifyTrustList(fromHex(start.trustList), root, {
    now,
    lowestVersion: 0,
    crypto: nodeCrypto,
  });
  if (!trust.ok) throw new Error(trust.detail);
  const [entry] = trust.list.entries;
  if (entry === undefined) throw new Error('no key');
  const bytes = fromHex(start.statusList);
  const status = await verifyStatusList(bytes, entry, { now, crypto: nodeCrypto });
  if (!status.ok) throw new Error(status.detail);
  return { trust: trust.list, status: status.list };
}

async function main(): Promise<void> {
  const verifier = createVerifier({ crypto: nodeCrypto });
  const atStart = await resident();
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const first = await lines.next();
  const start = JSON.parse(first.value ?? '') as GateStart;
  const lists = await openLists(start);
  const withList = await resident();
  const statusLists = [lists.status];
  const at = {
    now: start.now,
    zone: 'metro',
    window: GATE_WINDOW,
    acceptPrinted: false,
    trustList: lists.trust,
    statusOf: statusLookup(statusLists),
    statusAgeSeconds: statusAge(statusLists, start.now),
    maxStatusAgeSeconds: 86_400,
  } as const;
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
    const answer = await verifier.verify(line.value, at);
    if (!answer.ok && answer.code !== 'revoked') throw new Error(answer.detail);
  }
  const withPasses = await resident();
  const { cachedPasses } = verifier;
  const told: GateMemory = { atStart, withList, withPasses, cachedPasses };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

if (import.meta.main) await main();
