/**
 * Of several reasons the first of the specification's order is answered: every two faults that can
 * stand in one code are put into one, and all that go together at once.
 */
import { describe, expect, it } from 'vitest';
import {
  ANCHOR,
  CLAIMS,
  DAY,
  gate,
  ISSUER,
  makeCode,
  makePass,
  NOW,
  PHONE,
  PHONE_ENTRY,
  STRANGER,
  TRUST_LIST,
  textOf,
} from '../test/world.ts';
import { nodeCrypto } from './crypto-node.ts';
import type { RefusalCode, Signer, TrustEntry, VerifyAt } from './index.ts';
import { createShowingMemory, createVerifier, REFUSAL_ORDER } from './index.ts';

/** A code and a gate in the making. */
interface Scene {
  iat: number;
  exp: number;
  issuer: Signer;
  phone: Signer;
  isBare: boolean;
  isLowerCase: boolean;
  entry: TrustEntry;
  listEnd: number;
  wasShown: boolean;
  wentIn: boolean;
  gate: Partial<VerifyAt>;
}

const SEQ = 5;
const HERE = { direction: 'in', place: 'station 1' } as const;

const FAULTS: Record<RefusalCode, (scene: Scene) => void> = {
  malformed: (scene) => {
    scene.isLowerCase = true;
  },
  stale: (scene) => {
    scene.iat = NOW - 31;
  },
  ahead: (scene) => {
    scene.iat = NOW + 16;
  },
  key_unknown: (scene) => {
    scene.listEnd = NOW;
  },
  alg_mismatch: (scene) => {
    scene.entry = { ...scene.entry, alg: -8 };
  },
  issuer_signature: (scene) => {
    scene.issuer = STRANGER.signer;
  },
  holder_signature_missing: (scene) => {
    scene.isBare = true;
  },
  pass_expired: (scene) => {
    scene.exp = NOW;
  },
  pass_not_yet: (scene) => {
    scene.exp = ANCHOR + 14 * DAY;
  },
  kind_not_accepted: (scene) => {
    scene.entry = { ...scene.entry, use: 'printed' };
  },
  zone_not_covered: (scene) => {
    scene.gate = { ...scene.gate, zone: 'site' };
  },
  list_too_old: (scene) => {
    scene.gate = { ...scene.gate, statusAgeSeconds: DAY + 1 };
  },
  revoked: (scene) => {
    scene.gate = { ...scene.gate, statusOf: () => 'revoked' };
  },
  suspended: (scene) => {
    scene.gate = { ...scene.gate, statusOf: () => 'suspended' };
  },
  holder_signature: (scene) => {
    scene.phone = STRANGER.signer;
  },
  replayed: (scene) => {
    scene.wasShown = true;
  },
  passback: (scene) => {
    scene.wentIn = true;
  },
};

/** Faults that cannot stand in one code. */
const APART: readonly (readonly [RefusalCode, RefusalCode])[] = [
  ['stale', 'ahead'],
  ['stale', 'holder_signature_missing'],
  ['ahead', 'holder_signature_missing'],
  ['pass_expired', 'pass_not_yet'],
  ['revoked', 'suspended'],
];

async function answer(codes: readonly RefusalCode[]): Promise<string> {
  const scene: Scene = {
    iat: NOW,
    exp: CLAIMS.exp,
    issuer: ISSUER.signer,
    phone: PHONE.signer,
    isBare: false,
    isLowerCase: false,
    entry: PHONE_ENTRY,
    listEnd: TRUST_LIST.exp,
    wasShown: false,
    wentIn: false,
    gate: {},
  };
  for (const code of codes) FAULTS[code](scene);
  const pass = await makePass({ exp: scene.exp }, scene.issuer);
  const { iat } = scene;
  const shown = await makeCode({ pass, iat, seq: SEQ, by: scene.phone });
  const text = scene.isBare ? textOf(pass) : shown;
  const memory = createShowingMemory();
  const { cti } = CLAIMS;
  if (scene.wasShown) memory.remember({ cti, moment: { iat, seq: SEQ }, now: NOW - 5 });
  if (scene.wentIn) memory.remember({ cti, passage: HERE, now: NOW - 5 });
  const trustList = { ...TRUST_LIST, exp: scene.listEnd, entries: [scene.entry] };
  const at = gate({ trustList, memory, passage: HERE, ...scene.gate });
  const verifier = createVerifier({ crypto: nodeCrypto });
  const verification = await verifier.verify(scene.isLowerCase ? text.toLowerCase() : text, at);
  return verification.ok ? 'taken' : verification.code;
}

const areApart = (left: RefusalCode, right: RefusalCode) =>
  APART.some((pair) => pair.includes(left) && pair.includes(right));
const pairs = REFUSAL_ORDER.flatMap((first, at) =>
  REFUSAL_ORDER.slice(at + 1)
    .filter((second) => !areApart(first, second))
    .map((second) => ({ first, second })),
);

describe('the order of refusals', () => {
  it('is that of the specification', () => {
    expect(REFUSAL_ORDER.join(', ')).toBe(
      'malformed, stale, ahead, key_unknown, alg_mismatch, issuer_signature, ' +
        'holder_signature_missing, pass_expired, pass_not_yet, kind_not_accepted, ' +
        'zone_not_covered, list_too_old, revoked, suspended, holder_signature, replayed, passback',
    );
  });

  it('answers nothing where nothing is wrong', async () => {
    expect(await answer([])).toBe('taken');
  });

  it.each(REFUSAL_ORDER)('answers %s where nothing else is wrong', async (code) => {
    expect(await answer([code])).toBe(code);
  });

  it.each(pairs)('answers $first rather than $second', async ({ first, second }) => {
    expect(await answer([second, first])).toBe(first);
  });

  it('answers the first of all that go together, then the next, to the last', async () => {
    const without: RefusalCode[] = [
      'ahead',
      'holder_signature_missing',
      'pass_not_yet',
      'suspended',
    ];
    const together = REFUSAL_ORDER.filter((code) => !without.includes(code));
    for (let at = 0; at < together.length; at += 1) {
      expect(await answer(together.slice(at))).toBe(together[at]);
    }
  });
});
