/** scan.json, first part: moments, lives, keys, signatures. */
import { signPass } from '../../src/index.ts';
import type { ScanGate } from '../../vectors/shapes.ts';
import { bytesOf, textOf, withBytes } from '../world.ts';
import { at, card, cardTaken, cut, good, one, pass, type Row, skewed } from './scan-rows.ts';
import {
  ANCHOR,
  DAY,
  END,
  FORMER_ENTRY,
  KEYS,
  makeCode,
  makePass,
  NOW,
  PHONE_ENTRY,
  PRINTED_CLAIMS,
  refused,
  resign,
  SM2_ENTRY,
  STAFFED,
  scan,
  taken,
  UNSYNCED,
  WEEK,
} from './scene.ts';
export const WINDOWS: readonly Row[] = [
  ['in order', 'a phone’s code at a metro gate', one(good, taken())],
  ['in order, bus', 'the pass is good there too', one(good, taken(), { zone: 'bus' })],
  ['iat -31', 'a second too slow', skewed(-31, refused('stale', -31, 31))],
  ['iat -30', 'as slow as may be', skewed(-30, taken(-30))],
  ['iat +15', 'as fast as may be', skewed(15, taken(15))],
  ['iat +16', 'a second too fast', skewed(16, refused('ahead', 16, 16))],
  ['iat -73', 'by how much', skewed(-73, refused('stale', -73, 73))],
  ['iat -181, staffed', 'too slow there too', skewed(-181, refused('stale', -181, 181), st())],
  ['iat -180, staffed', 'somebody sees the person', skewed(-180, taken(-180), st())],
  ['iat +180, staffed', 'as fast as may be', skewed(180, taken(180), st())],
  ['iat +181, staffed', 'too fast there too', skewed(181, refused('ahead', 181, 181), st())],
  ['iat -121, unsynced', 'too slow', skewed(-121, refused('stale', -121, 121), un())],
  ['iat -120, unsynced', 'taken and marked', skewed(-120, taken(-120, ['unsynced']), un())],
  ['iat +120, unsynced', 'taken and marked', skewed(120, taken(120, ['unsynced']), un())],
  ['iat +121, unsynced', 'too fast', skewed(121, refused('ahead', 121, 121), un())],
];
function st(): Partial<ScanGate> {
  return { window: STAFFED };
}
function un(): Partial<ScanGate> {
  return { window: UNSYNCED };
}

const midweek = ANCHOR + 9 * DAY;
export const LIVES: readonly Row[] = [
  [
    'a second before its first',
    'it begins at an anchor',
    at(ANCHOR - 1, refused('pass_not_yet', 0, 1)),
  ],
  ['its first second', 'exp less a life', at(ANCHOR, taken())],
  ['its last second', 'exp less a second', at(END - 1, taken())],
  ['exp', 'exclusive', at(END, refused('pass_expired', 0, 0))],
  ['40 s after exp', 'by how much', at(END + 40, refused('pass_expired', 0, 40))],
  [
    'cut short, a second before its first',
    'a pass of two days begins where the one before it ended',
    at(END - 1, refused('pass_not_yet', 0, 1), {}, midweek),
  ],
  ['cut short, its first second', 'at the last anchor before exp', at(END, taken(), {}, midweek)],
  ['cut short, exp', 'exclusive', at(midweek, refused('pass_expired', 0, 0), {}, midweek)],
  [
    'a pass of the week after next',
    'by how much',
    at(NOW, refused('pass_not_yet', 0, ANCHOR + 2 * WEEK - NOW), {}, ANCHOR + 3 * WEEK),
  ],
  [
    'card, its first second',
    '90 days before exp',
    one(card, cardTaken, { ...old(ANCHOR), trustList: 'of the first day' }),
  ],
  [
    'card, a second before',
    'printed passes have lives of 90 days',
    one(card, refused('pass_not_yet', null, 1), {
      ...old(ANCHOR - 1),
      trustList: 'of the first day',
    }),
  ],
  ['card, its last second', 'exp less a second', one(card, cardTaken, late(-1))],
  ['card, exp', 'exclusive', one(card, refused('pass_expired', null, 0), late(0))],
];
function old(now: number): Partial<ScanGate> {
  return { now, acceptPrinted: true, maxStatusAgeSeconds: 100 * DAY };
}
function late(by: number): Partial<ScanGate> {
  return { ...old(ANCHOR + 90 * DAY + by), trustList: 'later' };
}

