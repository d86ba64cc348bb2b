/**
 * Makes passes from a donor's card: a batch of weekly ones, each with its own key, pseudonym and
 * index. What a new batch replaces is revoked in the same transaction.
 */
import { type PassPeriod, passPeriods, tierNumber } from '@liyu/domain/card';
import { dayOf, type Instant, instantOf, secondsOf } from '@liyu/domain/kernel';
import { type PassKind, type PublicPoint, signPass, ZONES } from '@liyu/pass';
import type { Kysely } from 'kysely';
import { findFreeze } from '../card/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import {
  findPerson,
  findPersons,
  holdPerson,
  type PersonIds,
  personOf,
} from '../donor/workflow.ts';
import { loadStanding } from '../standing/workflow.ts';
import type { Issuer } from './keyring.ts';
import { setStatus } from './status-store.ts';
import {
  findDonorByPass,
  findDonorsByPass,
  insertPass,
  loadPasses,
  type StoredPass,
  takeIndex,
} from './store.ts';

export { reinstateUnfrozen } from './freeze-store.ts';
export {
  loadStatusEvents,
  revokeAll,
  type StatusEvent,
  statusKey,
  suspendPasses,
} from './status-store.ts';
export { findPassById, findPassOf, findStatus, loadListed } from './store.ts';

/** Who the person of a pass is, by its pseudonym, or `undefined`. */
export async function findPersonByPass(
  database: Kysely<Schema>,
  pseudonym: Uint8Array,
): Promise<PersonIds | undefined> {
  const donorId = await findDonorByPass(database, pseudonym);
  return donorId === undefined ? undefined : findPerson(database, donorId);
}

/** Who the persons of passes are, by the pseudonym in hexadecimal. */
export async function findPersonsByPass(
  database: Kysely<Schema>,
  pseudonyms: readonly Uint8Array[],
): Promise<Map<string, PersonIds>> {
  const donors = await findDonorsByPass(database, pseudonyms);
  const persons = await findPersons(database, [...new Set(donors.values())]);
  return new Map([...donors].map(([hex, donorId]) => [hex, personOf(donorId, persons)]));
}

/** A pass that is wanted: its period and, for a phone, the key that only the phone has. */
export interface WantedPass {
  readonly period: PassPeriod;
  readonly holderKey: PublicPoint | null;
}

/** The periods of the passes that the card is good for at the moment; none without or frozen. */
export async function findPassPeriods(
  core: Core,
  donorId: string,
  kind: PassKind,
  at: Instant,
): Promise<PassPeriod[]> {
  const { entry } = core.keyring.issuer(kind, secondsOf(at));
  const day = dayOf(at, core.programme.zone);
  const person = await findPerson(core.database, donorId);
  if ((await findFreeze(core.database, person.donorIds)) !== undefined) return [];
  const standing = await loadStanding(core, person, day);
  const cycle = { anchor: entry.anchor, life: entry.lifeSeconds };
  return passPeriods(standing, day, cycle, core.programme);
}

/** The passes of these periods for a phone with so many keys, one a pass. */
export function wantedPasses(
  periods: readonly PassPeriod[],
  holderKeys: readonly PublicPoint[],
): WantedPass[] {
  return holderKeys.flatMap((holderKey, index) => {
    const period = periods[index];
    return period === undefined ? [] : [{ period, holderKey }];
  });
}

/**
 * Binds a phone (or a printed card) to the donor: answers the passes, those made before if they
 * are still the same. Passes of other bindings, and those of this one that the new ones replace,
 * are revoked.
 */
export function bindPasses(
  core: Core,
  donorId: string,
  phoneId: string,
  kind: PassKind,
  wanted: readonly WantedPass[],
  at: Instant,
): Promise<StoredPass[]> {
  return core.database.transaction().execute(async (transaction) => {
    const person = await holdPerson(transaction, donorId);
    return bindWithin({ ...core, database: transaction }, person, phoneId, kind, wanted, at);
  });
}

