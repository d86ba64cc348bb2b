/**
 * The world of the test vectors: fixed keys, lists and a gate at noon. Whatever a case does not say
 * is in order, so that what it says is what decides.
 */

import type { PassClaims, Signer, StatusChange, TrustEntry, TrustList } from '../../src/index.ts';
import {
  buildStatusList,
  printCode,
  SM2,
  showCode,
  signPass,
  signStatusDelta,
  signStatusList,
  signTrustList,
  toHex,
} from '../../src/index.ts';
import { passSignatureStructure } from '../../src/pass.ts';
import type { Entry, Point, Scan, ScanAnswer, ScanFile, ScanGate } from '../../vectors/shapes.ts';
import { fixedKey } from './fixed-keys.ts';
import { storeZlib } from './fixed-zlib.ts';

export const DAY = 86_400;
export const WEEK = 7 * DAY;
/** 2026-06-01T00:00+08:00, a Monday: the anchor. */
export const ANCHOR = 1_780_243_200;
/** Noon of the fourth day of a pass's life. */
export const NOW = ANCHOR + 3 * DAY + DAY / 2;
export const END = ANCHOR + WEEK;

export const KEYS = {
  root: fixedKey('root'),
  issuer: fixedKey('issuer of passes for phones'),
  formerIssuer: fixedKey('issuer of the quarter before'),
  printer: fixedKey('issuer of printed passes'),
  phone: fixedKey('phone'),
  otherPhone: fixedKey('another phone'),
  stranger: fixedKey('stranger'),
};

export const PHONE_ENTRY: TrustEntry = {
  kid: Uint8Array.of(0x0a, 0x01),
  alg: -7,
  key: KEYS.issuer.point,
  use: 'phone',
  notBefore: ANCHOR - 10 * DAY,
  notAfter: ANCHOR + 100 * DAY,
  lifeSeconds: WEEK,
  anchor: ANCHOR,
  statusAddress: 'https://example.org/status-lists/0a01',
  listSize: 1000,
};
export const PRINTED_ENTRY: TrustEntry = {
  ...PHONE_ENTRY,
  kid: Uint8Array.of(0x0a, 0x02),
  key: KEYS.printer.point,
  use: 'printed',
  lifeSeconds: 90 * DAY,
  statusAddress: 'https://example.org/status-lists/0a02',
};
/** The key of the quarter before: still accepted, no longer signing. */
export const FORMER_ENTRY: TrustEntry = {
  ...PHONE_ENTRY,
  kid: Uint8Array.of(0x09, 0x01),
  key: KEYS.formerIssuer.point,
  notBefore: ANCHOR - 100 * DAY,
  notAfter: NOW,
  statusAddress: 'https://example.org/status-lists/0901',
};
export const SM2_ENTRY: TrustEntry = {
  ...PHONE_ENTRY,
  kid: Uint8Array.of(0x0c, 0x01),
  alg: SM2,
  statusAddress: 'https://example.org/status-lists/0c01',
};
export const ENTRIES = [PHONE_ENTRY, PRINTED_ENTRY, FORMER_ENTRY, SM2_ENTRY];
export const TRUST_LIST: TrustList = {
  version: 7,
  iat: NOW - DAY,
  exp: NOW + 20 * DAY,
  entries: ENTRIES,
};

export const CLAIMS: PassClaims = {
  kid: PHONE_ENTRY.kid,
  exp: END,
  cti: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  holderKey: KEYS.phone.point,
  scope: { kind: 'phone', tier: 3, honour: true, zones: ['metro', 'bus'], statusIndex: 77 },
};
export const PRINTED_CLAIMS: PassClaims = {
  kid: PRINTED_ENTRY.kid,
  exp: ANCHOR + 90 * DAY,
  cti: Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1),
  scope: { kind: 'printed', tier: 3, honour: false, zones: ['metro', 'clinic'], statusIndex: 78 },
};

export const pointAsJson = ({ x, yIsOdd }: TrustEntry['key']): Point => ({ x: toHex(x), yIsOdd });
export const entryAsJson = (entry: TrustEntry): Entry => ({
  ...entry,
  kid: toHex(entry.kid),
  key: pointAsJson(entry.key),
});