const formerPass = await makePass({ kid: FORMER_ENTRY.kid }, KEYS.formerIssuer.signer);
const formerCode = await makeCode({ pass: formerPass });
const unlisted = { trustList: 'without the key' };
const edDsaPass = await resign(withBytes(pass, 4, 0x27));
const sm2Code = await makeCode({ claims: { kid: SM2_ENTRY.kid } });
export const LISTED: readonly Row[] = [
  [
    'trust list, its last second',
    'exp less one',
    one(good, taken(), { trustList: 'in its last second' }),
  ],
  [
    'trust list ended',
    'exp is exclusive',
    one(good, refused('key_unknown', 0, 0), { trustList: 'ended at noon' }),
  ],
  ['key not in the list', 'retired for good', one(good, refused('key_unknown'), unlisted)],
  [
    'key retired in a newer list',
    'from the cache too',
    one(good, taken()),
    one(good, refused('key_unknown'), unlisted),
  ],
  ['retired key, its last second', 'not after is included', one(formerCode, taken())],
  [
    'retired key, a second later',
    'its life and 35 days are over',
    scan(await makeCode({ pass: formerPass, iat: NOW + 1 }), refused('key_unknown', 0, 1), {
      now: NOW + 1,
    }),
  ],
  [
    'key until the second before',
    'by how much',
    one(good, refused('key_unknown', 0, 1), { trustList: 'key until the second before' }),
  ],
  [
    'key a second too early',
    'not before',
    one(good, refused('key_unknown', 0, 1), { trustList: 'key from the next second' }),
  ],
  [
    'key, its first second',
    'not before is included',
    one(good, taken(), { trustList: 'key from this second' }),
  ],
  [
    'the list says another algorithm',
    'the list decides, never the header',
    one(good, refused('alg_mismatch'), { trustList: 'key for EdDSA' }),
  ],
  [
    'the pass says another algorithm',
    'signed over the bent header; the list says ES256',
    scan(await makeCode({ pass: edDsaPass }), refused('alg_mismatch')),
  ],
  [
    'both say EdDSA',
    'not an algorithm of this version',
    scan(await makeCode({ pass: edDsaPass }), refused('alg_mismatch'), {
      trustList: 'key for EdDSA',
    }),
  ],
  [
    'the phone says another algorithm',
    'its key is for ES256',
    one(textOf(withBytes(bytesOf(good), 5, 0x27)), refused('alg_mismatch')),
  ],
  [
    'an SM2 key’s id',
    'a pass that says ES256 is none of an SM2 key',
    one(sm2Code, refused('alg_mismatch')),
  ],
  [
    'a key that is no point',
    'it verifies nothing',
    one(good, refused('issuer_signature'), { trustList: 'key that is no point' }),
  ],
  [
    'another key of the same id',
    'the cache does not lend a pass to it',
    one(good, taken()),
    one(good, refused('issuer_signature'), { trustList: 'another key of the same id' }),
  ],
];

const forged = await makePass({}, KEYS.stranger.signer);
const raised = withBytes(pass, 77, 0x51);
const bentPhone = { x: new Uint8Array(32).fill(255), yIsOdd: true };
const moved = withBytes(
  bytesOf(await makeCode({ iat: NOW - 200 })),
  161,
  ...bytesOf(good).subarray(161, 165),
);
export const SIGNATURES: readonly Row[] = [
  [
    'pass signed by a stranger',
    'forged',
    scan(await makeCode({ pass: forged }), refused('issuer_signature')),
  ],
  [
    'tier raised after signing',
    'forged',
    scan(await makeCode({ pass: raised }), refused('issuer_signature')),
  ],
  [
    'tier raised after its pass was taken',
    'the cache knows exact bytes only',
    one(good, taken()),
    scan(await makeCode({ pass: raised, seq: 2 }), refused('issuer_signature')),
    scan(await makeCode({ seq: 3 }), taken()),
  ],
  [
    'issuer’s signature of zeros',
    'r and s of 0',
    scan(
      await makeCode({ pass: withBytes(pass, 85, ...new Uint8Array(64)) }),
      refused('issuer_signature'),
    ),
  ],
  [
    'phone’s signature of zeros',
    'r and s of 0',
    one(textOf(withBytes(bytesOf(good), 171, ...new Uint8Array(64))), refused('holder_signature')),
  ],
  [
    'card signed by the key for phones',
    'its use is phones',
    scan(
      textOf(
        await signPass({ ...PRINTED_CLAIMS, kid: PHONE_ENTRY.kid, exp: END }, KEYS.issuer.signer),
      ),
      refused('kind_not_accepted', null),
      { acceptPrinted: true },
    ),
  ],
  [
    'pass on another phone',
    'its key is not in the pass',
    scan(await makeCode({ by: KEYS.otherPhone.signer }), refused('holder_signature')),
  ],
  [
    'moment moved after signing',
    'an old code made new',
    one(textOf(moved), refused('holder_signature')),
  ],
  [
    'running number changed',
    'a shown code made another',
    one(textOf(withBytes(bytesOf(good), 168, 9)), refused('holder_signature')),
  ],
  [
    'phone’s key is no point',
    'refused where its signature is due',
    scan(await makeCode({ claims: { holderKey: bentPhone } }), refused('holder_signature')),
  ],
  [
    'phone’s key is no point, another zone',
    'what comes before is answered',
    scan(await makeCode({ claims: { holderKey: bentPhone } }), refused('zone_not_covered'), {
      zone: 'site',
    }),
  ],
  [
    'pass cut out',
    'anyone can cut it out of a live code',
    one(cut, refused('holder_signature_missing', null)),
  ],
  [
    'pass cut out, staffed',
    'fraud there too',
    one(cut, refused('holder_signature_missing', null), { acceptPrinted: true, window: STAFFED }),
  ],
  [
    'pass cut out of a code that was taken',
    'from the cache too',
    one(good, taken()),
    one(cut, refused('holder_signature_missing', null), { acceptPrinted: true }),
  ],
];
