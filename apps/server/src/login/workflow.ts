/** Logins (登录账号) of staff: added, given passwords and disabled by the home's owner. */
import type { Kysely } from 'kysely';
import { type Role, STAFF_ROLES, type StaffRole } from '../access/roles.ts';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { hashPassword, isFitPassword } from './password.ts';
import {
  insertLogin,
  insertLoginEvent,
  insertPassword,
  type LoginEvent,
  loadLogins,
  type StoredLogin,
} from './store.ts';

export { PASSWORD_LEAST } from './password.ts';
export {
  endSession,
  findSession,
  openSession,
  type Session,
  signIn,
  stepUp,
} from './session.ts';

export { linkSubject, signInBySubject } from './subject.ts';

/** A login as lists show it. */
export interface Login {
  readonly name: string;
  readonly role: string;
  readonly partner: string | null;
  readonly addedAt: string;
  readonly disabledAt: string | null;
}

/** Why a login is not added or changed. */
export type LoginRefusal =
  | 'name_malformed'
  | 'name_taken'
  | 'no_staff_role'
  | 'partner_needed'
  | 'no_such_partner'
  | 'partner_not_allowed'
  | 'password_unfit'
  | 'unknown_login'
  | 'disabled';

/** A name: lower case, so that no two differ by case; never one that the records use otherwise. */
const NAME = /^(?!(owner|server|system|nobody)$)[a-z][a-z0-9._-]{1,63}$/;

/** Roles whose reach is one partner. */
const OF_PARTNER: readonly Role[] = ['partner_lead', 'clerk'];

/** What is asked for. */
export interface NewLogin {
  readonly name: string;
  readonly role: string;
  readonly partner?: string | undefined;
  readonly password: string;
}

/** Adds a login with its first password, or says why not. */
export async function addLogin(
  core: Core,
  { name, role, partner, password }: NewLogin,
  actedBy: string,
): Promise<Login | { readonly refused: LoginRefusal }> {
  if (!NAME.test(name)) return { refused: 'name_malformed' };
  if (!STAFF_ROLES.includes(role as StaffRole)) return { refused: 'no_staff_role' };
  if (OF_PARTNER.includes(role as Role)) {
    if (partner === undefined) return { refused: 'partner_needed' };
    if (!core.programme.partners.has(partner)) return { refused: 'no_such_partner' };
  } else if (partner !== undefined) return { refused: 'partner_not_allowed' };
  if (!isFitPassword(password, name)) return { refused: 'password_unfit' };
  const hash = await hashPassword(password, core.passwordCost, core.random);
  const recordedAt = core.clock.now();
  const row = {
    login_name: name,
    login_id: core.newId(),
    role,
    partner_id: partner ?? null,
    recorded_at: recordedAt,
  };
  const added = await core.database.transaction().execute(async (transaction) => {
    if (!(await insertLogin(transaction, row))) return false;
    await insertLeaf(transaction, leafOfRow(core, 'login', row.login_id, row));
    await recordPassword(core, transaction, name, hash, actedBy);
    return true;
  });
  if (!added) return { refused: 'name_taken' };
  return { name, role, partner: row.partner_id, addedAt: recordedAt, disabledAt: null };
}

/** Sets another password; every session that an older one opened ends. */
export async function changePassword(
  core: Core,
  name: string,
  password: string,
  actedBy: string,
): Promise<Login | { readonly refused: LoginRefusal }> {
  const [login] = await loadLogins(core.database, name);
  if (login === undefined) return { refused: 'unknown_login' };
  if (login.disabledAt !== null) return { refused: 'disabled' };
  if (!isFitPassword(password, name)) return { refused: 'password_unfit' };
  const hash = await hashPassword(password, core.passwordCost, core.random);
  await core.database
    .transaction()
    .execute((transaction) => recordPassword(core, transaction, name, hash, actedBy));
  return loginOf(login);
}

/** Disables a login for good; its sessions end. Doing it again changes nothing. */
export async function disableLogin(
  core: Core,
  name: string,
  actedBy: string,
): Promise<Login | { readonly refused: LoginRefusal }> {
  const [login] = await loadLogins(core.database, name);
  if (login === undefined) return { refused: 'unknown_login' };
  if (login.disabledAt === null) {
    await core.database
      .transaction()
      .execute((transaction) => recordEvent(core, transaction, name, 'disabled', actedBy));
  }
  const [disabled = login] = await loadLogins(core.database, name);
  return loginOf(disabled);
}

/** A login with the event of the password that counts, or `undefined`. */
export async function findLogin(
  core: Core,
  name: string,
): Promise<(Login & Pick<StoredLogin, 'passwordEventId'>) | undefined> {
  const [login] = await loadLogins(core.database, name);
  return login && { ...loginOf(login), passwordEventId: login.passwordEventId };
}

/** Every login, by name. */
export async function listLogins(core: Core): Promise<Login[]> {
  return (await loadLogins(core.database)).map(loginOf);
}

function loginOf({ name, role, partner, addedAt, disabledAt }: StoredLogin): Login {
  return { name, role, partner, addedAt, disabledAt };
}

async function recordPassword(
  core: Core,
  transaction: Kysely<Schema>,
  name: string,
  hash: string,
  actedBy: string,
): Promise<void> {
  const eventId = await recordEvent(core, transaction, name, 'password_set', actedBy);
  await insertPassword(transaction, { login_name: name, event_id: eventId, password_hash: hash });
}

async function recordEvent(
  core: Core,
  transaction: Kysely<Schema>,
  name: string,
  event: LoginEvent,
  actedBy: string,
): Promise<string> {
  const eventId = core.newId();
  const row = {
    login_name: name,
    event_id: eventId,
    event,
    acted_by: actedBy,
    recorded_at: core.clock.now(),
  };
  await insertLoginEvent(transaction, row);
  await insertLeaf(transaction, leafOfRow(core, 'login_event', eventId, row));
  return eventId;
}
