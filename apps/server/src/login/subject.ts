/** Subjects of an identity provider, each linked to a login by the home's owner. */
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import type { Core } from '../core.ts';
import { type OpenedSession, openSession } from './session.ts';
import { findLink, insertLink, loadLogins } from './store.ts';

/** Who somebody is at a provider: OpenID Connect's `iss` and `sub`. */
export interface Subject {
  readonly issuer: string;
  readonly subject: string;
}

/** A subject signs in to this login from now on. */
export interface Linked {
  readonly name: string;
  readonly linkedAt: string;
}

function hashOf({ cipher }: Core, { issuer, subject }: Subject): Uint8Array {
  return cipher.blindIndex('oidc_subject', `${issuer}\0${subject}`);
}

/** Links the subject to the login, whatever it was linked to before; or says why not. */
export async function linkSubject(
  core: Core,
  name: string,
  subject: Subject,
  actedBy: string,
): Promise<Linked | { readonly refused: 'unknown_login' | 'disabled' }> {
  const [login] = await loadLogins(core.database, name);
  if (login === undefined) return { refused: 'unknown_login' };
  if (login.disabledAt !== null) return { refused: 'disabled' };
  const subjectHash = hashOf(core, subject);
  const before = await findLink(core.database, subjectHash);
  const row = {
    subject_hash: subjectHash,
    version: (before?.version ?? 0) + 1,
    event_id: core.newId(),
    login_name: name,
    acted_by: actedBy,
    recorded_at: core.clock.now(),
  };
  const mine = await core.database.transaction().execute(async (transaction) => {
    if (!(await insertLink(transaction, row))) return false;
    await insertLeaf(transaction, leafOfRow(core, 'login_subject', row.event_id, row));
    return true;
  });
  return mine ? { name, linkedAt: row.recorded_at } : linkSubject(core, name, subject, actedBy);
}

/** Signs in who the provider says it is, or `undefined`: the subject is linked to no live login. */
export async function signInBySubject(
  core: Core,
  subject: Subject,
): Promise<OpenedSession | undefined> {
  const link = await findLink(core.database, hashOf(core, subject));
  if (link === undefined) return undefined;
  const [login] = await loadLogins(core.database, link.loginName);
  if (login === undefined || login.disabledAt !== null) return undefined;
  return openSession(core, login, null);
}
