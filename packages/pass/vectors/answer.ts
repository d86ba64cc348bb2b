/**
 * How each file of this folder is to be read and answered: an example for other implementations. Runs
 * in Node and in browsers.
 */
import {
  createShowingMemory,
  createVerifier,
  fromHex,
  type PassCrypto,
  type PublicPoint,
  parseCode,
  type StatusList,
  type StatusListVerification,
  statusAge,
  statusLookup,
  type TrustEntry,
  type TrustList,
  toHex,
  type Verification,
  type Verifier,
  type VerifyAt,
  verifyStatusDelta,
  verifyStatusList,
  verifyTrustList,
} from '@liyu/pass';
import type {
  CaseFile,
  CodeCase,
  CodeMeaning,
  Entry,
  Point,
  ScanAnswer,
  ScanFile,
  ScanGate,
  StatusAnswer,
  StatusDeltaCase,
  StatusListCase,
  TrustListCase,
} from './shapes.ts';

/** A case as it was answered. `answer` equals `expected` where the implementation is right. */
export interface Answered {
  readonly file: string;
  readonly name: string;
  readonly expected: unknown;
  readonly answer: unknown;
}

/** The files by name, as JSON. */
export interface VectorFiles {
  readonly 'code.json': CaseFile<CodeCase>;
  readonly 'scan.json': ScanFile;
  readonly 'precedence.json': ScanFile;
  readonly 'trust-list.json': CaseFile<TrustListCase>;
  readonly 'status-list.json': CaseFile<StatusListCase>;
  readonly 'status-delta.json': CaseFile<StatusDeltaCase>;
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = await globalThis.crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return toHex(new Uint8Array(hash));
}

const pointOf = ({ x, yIsOdd }: Point): PublicPoint => ({ x: fromHex(x), yIsOdd });
const pointAsJson = ({ x, yIsOdd }: PublicPoint): Point => ({ x: toHex(x), yIsOdd });
const entryOf = (entry: Entry): TrustEntry => ({
  ...entry,
  kid: fromHex(entry.kid),
  key: pointOf(entry.key),
});

function meaningOf(text: string): CodeMeaning {
  const code = parseCode(text);
  if ('malformed' in code) return { wellFormed: false };
  const { alg, claims } = code.pass;
  const { holderKey, scope, exp } = claims;
  return {
    wellFormed: true,
    pass: {
      alg,
      kid: toHex(claims.kid),
      exp,
      cti: toHex(claims.cti),
      holderKey: holderKey === undefined ? null : pointAsJson(holderKey),
      scope,
    },
    showing: code.showing === undefined ? null : pickMoment(code.showing),
  };
}

function pickMoment({ alg, iat, seq }: { alg: number; iat: number; seq: number }) {
  return { alg, iat, seq };
}

/** The lists of a scan file, each verified at the moment it was signed, as when a gate took it. */
async function openLists(file: ScanFile, crypto: PassCrypto) {
  const trustLists = new Map<string, TrustList>();
  for (const [name, hex] of Object.entries(file.trustLists)) {
    const at = { now: 0, lowestVersion: 0, crypto };
    const answer = await verifyTrustList(fromHex(hex), pointOf(file.root), at);
    if (!answer.ok) throw new Error(`trust list ${name}: ${answer.detail}`);
    trustLists.set(name, answer.list);
  }
  const statusLists = new Map<string, StatusList>();
  for (const [name, { entry, list, deltas }] of Object.entries(file.statusLists)) {
    const at = { now: 0, crypto };
    let answer = await verifyStatusList(fromHex(list), entryOf(entry), at);
    for (const delta of deltas) {
      if (!answer.ok) break;
      answer = await verifyStatusDelta(fromHex(delta), entryOf(entry), answer.list, at);
    }
    if (!answer.ok) throw new Error(`status list ${name}: ${answer.detail}`);
    statusLists.set(name, answer.list);
  }
  return { trustLists, statusLists };
}

