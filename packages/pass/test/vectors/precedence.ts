/**
 * precedence.json: every two faults that can stand in one code, in one code; the first of the order
 * is answered.
 */
import type { RefusalCode } from '../../src/index.ts';
import { REFUSAL_ORDER } from '../../src/index.ts';
import type { Scan, ScanAnswer, ScanCase } from '../../vectors/shapes.ts';
import { textOf } from '../world.ts';
import { ANCHOR, END, KEYS, makeCode, makePass, NOW, refused, scan, taken, WEEK } from './scene.ts';

const SEQ = 5;
const EARLIER = NOW - 5;
const HERE = { direction: 'in', place: 'station 1' } as const;

/** Faults that cannot stand in one code. */
const APART: readonly (readonly [RefusalCode, RefusalCode])[] = [
  ['stale', 'ahead'],
  ['stale', 'holder_signature_missing'],
  ['ahead', 'holder_signature_missing'],
  ['pass_expired', 'pass_not_yet'],
  ['revoked', 'suspended'],
];
const areApart = (left: RefusalCode, right: RefusalCode) =>
  APART.some((pair) => pair.includes(left) && pair.includes(right));

/** The trust list in which all of these faults are. */
function trustListOf(has: (code: RefusalCode) => boolean): string {
  const [ended, alg, kind] = [has('key_unknown'), has('alg_mismatch'), has('kind_not_accepted')];
  if (ended && alg) return 'ended, for EdDSA';
  if (ended && kind) return 'ended, for printed passes';
  if (alg && kind) return 'for EdDSA, for printed passes';
  if (ended) return 'ended at noon';
  if (alg) return 'key for EdDSA';
  return kind ? 'key for printed passes' : 'in order';
}

function statusListOf(has: (code: RefusalCode) => boolean): string {
  const old = 'a day and a second old';
  if (has('revoked')) return has('list_too_old') ? `${old}, 77 revoked` : '77 revoked';
  if (has('suspended')) return has('list_too_old') ? `${old}, 77 suspended` : '77 suspended';
  return has('list_too_old') ? old : 'phone';
}

function expOf(has: (code: RefusalCode) => boolean): number {
  if (has('pass_expired')) return NOW - 1;
  return has('pass_not_yet') ? ANCHOR + 2 * WEEK : END;
}

function iatOf(has: (code: RefusalCode) => boolean): number {
  if (has('stale')) return NOW - 31;
  return has('ahead') ? NOW + 16 : NOW - 4;
}

/** What the station remembers already: a showing of the same moment, an entry of the same pass. */
async function before(has: (code: RefusalCode) => boolean, iat: number): Promise<Scan[]> {
  const scans: Scan[] = [];
  const skew = iat - EARLIER;
  const gate = { now: EARLIER, window: { behindSeconds: 90, aheadSeconds: 90, unsynced: false } };
  if (has('replayed')) {
    // Taken elsewhere in the station, where nobody passes through.
    scans.push(scan(await makeCode({ iat, seq: SEQ }), taken(skew), gate));
  }
  if (has('passback')) {
    const entry = await makeCode({ iat, seq: SEQ + 1 });
    scans.push(scan(entry, taken(skew), { ...gate, passage: HERE }));
  }
  return scans;
}

/** By how many seconds a rule of time is missed here. */
const BY: Partial<Record<RefusalCode, number>> = {
  stale: 31,
  ahead: 16,
  key_unknown: 0,
  pass_expired: 1,
  pass_not_yet: END - NOW,
  list_too_old: 1,
  replayed: 5,
  passback: 5,
};

async function scansWith(codes: readonly RefusalCode[], first: RefusalCode): Promise<Scan[]> {
  const has = (code: RefusalCode) => codes.includes(code);
  const iat = iatOf(has);
  const signer = has('issuer_signature') ? KEYS.stranger.signer : KEYS.issuer.signer;
  const pass = await makePass({ exp: expOf(has) }, signer);
  const by = has('holder_signature') ? KEYS.stranger.signer : KEYS.phone.signer;
  const isBare = has('holder_signature_missing');
  const text = isBare ? textOf(pass) : await makeCode({ pass, iat, seq: SEQ, by });
  const skew = isBare || first === 'malformed' ? null : iat - NOW;
  const expected: ScanAnswer = refused(first, skew, BY[first] ?? null);
  const broken = has('malformed') ? `LY1:${text.slice(4).toLowerCase()}` : text;
  const last = scan(broken, expected, {
    trustList: trustListOf(has),
    statusLists: [statusListOf(has)],
    zone: has('zone_not_covered') ? 'site' : 'metro',
    passage: HERE,
  });
  return [...(await before(has, iat)), last];
}

const singles = REFUSAL_ORDER.map((code) => ({
  name: code,
  description: 'nothing else is wrong',
  codes: [code],
  first: code,
}));
const pairs = REFUSAL_ORDER.flatMap((first, at) =>
  REFUSAL_ORDER.slice(at + 1)
    .filter((second) => !areApart(first, second))
    .map((second) => ({
      name: `${first} before ${second}`,
      description: 'both are wrong; the first of the order is answered',
      codes: [first, second],
      first,
    })),
);

export const PRECEDENCE: readonly ScanCase[] = await Promise.all(
  [...singles, ...pairs].map(async ({ name, description, codes, first }) => ({
    name,
    description,
    scans: await scansWith(codes, first),
  })),
);
