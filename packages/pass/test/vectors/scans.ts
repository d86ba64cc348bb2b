/** scan.json, second part: kinds, statuses, what a station remembers. */
import { encodeScope } from '../../src/scope.ts';
import type { ScanCase, ScanGate } from '../../vectors/shapes.ts';
import { bytesOf, textOf, withBytes } from '../world.ts';
import { at, card, cardTaken, good, issuerTwin, one, pass, type Row, twin } from './scan-rows.ts';
import { LISTED, LIVES, SIGNATURES, WINDOWS } from './scans-of-codes.ts';
import {
  CLAIMS,
  END,
  KEYS,
  makeCode,
  NOW,
  refused,
  resign,
  STAFFED,
  scan,
  taken,
} from './scene.ts';

const scopeOf = (kind: 'phone' | 'printed') => encodeScope({ ...CLAIMS.scope, kind });
const printedWithKey = await resign(withBytes(pass, 76, ...scopeOf('printed')));
const phoneWithout = await resign(
  withBytes(bytesOf(card), 31, ...scopeOf('phone')),
  KEYS.printer.signer,
);
const KINDS: readonly Row[] = [
  ['card, staffed', 'taken', one(card, cardTaken, { acceptPrinted: true })],
  ['card at a gate', 'staff only', one(card, refused('kind_not_accepted', null))],
  [
    'card twice',
    'its copies cannot be told apart: limits are the caller’s',
    one(card, cardTaken, { acceptPrinted: true }),
    one(card, cardTaken, { acceptPrinted: true }),
  ],
  [
    'printed with cnf',
    'signed by the issuer, yet a printed pass has no key',
    scan(await makeCode({ pass: printedWithKey }), refused('kind_not_accepted'), {
      acceptPrinted: true,
    }),
  ],
  [
    'printed with cnf, bare',
    'a pass with cnf needs its signature first',
    one(textOf(printedWithKey), refused('holder_signature_missing', null), { acceptPrinted: true }),
  ],
  [
    'phone without cnf',
    'signed by the printer’s key, yet kind is phone',
    one(textOf(phoneWithout), refused('kind_not_accepted', null), { acceptPrinted: true }),
  ],
  [
    'the list says the key is for printed passes',
    'a phone’s pass',
    one(good, refused('kind_not_accepted'), { trustList: 'key for printed passes' }),
  ],
  ['clinic', 'metro and bus only', one(good, refused('zone_not_covered'), { zone: 'clinic' })],
  [
    'no zone',
    'good nowhere',
    scan(
      await makeCode({ claims: { scope: { ...CLAIMS.scope, zones: [] } } }),
      refused('zone_not_covered'),
    ),
  ],
];

const withLists = (...statusLists: string[]): Partial<ScanGate> => ({ statusLists });
const STATUSES: readonly Row[] = [
  ['list as old as it may be', 'a day', one(good, taken(), withLists('a day old'))],
  [
    'list a second older',
    'by how much',
    one(good, refused('list_too_old', 0, 1), withLists('a day and a second old')),
  ],
  [
    'one of two lists too old',
    'the oldest counts',
    one(good, refused('list_too_old', 0, 1), withLists('printed', 'a day and a second old')),
  ],
  ['no list', 'nobody knows', one(good, refused('list_too_old'), withLists())],
  ['no list of this key', 'nobody knows', one(good, refused('list_too_old'), withLists('printed'))],
  [
    'index beyond the list',
    '1000 of 1000',
    scan(
      await makeCode({ claims: { scope: { ...CLAIMS.scope, statusIndex: 1000 } } }),
      refused('list_too_old'),
    ),
  ],
  ['revoked', 'index 77', one(good, refused('revoked'), withLists('77 revoked'))],
  ['suspended', 'index 77', one(good, refused('suspended'), withLists('77 suspended'))],
  [
    'card, its index revoked in the phones’ list',
    'an index counts within its key’s list',
    one(card, cardTaken, {
      acceptPrinted: true,
      statusLists: ['78 of the phones revoked', 'printed'],
    }),
  ],
  [
    'revoked by a delta',
    'the list and a delta',
    one(good, refused('revoked'), withLists('77 revoked by a delta')),
  ],
  [
    'suspended and valid again',
    'two deltas',
    one(good, taken(), withLists('77 suspended, then valid again')),
  ],
  [
    'too old, renewed by an empty delta',
    'the moment is the delta’s',
    one(good, taken(), withLists('old, renewed by an empty delta')),
  ],
  [
    'revoked after it was taken',
    'on a cache hit too',
    one(good, taken()),
    one(good, refused('revoked'), withLists('77 revoked')),
  ],
];