function verifyAt(
  gate: ScanGate,
  lists: Awaited<ReturnType<typeof openLists>>,
  memory: VerifyAt['memory'],
): VerifyAt {
  const trustList = lists.trustLists.get(gate.trustList);
  if (trustList === undefined) throw new Error(`no trust list ${gate.trustList}`);
  const held = gate.statusLists.flatMap((name) => lists.statusLists.get(name) ?? []);
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
    ...(passage === null ? {} : { passage }),
    ...(openEntry === null ? {} : { openEntry: () => openEntry }),
    ...(memory === undefined ? {} : { memory }),
  };
}

function scanAnswerOf(verification: Verification): ScanAnswer {
  const { skewSeconds } = verification;
  if (verification.ok) {
    const { pass, marks } = verification;
    return { taken: true, cti: toHex(pass.cti), skewSeconds, marks };
  }
  const { code, bySeconds } = verification;
  return { taken: false, code, bySeconds, skewSeconds };
}

async function runScans(name: string, file: ScanFile, crypto: PassCrypto): Promise<Answered[]> {
  const lists = await openLists(file, crypto);
  const answered: Answered[] = [];
  for (const one of file.cases) {
    const verifier: Verifier = createVerifier({ crypto });
    const memory = createShowingMemory();
    const answer: ScanAnswer[] = [];
    for (const { text, gate } of one.scans) {
      answer.push(scanAnswerOf(await verifier.verify(text, verifyAt(gate, lists, memory))));
    }
    const expected = one.scans.map((scan) => scan.expected);
    answered.push({ file: name, name: one.name, expected, answer });
  }
  return answered;
}

async function trustAnswerOf(one: TrustListCase, crypto: PassCrypto) {
  const { now, lowestVersion } = one;
  const at = { now, lowestVersion, crypto };
  const answer = await verifyTrustList(fromHex(one.bytes), pointOf(one.root), at);
  if (!answer.ok) return { taken: false, code: answer.code };
  const { version, iat, exp } = answer.list;
  const entries = answer.list.entries.map((entry) => ({
    ...entry,
    kid: toHex(entry.kid),
    key: pointAsJson(entry.key),
  }));
  return { taken: true, version, iat, exp, entries };
}

async function statusAnswerOf(
  answer: StatusListVerification,
  expected: StatusAnswer,
): Promise<StatusAnswer> {
  if (!answer.ok) return { taken: false, code: answer.code };
  const { iat, exp, bits, statusOf } = answer.list;
  const asked = expected.taken ? Object.keys(expected.statuses) : [];
  const statuses = asked.map((index) => [index, statusOf(Number(index)) ?? 'unknown'] as const);
  return {
    taken: true,
    iat,
    exp,
    bitsSha256: await sha256(bits),
    statuses: Object.fromEntries(statuses),
  };
}

async function deltaAnswerOf(one: StatusDeltaCase, crypto: PassCrypto) {
  const entry = entryOf(one.entry);
  const held = await verifyStatusList(fromHex(one.list), entry, { now: 0, crypto });
  if (!held.ok) throw new Error(`${one.name}: the list held: ${held.detail}`);
  const at = { now: one.now, crypto };
  return statusAnswerOf(await verifyStatusDelta(fromHex(one.bytes), entry, held.list, at), {
    ...one.expected,
  });
}

/** All cases of the files, answered with this cryptography. */
export async function answerVectors(files: VectorFiles, crypto: PassCrypto): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (const { name, text, expected } of files['code.json'].cases) {
    answered.push({ file: 'code.json', name, expected, answer: meaningOf(text) });
  }
  for (const name of ['scan.json', 'precedence.json'] as const) {
    answered.push(...(await runScans(name, files[name], crypto)));
  }
  for (const one of files['trust-list.json'].cases) {
    const { name, expected } = one;
    const answer = await trustAnswerOf(one, crypto);
    answered.push({ file: 'trust-list.json', name, expected, answer });
  }
  for (const one of files['status-list.json'].cases) {
    const { name, expected, now } = one;
    const verified = await verifyStatusList(fromHex(one.bytes), entryOf(one.entry), {
      now,
      crypto,
    });
    const answer = await statusAnswerOf(verified, expected);
    answered.push({ file: 'status-list.json', name, expected, answer });
  }
  for (const one of files['status-delta.json'].cases) {
    const { name, expected } = one;
    const answer = await deltaAnswerOf(one, crypto);
    answered.push({ file: 'status-delta.json', name, expected, answer });
  }
  return answered;
}
