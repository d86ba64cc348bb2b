/**
 * The key to which lanes seal a document that they cannot look up: a P-256 pair in the home's
 * `keys/lane.json` (0600). The newest seals, all open, so that it can be turned at any time.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Instant } from '@liyu/domain/kernel';
import { generateKey } from '@liyu/pass/node';
import { z } from 'zod';
import { NoKeys } from '../database/field-keys.ts';
import type { Random } from '../edge/clock.ts';

const COORDINATE = z.string().regex(/^[\w-]{43}$/);
const PAIR = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: COORDINATE,
  y: COORDINATE,
  d: COORDINATE,
});
const FILE = z.strictObject({
  keys: z
    .array(
      z.strictObject({ kid: z.string().regex(/^[0-9a-f]{16}$/), madeAt: z.string(), key: PAIR }),
    )
    .min(1),
});
type LaneKey = z.infer<typeof FILE>['keys'][number];

/** The public half, as a JWK (RFC 7517) for sealing. */
export interface PublicLaneKey {
  readonly kid: string;
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

/** The lane keys of a home. */
export interface LaneKeys {
  /** The one that seals; in development it is made when first needed. Throws `NoKeys`. */
  current(): PublicLaneKey;
  /** The pair of a name, or `undefined`. */
  find(kid: string): z.infer<typeof PAIR> | undefined;
  /** Makes a key if there is none. */
  init(): void;
  /** Makes another one, which seals from now on. */
  turn(): PublicLaneKey;
}

/** What the keys are made of. */
export interface LaneKeyOptions {
  readonly folder: string;
  readonly random: Random;
  readonly now: () => Instant;
  readonly development: boolean;
}

/** The keys of a folder, read anew each time: another process may turn them. */
export function openLaneKeys({ folder, random, now, development }: LaneKeyOptions): LaneKeys {
  const file = path.join(folder, 'lane.json');
  const read = (): LaneKey[] =>
    existsSync(file) ? FILE.parse(JSON.parse(readFileSync(file, 'utf8'))).keys : [];
  const make = (): LaneKey => {
    const kid = Buffer.from(random.bytes(8)).toString('hex');
    const { kty, crv, x, y, d } = PAIR.parse(generateKey().privateJwk);
    return { kid, madeAt: now(), key: { kty, crv, x, y, d } };
  };
  const write = (keys: readonly LaneKey[]): void => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const aside = `${file}.new`;
    rmSync(aside, { force: true });
    writeFileSync(aside, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(aside, file);
  };
  const init = (): void => {
    if (read().length === 0) write([make()]);
  };
  return {
    init,
    current() {
      if (development) init();
      const newest = read().at(-1);
      if (newest === undefined) throw new NoKeys('there is no lane key: run `keys init`');
      return publicHalf(newest);
    },
    find: (kid) => read().find((one) => one.kid === kid)?.key,
    turn() {
      const fresh = make();
      write([...read(), fresh]);
      return publicHalf(fresh);
    },
  };
}

function publicHalf({ kid, key: { kty, crv, x, y } }: LaneKey): PublicLaneKey {
  return { kid, kty, crv, x, y };
}