const staffedLater = (now: number): Partial<ScanGate> => ({ now, window: STAFFED });
const code2 = await makeCode({ seq: 2 });
const MEMORIES: readonly Row[] = [
  ['the same code again', 'at once', one(good, taken()), one(good, refused('replayed', 0, 0))],
  [
    'the same code 7 s later',
    'by how much',
    one(good, taken()),
    one(good, refused('replayed', -7, 7), { now: NOW + 7 }),
  ],
  [
    'the twin of a signature after it',
    '(r, n - s) verifies and is the same showing',
    one(good, taken()),
    one(twin, refused('replayed', 0, 0)),
  ],
  ['the twin first', 'it verifies', one(twin, taken()), one(good, refused('replayed', 0, 0))],
  [
    'the twin of the issuer’s signature',
    'no second showing either',
    one(good, taken()),
    one(issuerTwin, refused('replayed', 0, 0)),
  ],
  [
    'the next running number',
    'another showing',
    one(good, taken()),
    one(code2, taken()),
    one(good, refused('replayed', 0, 0)),
  ],
  [
    'the same running number at another moment',
    'another showing',
    one(good, taken()),
    scan(await makeCode({ iat: NOW + 1 }), taken(1)),
  ],
  [
    'shown at the gate, then at the desk',
    '170 s later, in its wider window',
    one(good, taken()),
    one(good, refused('replayed', -170, 170), staffedLater(NOW + 170)),
  ],
  [
    'from 180 s ahead to 180 s behind',
    'remembered 360 s',
    scan(await makeCode({ iat: NOW + 180 }), taken(180), { window: STAFFED }),
    scan(
      await makeCode({ iat: NOW + 180 }),
      refused('replayed', -180, 360),
      staffedLater(NOW + 360),
    ),
  ],
  [
    'a clock that steps back',
    'opens nothing again',
    one(good, taken()),
    scan(await makeCode({ iat: NOW + 1000, seq: 2 }), taken(), { now: NOW + 1000 }),
    one(good, refused('replayed', 0, 0)),
  ],
  [
    'a refused code is not remembered',
    'the wrong zone, then the right one',
    one(good, refused('zone_not_covered'), { zone: 'site' }),
    one(good, taken()),
  ],
];

const through = (direction: 'in' | 'out', place = 'station 1', now = NOW): Partial<ScanGate> => ({
  now,
  passage: { direction, place },
});
const second = (now: number) => makeCode({ iat: now, seq: 2 });
const entered = one(good, taken(), through('in'));
const PASSAGES: readonly Row[] = [
  [
    'in again 600 s later',
    'as long as may be',
    entered,
    scan(
      await second(NOW + 600),
      refused('passback', 0, 600),
      through('in', 'station 1', NOW + 600),
    ),
  ],
  [
    'in again 601 s later',
    'over',
    entered,
    scan(await second(NOW + 601), taken(), through('in', 'station 1', NOW + 601)),
  ],
  [
    'in at another station',
    'passback is judged within a place',
    entered,
    scan(await second(NOW + 5), taken(), through('in', 'station 2', NOW + 5)),
  ],
  [
    'in, then out',
    'another direction',
    entered,
    scan(await second(NOW + 5), taken(), through('out', 'station 1', NOW + 5)),
  ],
  [
    'out without an entry',
    'opens and is marked',
    one(good, taken(0, ['exit_without_entry']), through('out')),
  ],
  [
    'refused as passback, then out',
    'a refused showing may still open the way out',
    entered,
    scan(await second(NOW + 5), refused('passback', 0, 5), through('in', 'station 1', NOW + 5)),
    scan(await second(NOW + 5), taken(-1), through('out', 'station 1', NOW + 6)),
  ],
  [
    'out after exp, entry open',
    'neither exp nor status refuses an exit with an open entry',
    at(END + 1200, taken(0, ['exit_after_expiry']), {
      ...through('out', 'station 1', END + 1200),
      openEntry: true,
    }),
  ],
  [
    'out after exp, no entry',
    'refused',
    at(END + 1200, refused('pass_expired', 0, 1200), {
      ...through('out', 'station 1', END + 1200),
      openEntry: false,
    }),
  ],
  [
    'in after exp, entry open',
    'the entry does not open',
    at(END + 1200, refused('pass_expired', 0, 1200), {
      ...through('in', 'station 1', END + 1200),
      openEntry: true,
    }),
  ],
  [
    'out, revoked, entry open',
    'marked',
    one(good, taken(0, ['exit_despite_status']), {
      ...through('out'),
      openEntry: true,
      statusLists: ['77 revoked'],
    }),
  ],
  [
    'out, list too old, entry open',
    'marked',
    one(good, taken(0, ['exit_despite_status']), {
      ...through('out'),
      openEntry: true,
      statusLists: ['a day and a second old'],
    }),
  ],
  [
    'out, revoked, no entry',
    'refused',
    one(good, refused('revoked'), {
      ...through('out'),
      openEntry: false,
      statusLists: ['77 revoked'],
    }),
  ],
  [
    'out in another zone, entry open',
    'only exp and status are spared',
    one(good, refused('zone_not_covered'), { ...through('out'), openEntry: true, zone: 'site' }),
  ],
  [
    'in, out after exp',
    'the station’s own memory knows the entry',
    at(END - 60, taken(), through('in', 'station 1', END - 60)),
    at(END + 60, taken(0, ['exit_after_expiry']), through('out', 'station 1', END + 60)),
  ],
];

const ROWS = [
  ...WINDOWS,
  ...LIVES,
  ...LISTED,
  ...SIGNATURES,
  ...KINDS,
  ...STATUSES,
  ...MEMORIES,
  ...PASSAGES,
];

export const SCANS: readonly ScanCase[] = await Promise.all(
  ROWS.map(async ([name, description, ...scans]) => ({
    name,
    description,
    scans: await Promise.all(scans),
  })),
);
