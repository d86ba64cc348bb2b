/** The access log (查阅记录): every look at a donor is recorded with what was looked at, or not done. */
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import type { Core } from '../core.ts';
import { findPerson } from '../donor/workflow.ts';
import type { Caller, Scope } from './caller.ts';
import { insertLook, loadLooks } from './store.ts';

/** What was looked at. */
export type LookKind =
  | 'search'
  | 'read'
  | 'reveal'
  | 'standing'
  | 'decide'
  | 'admit'
  | 'effect'
  | 'lane';

/** The owner of the home, who runs commands. */
export const OWNER: Caller = { kind: 'owner', id: 'owner' };

/** A look as whoever reads the log sees it. */
export interface Look {
  readonly lookId: string;
  readonly by: string;
  readonly role: string;
  readonly partner: string | null;
  readonly what: string;
  readonly reason: string | null;
  readonly at: string;
}

/** Records a look within the transaction of `core.database`. */
export async function recordLook(
  core: Core,
  caller: Caller,
  donorId: string,
  what: LookKind,
  reason: string | null = null,
): Promise<void> {
  const row = {
    donor_id: donorId,
    look_id: core.newId(),
    looked_by: caller.id,
    role: caller.kind === 'owner' ? 'owner' : caller.role,
    partner_id: 'partner' in caller ? (caller.partner ?? null) : null,
    what,
    reason,
    looked_at: core.clock.now(),
  };
  await insertLook(core.database, row);
  await insertLeaf(core.database, leafOfRow(core, 'access_look', row.look_id, row));
}

/** Records that the caller is shown what an act does, or would do, to each of the donors. */
export async function recordEffectLooks(
  core: Core,
  caller: Caller,
  { donors }: { readonly donors: readonly { readonly donorId: string }[] },
): Promise<void> {
  await inOneLook(core, async (within) => {
    for (const { donorId } of donors) await recordLook(within, caller, donorId, 'effect');
  });
}

/**
 * Reads in one transaction, together with the records of the looks that `read` makes; it uses the
 * core that it is given.
 */
export function inOneLook<T>(core: Core, read: (within: Core) => Promise<T>): Promise<T> {
  return core.database
    .transaction()
    .execute((transaction) => read({ ...core, database: transaction }));
}

const PAGE = 100;

/**
 * Looks at the person, whichever donor was looked at, newest first, a hundred at most; `before` is
 * the last one that was read.
 */
export async function listLooks(
  core: Core,
  scope: Scope,
  donorId: string,
  before?: string,
): Promise<Look[]> {
  const { donorIds } = await findPerson(core.database, donorId);
  const rows = await loadLooks(core.database, scope, donorIds, before, PAGE);
  return rows.map((row) => ({
    lookId: row.look_id,
    by: row.looked_by,
    role: row.role,
    partner: row.partner_id,
    what: row.what,
    reason: row.reason,
    at: row.looked_at,
  }));
}