/** A pass in order, with changes to its claims. */
export const makePass = (changes: Partial<PassClaims> = {}, by: Signer = KEYS.issuer.signer) =>
  signPass({ ...CLAIMS, ...changes }, by);

/** What is changed of a shown code in order. */
export interface CodeChanges {
  readonly claims?: Partial<PassClaims>;
  readonly pass?: Uint8Array;
  readonly iat?: number;
  readonly seq?: number;
  readonly by?: Signer;
}

/** A shown code in order, with changes. */
export async function makeCode(changes: CodeChanges = {}): Promise<string> {
  const pass = changes.pass ?? (await makePass(changes.claims));
  const moment = { iat: changes.iat ?? NOW, seq: changes.seq ?? 1 };
  return showCode(pass, changes.by ?? KEYS.phone.signer, moment);
}

/** A printed card's code in order, with changes. */
export async function makeCard(changes: Partial<PassClaims> = {}): Promise<string> {
  return printCode(await signPass({ ...PRINTED_CLAIMS, ...changes }, KEYS.printer.signer));
}

/** Signs the bytes of a pass anew after a case has bent them. */
export async function resign(bytes: Uint8Array, by = KEYS.issuer.signer): Promise<Uint8Array> {
  const signed = Uint8Array.from(bytes);
  signed.set(await by.sign(passSignatureStructure(bytes)), bytes.length - 64);
  return signed;
}

const DEFAULT_GATE: ScanGate = {
  now: NOW,
  zone: 'metro',
  window: { behindSeconds: 30, aheadSeconds: 15, unsynced: false },
  acceptPrinted: false,
  trustList: 'in order',
  statusLists: ['phone', 'printed', 'former'],
  maxStatusAgeSeconds: DAY,
  passage: null,
  openEntry: null,
};
export const STAFFED = { behindSeconds: 180, aheadSeconds: 180, unsynced: false };
export const UNSYNCED = { behindSeconds: 120, aheadSeconds: 120, unsynced: true };

/** A gate in order, with changes. */
export const gate = (changes: Partial<ScanGate> = {}): ScanGate => ({
  ...DEFAULT_GATE,
  ...changes,
});

/** Taken, with its skew (null for a printed card) and marks. */
export const taken = (
  skewSeconds: number | null = 0,
  marks: string[] = [],
  cti = CLAIMS.cti,
): ScanAnswer => ({ taken: true, cti: toHex(cti), skewSeconds, marks });

/** Refused, with the skew and by how many seconds where the rule is one of time. */
export const refused = (
  code: Extract<ScanAnswer, { taken: false }>['code'],
  skewSeconds: number | null = 0,
  bySeconds: number | null = null,
): ScanAnswer => ({ taken: false, code, bySeconds, skewSeconds });

/** One scan at a gate in order, with changes. */
export const scan = (
  text: string,
  expected: ScanAnswer,
  changes: Partial<ScanGate> = {},
): Scan => ({ text, gate: gate(changes), expected });

/** The trust lists that scans name. */
const TRUST_LISTS: Record<string, Partial<TrustList>> = {
  'in order': {},
  'in its last second': { exp: NOW + 1 },
  'ended at noon': { exp: NOW },
  'of the first day': { iat: ANCHOR - DAY, exp: ANCHOR + 20 * DAY },
  later: { iat: ANCHOR + 80 * DAY, exp: ANCHOR + 99 * DAY },
  'without the key': { version: 8, entries: [PRINTED_ENTRY] },
  'key from the next second': {
    entries: [{ ...PHONE_ENTRY, notBefore: NOW + 1 }],
  },
  'key from this second': { entries: [{ ...PHONE_ENTRY, notBefore: NOW }] },
  'key until the second before': { entries: [{ ...PHONE_ENTRY, notAfter: NOW - 1 }] },
  'key for EdDSA': { entries: [{ ...PHONE_ENTRY, alg: -8 }] },
  'key for printed passes': { entries: [{ ...PHONE_ENTRY, use: 'printed' }] },
  'key that is no point': {
    entries: [{ ...PHONE_ENTRY, key: { x: new Uint8Array(32).fill(255), yIsOdd: true } }],
  },
  'another key of the same id': { entries: [{ ...PHONE_ENTRY, key: KEYS.stranger.point }] },
  'ended, for EdDSA': { exp: NOW, entries: [{ ...PHONE_ENTRY, alg: -8 }] },
  'ended, for printed passes': { exp: NOW, entries: [{ ...PHONE_ENTRY, use: 'printed' }] },
  'for EdDSA, for printed passes': { entries: [{ ...PHONE_ENTRY, alg: -8, use: 'printed' }] },
};

