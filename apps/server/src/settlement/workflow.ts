/** Settles a partner's month: folds the ledger, and closes the month once it is over. */
import { createHash } from 'node:crypto';
import { monthOf } from '@liyu/domain/kernel';
import { type Statement, type StatementLine, statementOf } from '@liyu/domain/settlement';
import { includesPartner, type Scope } from '../access/caller.ts';
import { canonicalJson } from '../audit/canonical-json.ts';
import { leafOf } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import type { Core } from '../core.ts';
import { loadLedger } from '../ledger/workflow.ts';
import { endNights } from '../redemption/workflow.ts';
import { outwardLine } from './outward.ts';
import { type ClosedMonth, insertSettlement, loadClosed, loadSettled } from './store.ts';

/** A statement with the moment at which it was closed, or `null` for a preview. */
export interface SettledStatement extends Statement {
  readonly closedAt: string | null;
  readonly ledgerCheckpoint: ClosedMonth['ledgerCheckpoint'];
}

/**
 * The partner's statement of the month (`YYYY-MM`). Before the month's end it is a preview and
 * nothing is closed; after it the first call closes it, and every later one answers the same.
 * `undefined` for a partner that nobody knows or that is out of the scope.
 */
export async function settlePeriod(
  core: Core,
  scope: Scope,
  partner: string,
  month: string,
): Promise<SettledStatement | undefined> {
  const known = core.programme.partners.has(partner);
  if (!known || !includesPartner(scope, partner)) return undefined;
  const now = core.clock.now();
  await endNights(core, now);
  const closed = await loadClosed(core.database, scope, partner);
  const settled = await loadSettled(core.database, scope, partner);
  const ledger = await loadLedger(core.database, scope, partner, month);
  const before = closed.find((one) => one.month === month);
  const others = new Set(closed.map((one) => one.month).filter((one) => one !== month));
  if (before !== undefined) {
    const held = ledger.filter((posting) => settled.get(posting.postingId) === month);
    const statement = statementOf(partner, month, held, { months: others, postings: new Set() });
    return {
      ...outward(core, statement),
      closedAt: before.closedAt,
      ledgerCheckpoint: before.ledgerCheckpoint,
    };
  }
  const statement = statementOf(partner, month, ledger, {
    months: others,
    postings: new Set(settled.keys()),
  });
  const handed = outward(core, statement);
  const ledgerCheckpoint = checkpointOf(handed);
  if (monthOf(now, core.programme.zone) <= month) {
    return { ...handed, closedAt: null, ledgerCheckpoint };
  }
  const closing = { month, closedAt: now, totalFen: statement.totalFen, ledgerCheckpoint };
  const mine = await core.database.transaction().execute(async (transaction) => {
    const postingIds = [...statement.lines, ...statement.adjustments].map((line) => line.postingId);
    if (!(await insertSettlement(transaction, scope, partner, closing, postingIds))) return false;
    await insertLeaf(
      transaction,
      leafOf(core, 'settlement', `${partner}/${month}`, { partner, ...closing }),
    );
    return true;
  });
  // Somebody else closed it since we looked: theirs counts.
  if (!mine) return settlePeriod(core, scope, partner, month);
  return { ...handed, closedAt: now, ledgerCheckpoint };
}

/** The statement as the partner gets it. */
function outward(core: Core, statement: Statement): Statement {
  const lineOf = (line: StatementLine) => outwardLine(core, statement.partner, line);
  return {
    ...statement,
    lines: statement.lines.map(lineOf),
    adjustments: statement.adjustments.map(lineOf),
  };
}

/** How many postings the statement holds, and the SHA-256 over its canonical JSON (RFC 8785). */
function checkpointOf(statement: Statement): ClosedMonth['ledgerCheckpoint'] {
  const sha256 = createHash('sha256').update(canonicalJson(statement)).digest('hex');
  return { postings: statement.lines.length + statement.adjustments.length, sha256 };
}
