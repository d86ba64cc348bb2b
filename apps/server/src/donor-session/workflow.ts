/**
 * A donor signs in on a phone: a number and its one-time code, and the document when several
 * donors share the number. Whatever is wrong, the answer is the same.
 */
import { createHash } from 'node:crypto';
import { type Instant, instantOf, secondsOf } from '@liyu/domain/kernel';
import { type Allowance, takeOne } from '../allowance/workflow.ts';
import type { Core } from '../core.ts';
import { findDonorByDonation, type KnownDonation } from '../donation/known-donation.ts';
import { normalisePhone } from '../donor/phone.ts';
import {
  changePhone,
  findDonorsByPhone,
  findOwner,
  findPerson,
  findPersonPhone,
  findPersons,
  holdPerson,
  isPhoneChangedSince,
  phoneHash,
  type ShownDocument,
} from '../donor/workflow.ts';
import { networkOf } from '../edge/network.ts';
import { endCode, tryCode } from '../one-time-code/workflow.ts';
import { deleteEnded, deleteSession, findSession, insertSession, updateSeen } from './store.ts';

export { deletePhoneSessions as endPhoneSessions } from './store.ts';

const COOKIE_BYTES = 32;
/** A phone is the donor's own, and is signed in again as seldom as may be. */
export const SESSION_LIFE_SECONDS = 180 * 86_400;
const IDLE_SECONDS = 30 * 86_400;
/** How exactly the last use of a session is kept. */
const SEEN_SECONDS = 3600;
const TRIES_AN_ADDRESS: Allowance = { name: 'session-address', times: 60, seconds: 3600 };

/** A donor's session. */
export interface DonorSession {
  readonly donorId: string;
  /** Names the phone. */
  readonly sessionId: string;
  /** How it was shown who it is: by the number on record, or by a donation. */
  readonly identifiedBy: 'phone' | 'donation';
}

/** What somebody shows to sign in, and from where. */
export interface SignIn {
  readonly phone: string;
  readonly code: string;
  readonly address: string;
  /** When several donors share the number. */
  readonly shown?: ShownDocument | undefined;
  /** When no number is on record. */
  readonly knownDonation?: KnownDonation | undefined;
}

/** Why nobody is signed in. Only who had the right code hears that a document is needed. */
export interface SignInRefusal {
  readonly refused: 'not_accepted' | 'document_needed' | 'too_many_tries';
}

/** Opens a session, and answers what its cookie holds. */
export async function signIn(
  core: Core,
  request: SignIn,
): Promise<{ readonly cookie: string } | SignInRefusal> {
  if (await takeOne(core, TRIES_AN_ADDRESS, networkOf(request.address))) {
    return { refused: 'too_many_tries' };
  }
  const phone = normalisePhone(request.phone);
  const codeId = await tryCode(core, phone, request.code);
  if (codeId === undefined) return { refused: 'not_accepted' };
  const who = await findWho(core, phone, request);
  if ('refused' in who) return who;
  const cookie = Buffer.from(core.random.bytes(COOKIE_BYTES)).toString('base64url');
  const now = core.clock.now();
  const opened = await core.database.transaction().execute(async (transaction) => {
    if (!(await endCode(core, transaction, phone, codeId))) return false;
    if (who.identifiedBy === 'donation') {
      // Two may show the same donation at once; the first one's number closes the way.
      const { personId } = await holdPerson(transaction, who.donorId);
      if ((await findPersonPhone(transaction, core.cipher, personId)) !== null) return false;
      await changePhone(transaction, core.cipher, who.donorId, phone);
    }
    await insertSession(transaction, {
      session_hash: hashOf(cookie),
      session_id: core.newId(),
      donor_id: who.donorId,
      identified_by: who.identifiedBy,
      opened_at: now,
      seen_at: now,
    });
    return true;
  });
  return opened ? { cookie } : { refused: 'not_accepted' };
}

async function findWho(
  core: Core,
  phone: string,
  { shown, knownDonation }: SignIn,
): Promise<Omit<DonorSession, 'sessionId'> | SignInRefusal> {
  const { database, cipher } = core;
  if (knownDonation !== undefined) {
    const donorId = await findDonorByDonation(core, knownDonation);
    return donorId === undefined
      ? { refused: 'not_accepted' }
      : { donorId, identifiedBy: 'donation' };
  }
  const found = await findDonorsByPhone(database, phoneHash(cipher, phone));
  const persons = (await findPersons(database, found)).values();
  const donors = [...new Set([...persons].map(({ personId }) => personId))];
  const [only] = donors;
  if (only === undefined) return { refused: 'not_accepted' };
  if (shown === undefined) {
    return donors.length > 1
      ? { refused: 'document_needed' }
      : { donorId: only, identifiedBy: 'phone' };
  }
  const owner = await findOwner(database, cipher, shown);
  const donorId = donors.find((one) => one === owner);
  return donorId === undefined ? { refused: 'not_accepted' } : { donorId, identifiedBy: 'phone' };
}

/** The live session of a cookie, or `undefined`; it counts as used now. */
export async function liveSession(core: Core, cookie: string): Promise<DonorSession | undefined> {
  const hash = hashOf(cookie);
  const row = await findSession(core.database, hash);
  if (row === undefined) return undefined;
  const now = core.clock.now();
  const ended =
    secondsOf(row.opened_at as Instant) + SESSION_LIFE_SECONDS <= secondsOf(now) ||
    secondsOf(row.seen_at as Instant) + IDLE_SECONDS <= secondsOf(now);
  if (ended) return undefined;
  if (secondsOf(row.seen_at as Instant) + SEEN_SECONDS <= secondsOf(now)) {
    await updateSeen(core.database, hash, now);
  }
  const { personId, donorIds } = await findPerson(core.database, row.donor_id);
  // Whoever has the phone or number of before is the donor no more.
  if (await isPhoneChangedSince(core.database, donorIds, row.opened_at)) return undefined;
  return {
    donorId: personId,
    sessionId: row.session_id,
    identifiedBy: row.identified_by as DonorSession['identifiedBy'],
  };
}

/** Signs out. */
export function endSession(core: Core, cookie: string): Promise<void> {
  return deleteSession(core.database, hashOf(cookie));
}

/** Forgets the sessions that have ended by themselves. */
export function forgetSessions(core: Core): Promise<void> {
  const now = secondsOf(core.clock.now());
  const [seenBefore, openedBefore] = [IDLE_SECONDS, SESSION_LIFE_SECONDS].map((seconds) =>
    instantOf(now - seconds),
  ) as [Instant, Instant];
  return deleteEnded(core.database, seenBefore, openedBefore);
}

function hashOf(cookie: string): Uint8Array {
  return createHash('sha256').update(cookie).digest();
}
