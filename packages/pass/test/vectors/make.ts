/**
 * Makes the files of packages/pass/vectors, the same ones on every machine. `node make.ts` writes them;
 * the tests compare what is made with what is there.
 */
import { writeFileSync } from 'node:fs';
import { toHex } from '../../src/index.ts';
import { CODES } from './codes.ts';
import { PRECEDENCE } from './precedence.ts';
import { SCANS } from './scans.ts';
import { KEYS, makeLists, pointAsJson } from './scene.ts';
import { STATUS_DELTAS } from './status-deltas.ts';
import { STATUS_LISTS } from './status-lists.ts';
import { TRUST_LISTS } from './trust-lists.ts';

const WARNING = 'Test keys, published with their private halves. Never trust them.';

const keys = Object.entries(KEYS).map(([name, { d, point }]) => [
  name,
  { d: toHex(d), ...pointAsJson(point) },
]);

const FILES = {
  'keys.json': { about: WARNING, keys: Object.fromEntries(keys) },
  'code.json': {
    about: 'Texts and what they say, before anything is verified.',
    cases: CODES,
  },
  'scan.json': {
    about: 'Codes at gates. The scans of a case share one cache of passes and one memory.',
    ...(await makeLists(SCANS)),
    cases: SCANS,
  },
  'precedence.json': {
    about: 'Every refusal alone, and every two that can stand in one code.',
    ...(await makeLists(PRECEDENCE)),
    cases: PRECEDENCE,
  },
  'trust-list.json': { about: `Trust lists. ${WARNING}`, cases: TRUST_LISTS },
  'status-list.json': { about: `Whole status lists. ${WARNING}`, cases: STATUS_LISTS },
  'status-delta.json': { about: `Deltas of a status list. ${WARNING}`, cases: STATUS_DELTAS },
};

/** The files' texts by name. */
export const TEXTS: ReadonlyMap<string, string> = new Map(
  Object.entries(FILES).map(([name, content]) => [name, `${JSON.stringify(content, null, 1)}\n`]),
);

if (import.meta.main) {
  const folder = new URL('../../vectors/', import.meta.url);
  for (const [name, text] of TEXTS) writeFileSync(new URL(name, folder), text);
}