/** A whole list and its deltas, in order. */
interface StatusStory {
  readonly entry: TrustEntry;
  readonly signer: Signer;
  readonly iat: number;
  readonly set: StatusChange[];
  readonly deltas: { readonly iat: number; readonly changes: StatusChange[] }[];
}
const story = (changes: Partial<StatusStory>): StatusStory => ({
  entry: PHONE_ENTRY,
  signer: KEYS.issuer.signer,
  iat: NOW - 600,
  set: [
    [5, 'revoked'],
    [6, 'suspended'],
  ],
  deltas: [],
  ...changes,
});
const STATUS_LISTS: Record<string, StatusStory> = {
  phone: story({}),
  printed: story({ entry: PRINTED_ENTRY, signer: KEYS.printer.signer, iat: NOW - 900 }),
  former: story({ entry: FORMER_ENTRY, signer: KEYS.formerIssuer.signer }),
  'a day old': story({ iat: NOW - DAY }),
  'a day and a second old': story({ iat: NOW - DAY - 1 }),
  'a day and a second old, 77 revoked': story({ iat: NOW - DAY - 1, set: [[77, 'revoked']] }),
  'a day and a second old, 77 suspended': story({ iat: NOW - DAY - 1, set: [[77, 'suspended']] }),
  'old, renewed by an empty delta': story({
    iat: NOW - DAY - 1,
    deltas: [{ iat: NOW - 20, changes: [] }],
  }),
  '77 revoked': story({ set: [[77, 'revoked']] }),
  '77 suspended': story({ set: [[77, 'suspended']] }),
  '77 revoked by a delta': story({ deltas: [{ iat: NOW - 20, changes: [[77, 'revoked']] }] }),
  '77 suspended, then valid again': story({
    deltas: [
      { iat: NOW - 300, changes: [[77, 'suspended']] },
      { iat: NOW - 20, changes: [[77, 'valid']] },
    ],
  }),
  '78 of the phones revoked': story({ set: [[78, 'revoked']] }),
  'of the first day': story({ iat: ANCHOR - 600 }),
};

async function signStory({ entry, signer, iat, set, deltas }: StatusStory) {
  const content = { kid: entry.kid, address: entry.statusAddress, ttlSeconds: 20 };
  const bits = buildStatusList(entry.listSize, set);
  const whole = { ...content, iat, exp: iat + 2 * DAY, bits };
  const list = toHex(await signStatusList(whole, signer, { deflate: storeZlib }));
  const signed: string[] = [];
  let baseIat = iat;
  for (const delta of deltas) {
    const exp = delta.iat + 2 * DAY;
    signed.push(toHex(await signStatusDelta({ ...content, ...delta, baseIat, exp }, signer)));
    baseIat = delta.iat;
  }
  return { entry: entryAsJson(entry), list, deltas: signed };
}

/** The lists that the cases name, signed. */
export async function makeLists(cases: ScanFile['cases']) {
  const gates = cases.flatMap(({ scans }) => scans.map((one) => one.gate));
  const trustLists: Record<string, string> = {};
  const statusLists: Record<string, Awaited<ReturnType<typeof signStory>>> = {};
  for (const name of new Set(gates.map(({ trustList }) => trustList))) {
    const list = { ...TRUST_LIST, ...TRUST_LISTS[name] };
    if (TRUST_LISTS[name] === undefined) throw new Error(`no trust list ${name}`);
    trustLists[name] = toHex(await signTrustList(list, KEYS.root.signer));
  }
  for (const name of new Set(gates.flatMap((one) => one.statusLists))) {
    const known = STATUS_LISTS[name];
    if (known === undefined) throw new Error(`no status list ${name}`);
    statusLists[name] = await signStory(known);
  }
  return { root: pointAsJson(KEYS.root.point), trustLists, statusLists };
}
