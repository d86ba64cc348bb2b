/**
 * The lists as gates get them: by tags, so that what has not changed is not sent again, and signed
 * once for all who ask in the same moment. A status list is asked for by the moment of the one that
 * a gate holds, and comes as what has changed since; a gate's list is never older than its signature.
 */
import { createHash } from 'node:crypto';
import { type Instant, instantOf, secondsOf } from '@liyu/domain/kernel';
import {
  buildStatusList,
  fromHex,
  signStatusDelta,
  signStatusList,
  toHex,
  trustListAsJson,
} from '@liyu/pass';
import { nodeCrypto } from '@liyu/pass/node';
import type { Kysely } from 'kysely';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import type { Issuer } from './keyring.ts';
import { countChanges, loadChanges } from './status-store.ts';
import { loadListed } from './store.ts';

/** How long a status list is good for, and how often gates ask, seconds. */
const LIFE_SECONDS = 86_400;
const TTL_SECONDS = 300;
/** For so long a signature shows that nothing has changed; after that a fresh one must. */
const FRESH_SECONDS = 300;
/** Moments of signing lie so far apart, so that many who ask at once get the same bytes. */
const GRANULE_SECONDS = 5;
/** Deltas reach so far back. */
const DELTA_SECONDS = 86_400;
/** A change may be committed so long after its own moment: it is told once more. */
const COMMIT_SECONDS = 900;
const HOUR_SECONDS = 3600;
/** With more changes the whole list is hardly longer. */
const MOST_CHANGES = 50_000;
const MOST_KEPT = 200;

/** Bytes with their tag; no bytes when the caller holds them, or is to ask again in a second. */
export interface ServedList {
  readonly etag: string | undefined;
  readonly type: string;
  readonly bytes: Uint8Array | undefined;
}

/** The trust list of the day. */
export async function servedTrustList(core: Core, held: string | undefined): Promise<ServedList> {
  const { cose, list } = await core.keyring.trustList(secondsOf(core.clock.now()));
  const hash = createHash('sha256')
    .update(JSON.stringify(trustListAsJson(list)))
    .digest('hex');
  const etag = `"${list.version}-${hash.slice(0, 16)}"`;
  const type = 'application/cose; cose-type="cose-sign1"';
  return { etag, type, bytes: held === etag ? undefined : cose };
}

/**
 * The status list of the key, or what has changed since the list that was signed at `since`
 * (seconds); the whole one where that is too long ago. `undefined` for a key that is not ours.
 */
export async function servedStatusList(
  core: Core,
  id: string,
  since: number | undefined,
  held: string | undefined,
): Promise<ServedList | undefined> {
  const now = secondsOf(core.clock.now());
  const issuers = (['phone', 'printed'] as const).map((use) => core.keyring.issuer(use, now));
  const issuer = issuers.find(({ entry }) => toHex(entry.kid) === id);
  if (issuer === undefined) return undefined;
  const state = await stateOf(core, issuer, now);
  const heldAt = momentHeld(held, state);
  const isFresh = heldAt !== undefined && heldAt <= now && now - heldAt < FRESH_SECONDS;
  const holds = isFresh && (since === undefined || since === heldAt);
  if (holds && held !== undefined) return { etag: held, type: WHOLE_TYPE, bytes: undefined };
  const isWithin = since !== undefined && since <= now && now - since <= DELTA_SECONDS;
  if (!isWithin) return wholeList(core, issuer, state, now);
  // A list a second: whoever has this second's asks again in the next.
  if (since === now) return { etag: undefined, type: DELTA_TYPE, bytes: undefined };
  return (await deltaSince(core, issuer, state, since, now)) ?? wholeList(core, issuer, state, now);
}

const WHOLE_TYPE = 'application/statuslist+cwt';
const DELTA_TYPE = 'application/statuslist-delta+cwt';

/** Names what the list says: so many changes since an hour that lies behind every delta. */
async function stateOf(core: Core, { entry }: Issuer, now: number): Promise<string> {
  const reach = DELTA_SECONDS + COMMIT_SECONDS;
  const from = Math.floor((now - reach) / HOUR_SECONDS) * HOUR_SECONDS;
  const changes = await countChanges(core.database, entry.kid, instantOf(from));
  return `${toHex(entry.kid)}-${from / HOUR_SECONDS}-${changes}`;
}

function tagOf(state: string, iat: number): string {
  return `"${state}.${iat}"`;
}

/** When the list of the tag was signed, if it says what the list says now. */
function momentHeld(held: string | undefined, state: string): number | undefined {
  const [, heldState, iat] = /^"([\w-]+)\.(\d{1,12})"$/.exec(held ?? '') ?? [];
  return heldState === state ? Number(iat) : undefined;
}

/** What was signed, by database and then by what it was signed for. */
const kept = new WeakMap<Kysely<Schema>, Map<string, Promise<ServedList>>>();

function keepOnce(core: Core, key: string, sign: () => Promise<ServedList>): Promise<ServedList> {
  const signed = kept.get(core.database) ?? new Map<string, Promise<ServedList>>();
  kept.set(core.database, signed);
  const known = signed.get(key);
  if (known !== undefined) return known;
  for (const oldest of signed.keys()) {
    if (signed.size < MOST_KEPT) break;
    signed.delete(oldest);
  }
  const fresh = sign();
  signed.set(key, fresh);
  // A fault is nobody else's answer.
  fresh.catch(() => signed.delete(key));
  return fresh;
}

function wholeList(core: Core, issuer: Issuer, state: string, now: number): Promise<ServedList> {
  const iat = Math.floor(now / GRANULE_SECONDS) * GRANULE_SECONDS;
  return keepOnce(core, `whole ${state} ${iat}`, async () => {
    const { kid, listSize, statusAddress: address } = issuer.entry;
    const listed = await loadListed(core.database, kid, instantOf(now));
    const statuses = listed.map(({ index, status }) => [index, status] as const);
    const bits = buildStatusList(listSize, statuses);
    const times = { iat, exp: iat + LIFE_SECONDS, ttlSeconds: TTL_SECONDS };
    const content = { kid, address, ...times, bits };
    const bytes = await signStatusList(content, issuer.signer, nodeCrypto);
    return { etag: tagOf(state, iat), type: WHOLE_TYPE, bytes };
  });
}

/** The delta, or `undefined` where there is too much in it. */
async function deltaSince(
  core: Core,
  issuer: Issuer,
  state: string,
  since: number,
  now: number,
): Promise<ServedList | undefined> {
  const iat = Math.max(Math.floor(now / GRANULE_SECONDS) * GRANULE_SECONDS, since + 1);
  const { kid, statusAddress: address } = issuer.entry;
  const from: Instant = instantOf(since - COMMIT_SECONDS);
  if ((await countChanges(core.database, kid, from)) > MOST_CHANGES) return undefined;
  return keepOnce(core, `delta ${state} ${since} ${iat}`, async () => {
    const changes = await loadChanges(core.database, fromHex(toHex(kid)), from);
    const times = { baseIat: since, iat, exp: iat + LIFE_SECONDS, ttlSeconds: TTL_SECONDS };
    const bytes = await signStatusDelta({ kid, address, ...times, changes }, issuer.signer);
    return { etag: tagOf(state, iat), type: DELTA_TYPE, bytes };
  });
}