/** The same within a transaction, which is the core's database and holds the person. */
export async function bindWithin(
  core: Core,
  person: PersonIds,
  phoneId: string,
  kind: PassKind,
  wanted: readonly WantedPass[],
  at: Instant,
): Promise<StoredPass[]> {
  const issuer = core.keyring.issuer(kind, secondsOf(at));
  const donorId = person.personId;
  if ((await findFreeze(core.database, person.donorIds)) !== undefined) return [];
  const standing = await loadStanding(core, person, dayOf(at, core.programme.zone));
  const tier = tierNumber(standing.tier);
  const honour = standing.card?.kind === 'honour';
  const before = (await loadPasses(core.database, donorId)).filter(
    (pass) => pass.kind === kind && pass.status !== 'revoked',
  );
  // A phone that comes again gets its suspended pass again; a printed card is replaced by a good one.
  const usable = before.filter((pass) => kind === 'phone' || pass.status === 'valid');
  const bound: StoredPass[] = [];
  for (const { period, holderKey } of wanted) {
    const like = {
      donorId,
      phoneId,
      kind,
      tier,
      honour,
      holderKey: holderKey === null ? null : compressed(holderKey),
      beginsAt: instantOf(period.beginsAt),
      endsAt: instantOf(period.endsAt),
    };
    const same = usable.find((pass) => isSame(pass, like));
    bound.push(same ?? (await makePass(core, issuer, holderKey, like)));
  }
  const kept = new Set(bound.map((pass) => pass.passId));
  const replaced = before
    .filter((pass) => !kept.has(pass.passId) && isReplaced(pass, phoneId, bound, at))
    .map((pass) => pass.passId);
  if (replaced.length > 0) {
    await setStatus(core.database, donorId, replaced, 'revoked', core.clock.now());
  }
  return bound;
}

type PassLike = Omit<StoredPass, 'passId' | 'status' | 'bytes'>;

function isSame(pass: StoredPass, like: PassLike): boolean {
  const keys = [pass.holderKey, like.holderKey].map((key) =>
    key === null ? '' : Buffer.from(key).toString('hex'),
  );
  return (
    pass.phoneId === like.phoneId &&
    pass.tier === like.tier &&
    pass.honour === like.honour &&
    pass.beginsAt === like.beginsAt &&
    pass.endsAt === like.endsAt &&
    keys[0] === keys[1]
  );
}

/** Another phone's pass that has not ended, or one of this phone that a new one overlaps. */
function isReplaced(
  pass: StoredPass,
  phoneId: string,
  bound: readonly StoredPass[],
  at: Instant,
): boolean {
  if (pass.phoneId !== phoneId) return pass.endsAt > at;
  return bound.some((made) => pass.beginsAt < made.endsAt && made.beginsAt < pass.endsAt);
}

async function makePass(
  core: Core,
  issuer: Issuer,
  holderKey: PublicPoint | null,
  like: PassLike,
): Promise<StoredPass> {
  const passId = core.newId();
  const { kid, listSize } = issuer.entry;
  const statusIndex = await takeFreeIndex(core, kid, listSize, like, passId);
  const pseudonym = core.random.bytes(8);
  const bytes = await signPass(
    {
      kid,
      exp: secondsOf(like.endsAt as Instant),
      cti: pseudonym,
      ...(holderKey === null ? {} : { holderKey }),
      scope: {
        kind: like.kind,
        tier: like.tier as 1 | 2 | 3 | 4 | 5,
        honour: like.honour,
        zones: ZONES,
        statusIndex,
      },
    },
    issuer.signer,
  );
  const made: StoredPass = { ...like, passId, status: 'valid', bytes };
  await insertPass(core.database, {
    ...made,
    pseudonym,
    keyId: kid,
    index: statusIndex,
    recordedAt: core.clock.now(),
  });
  return made;
}

/** With nine of ten indexes taken, this many tries fail once in a billion times. */
const MOST_TRIES = 200;

/** An index at random, so that it tells no order; taken ones are tried again elsewhere. */
async function takeFreeIndex(
  core: Core,
  keyId: Uint8Array,
  listSize: number,
  like: PassLike,
  passId: string,
): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const index = Buffer.from(core.random.bytes(4)).readUInt32BE() % listSize;
    const row = { keyId, index, donorId: like.donorId, passId, endsAt: like.endsAt };
    if (await takeIndex(core.database, row)) return index;
  }
  throw new Error("the key's status list is full: a new key is due");
}

function compressed(point: PublicPoint): Uint8Array {
  return Uint8Array.of(point.yIsOdd ? 3 : 2, ...point.x);
}
