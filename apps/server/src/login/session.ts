/**
 * Sessions: a password is shown, a cookie of 32 random bytes is given, and only its SHA-256 is
 * stored. A session ends by itself, when its login is disabled, and when its password is changed.
 */
import { createHash } from 'node:crypto';
import { type Instant, instantOf, secondsOf } from '@liyu/domain/kernel';
import type { Role } from '../access/roles.ts';
import type { Core } from '../core.ts';
import { networkOf } from '../edge/network.ts';
import { isPassword } from './password.ts';
import * as store from './store.ts';

const COOKIE_BYTES = 32;
const LIFE_SECONDS = 12 * 3600;
const IDLE_SECONDS = 30 * 60;
const STEP_UP_SECONDS = 5 * 60;
/** How exactly the last use of a session is kept. */
const SEEN_SECONDS = 60;

/** So many tries of a name, or from an address, in so many seconds; then all are refused. */
const THROTTLES = {
  name: { tries: 5, seconds: 15 * 60 },
  address: { tries: 5, seconds: 60 },
} as const;

/** A session as its login's browser sees it. */
export interface Session {
  readonly name: string;
  readonly role: Role;
  readonly partner: string | null;
  readonly openedAt: Instant;
  /** When it ends whatever happens; left alone for half an hour it ends before. */
  readonly endsAt: Instant;
  readonly steppedUpUntil: Instant | null;
}

/** A wrong name or password, which nobody can tell apart, or too many tries. */
export type SignInRefusal =
  | { readonly refused: 'wrong_password' }
  | { readonly refused: 'too_many_tries'; readonly againAt: Instant };

/** A session that was just opened, and what its cookie holds. */
export interface OpenedSession {
  readonly cookie: string;
  readonly session: Session;
}

function hashOf(cookie: string): Buffer {
  return createHash('sha256').update(cookie).digest();
}

function later(instant: Instant, seconds: number): Instant {
  return instantOf(secondsOf(instant) + seconds);
}

/** Signs in by name and password from an address. */
export async function signIn(
  core: Core,
  name: string,
  password: string,
  address: string,
): Promise<OpenedSession | SignInRefusal> {
  const login = await tryPassword(core, name, password, address);
  if ('refused' in login) return login;
  return { ...(await openSession(core, login, login.passwordEventId)) };
}

/**
 * Opens a session of a login that has shown who it is; `passwordEventId` is the password that was
 * shown, or null when it signed in elsewhere.
 */
export async function openSession(
  core: Core,
  login: { readonly name: string; readonly role: string; readonly partner: string | null },
  passwordEventId: string | null,
): Promise<OpenedSession> {
  const cookie = Buffer.from(core.random.bytes(COOKIE_BYTES)).toString('base64url');
  const now = core.clock.now();
  await store.insertSession(core.database, {
    session_hash: hashOf(cookie),
    login_name: login.name,
    password_event_id: passwordEventId,
    opened_at: now,
    seen_at: now,
    stepped_up_until: null,
    ended_at: null,
  });
  return { cookie, session: sessionOf(login, now, null) };
}

/** The live session of a cookie, or `undefined`; it counts as used now. */
export async function findSession(core: Core, cookie: string): Promise<Session | undefined> {
  const hash = hashOf(cookie);
  const found = await store.findSession(core.database, hash);
  if (found === undefined || found.disabledAt !== null) return undefined;
  const { shownPasswordEventId: shown, openedAt, seenAt } = found;
  if (shown !== null && shown !== found.passwordEventId) return undefined;
  const now = core.clock.now();
  if (now >= later(openedAt, LIFE_SECONDS) || now >= later(seenAt, IDLE_SECONDS)) return undefined;
  if (now >= later(seenAt, SEEN_SECONDS)) {
    await store.updateSession(core.database, hash, { seen_at: now });
  }
  return sessionOf(found, openedAt, found.steppedUpUntil);
}

/** Takes the password again: the session counts as just signed in for five minutes. */
export async function stepUp(
  core: Core,
  cookie: string,
  password: string,
  address: string,
): Promise<Session | SignInRefusal | undefined> {
  const session = await findSession(core, cookie);
  if (session === undefined) return undefined;
  const login = await tryPassword(core, session.name, password, address);
  if ('refused' in login) return login;
  const steppedUpUntil = later(core.clock.now(), STEP_UP_SECONDS);
  await store.updateSession(core.database, hashOf(cookie), { stepped_up_until: steppedUpUntil });
  return { ...session, steppedUpUntil };
}

/** Signs out. */
export async function endSession(core: Core, cookie: string): Promise<void> {
  await store.updateSession(core.database, hashOf(cookie), { ended_at: core.clock.now() });
}

function sessionOf(
  login: { readonly name: string; readonly role: string; readonly partner: string | null },
  openedAt: Instant,
  steppedUpUntil: Instant | null,
): Session {
  const { name, role, partner } = login;
  const endsAt = later(openedAt, LIFE_SECONDS);
  return { name, role: role as Role, partner, openedAt, endsAt, steppedUpUntil };
}

/** The login whose password it is. A try is counted before it is judged, so that none slips by. */
async function tryPassword(
  core: Core,
  name: string,
  password: string,
  address: string,
): Promise<store.StoredLogin | SignInRefusal> {
  const { database, cipher } = core;
  const now = core.clock.now();
  const subjects = {
    name: cipher.blindIndex('sign_in_name', name),
    address: cipher.blindIndex('sign_in_address', networkOf(address)),
  };
  for (const kind of ['address', 'name'] as const) {
    const { tries, seconds } = THROTTLES[kind];
    const counted = await store.countTry(database, subjects[kind], now, later(now, seconds));
    if (counted.tries > tries) return { refused: 'too_many_tries', againAt: counted.countedUntil };
  }
  const [login] = await store.loadLogins(database, name);
  const live = login?.disabledAt === null ? login : undefined;
  const right = await isPassword(password, live?.passwordHash ?? undefined, core.passwordCost);
  if (!right || live === undefined) return { refused: 'wrong_password' };
  await store.forgetTries(database, subjects.name, now);
  await store.takeTryBack(database, subjects.address);
  return live;
}
