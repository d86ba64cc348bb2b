/**
 * The test profile: instead of its own clock, lists and memory, the agent supposes what a line
 * `TEST {…}` on the channel says, and judges the codes that follow by it. It shows that codes are
 * read right; it never runs in production, and opens nothing for anybody.
 */
import {
  createShowingMemory,
  createVerifier,
  fromHex,
  type PublicPoint,
  type ShowingMemory,
  type StatusList,
  statusAge,
  statusLookup,
  type TrustEntry,
  type TrustList,
  type Verifier,
  type VerifyAt,
  verifyStatusDelta,
  verifyStatusList,
  verifyTrustList,
} from '@liyu/pass';
import { nodeCrypto } from '@liyu/pass/node';
import { z } from 'zod';
import type { CoreAnswer } from '../agent/present.ts';
import {
  type Entry,
  type Point,
  readScanFile,
  SCAN_FILES,
  type ScanFile,
  type ScanFileName,
  SUPPOSED,
  type Supposed,
} from './vector-file.ts';

/** How a line of the profile begins. */
export const TEST_LINE = 'TEST ';
/** Which file's lists are meant, whether cache and memory are emptied first, and the rest. */
const ORDER = z.strictObject({
  file: z.enum(SCAN_FILES),
  reset: z.boolean(),
  gate: SUPPOSED,
});

/** What a line of the profile is answered. */
export type TestAnswer = { readonly test: 'ok' } | { readonly test: 'not_understood' };

/** The profile that an agent runs under. */
export interface TestProfile {
  /** Supposes what the line says. */
  suppose(line: string): TestAnswer;
  /** Judges a code by what is supposed. */
  scan(text: string): Promise<CoreAnswer>;
}

interface Lists {
  readonly trust: ReadonlyMap<string, TrustList>;
  readonly status: ReadonlyMap<string, StatusList>;
}

const pointOf = ({ x, yIsOdd }: Point): PublicPoint => ({ x: fromHex(x), yIsOdd });
const entryOf = (entry: Entry): TrustEntry => ({
  ...entry,
  kid: fromHex(entry.kid),
  key: pointOf(entry.key),
});

/** Each list as it was when it was taken: at the moment it was signed. */
async function openLists(file: ScanFile): Promise<Lists> {
  const at = { now: 0, lowestVersion: 0, crypto: nodeCrypto };
  const trust = new Map<string, TrustList>();
  for (const [name, hex] of Object.entries(file.trustLists)) {
    const answer = await verifyTrustList(fromHex(hex), pointOf(file.root), at);
    if (answer.ok) trust.set(name, answer.list);
  }
  const status = new Map<string, StatusList>();
  for (const [name, { entry, list, deltas }] of Object.entries(file.statusLists)) {
    let answer = await verifyStatusList(fromHex(list), entryOf(entry), at);
    for (const delta of deltas) {
      if (answer.ok) {
        answer = await verifyStatusDelta(fromHex(delta), entryOf(entry), answer.list, at);
      }
    }
    if (answer.ok) status.set(name, answer.list);
  }
  return { trust, status };
}

function orderOf(line: string): z.output<typeof ORDER> | undefined {
  try {
    return ORDER.parse(JSON.parse(line.slice(TEST_LINE.length)));
  } catch {
    return undefined;
  }
}

const NOTHING = { zh: '', en: '' };

function answerOf(
  code: string,
  detail: string,
  skewSeconds: number | null,
  marks: readonly string[],
  seq: number,
): CoreAnswer {
  return {
    open: code === 'granted',
    code,
    detail,
    message: NOTHING,
    wayOn: NOTHING,
    skewSeconds,
    marks,
    staffedLane: false,
    mark: { bootEpoch: 0, seq },
  };
}

/** Opens the profile over a folder of vectors. Rejects where the folder holds none. */
export async function openTestProfile(folder: string): Promise<TestProfile> {
  const lists = new Map<ScanFileName, Lists>();
  for (const name of SCAN_FILES) lists.set(name, await openLists(readScanFile(folder, name)));
  let verifier: Verifier = createVerifier({ crypto: nodeCrypto });
  let memory: ShowingMemory = createShowingMemory();
  let supposed: { gate: Supposed; lists: Lists } | undefined;
  let seq = 0;

  const reset = (): void => {
    verifier = createVerifier({ crypto: nodeCrypto });
    memory = createShowingMemory();
  };
  return {
    suppose(line) {
      const order = orderOf(line);
      const held = order && lists.get(order.file);
      if (order === undefined || held === undefined) return { test: 'not_understood' };
      if (order.reset) reset();
      supposed = { gate: order.gate, lists: held };
      return { test: 'ok' };
    },
    async scan(text) {
      seq += 1;
      const at = supposed && verifyAtOf(supposed.gate, supposed.lists, memory);
      if (at === undefined) return answerOf('cannot_record', 'nothing supposed', null, [], seq);
      const found = await verifier.verify(text, at);
      if (found.ok) return answerOf('granted', '', found.skewSeconds, found.marks, seq);
      return answerOf(found.code, found.detail, found.skewSeconds, [], seq);
    },
  };
}

function verifyAtOf(gate: Supposed, lists: Lists, memory: ShowingMemory): VerifyAt | undefined {
  const trustList = lists.trust.get(gate.trustList);
  if (trustList === undefined) return undefined;
  const held = gate.statusLists.flatMap((name) => lists.status.get(name) ?? []);
  const { behindSeconds, aheadSeconds, unsynced } = gate.window;
  const { openEntry, passage } = gate;
  return {
    now: gate.now,
    zone: gate.zone,
    window: { behindSeconds, aheadSeconds, ...(unsynced ? { mark: 'unsynced' } : {}) },
    acceptPrinted: gate.acceptPrinted,
    trustList,
    statusOf: statusLookup(held),
    statusAgeSeconds: statusAge(held, gate.now),
    maxStatusAgeSeconds: gate.maxStatusAgeSeconds,
    memory,
    ...(passage === null ? {} : { passage }),
    ...(openEntry === null ? {} : { openEntry: () => openEntry }),
  };
}
