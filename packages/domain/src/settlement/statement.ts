/**
 * A partner's statement of a month: a pure fold of the ledger. What is posted to a month after it
 * was closed comes into the next statement as an adjustment, so a closed one never changes.
 */
import { owedFen, type Posting } from '../ledger/index.ts';
import type { BenefitId } from '../programme/index.ts';

/** A posting as it stands in the ledger. */
export interface LedgerPosting extends Posting {
  readonly postingId: string;
}

/** One line of a statement; amounts are fen, negative where a reversal takes them back. */
export interface StatementLine {
  readonly postingId: string;
  readonly redemptionId: string;
  readonly redeemedAt: string;
  readonly kind: BenefitId;
  readonly fareFen: number;
  readonly waivedFen: number;
  readonly reversalOf: string | null;
}

/** Whether the line is one operator's share of a trip over several: others have lines of it too. */
export function isShare({ kind, fareFen, waivedFen }: StatementLine): boolean {
  return kind === 'ride' && Math.abs(waivedFen) < Math.abs(fareFen);
}

/** What a partner is owed for a month. `totalFen` is the sum of all lines and adjustments. */
export interface Statement {
  readonly partner: string;
  readonly month: string;
  readonly lines: readonly StatementLine[];
  readonly adjustments: readonly StatementLine[];
  readonly totalFen: number;
}

/** What earlier statements of the partner closed. */
export interface ClosedBefore {
  readonly months: ReadonlySet<string>;
  readonly postings: ReadonlySet<string>;
}

/** The fold. Postings of other partners and later months are left out. */
export function statementOf(
  partner: string,
  month: string,
  ledger: readonly LedgerPosting[],
  closed: ClosedBefore,
): Statement {
  const due = ledger.filter(
    (posting) => posting.partner === partner && !closed.postings.has(posting.postingId),
  );
  const lines = due.filter((posting) => posting.month === month).map(lineOf);
  const adjustments = due
    .filter((posting) => posting.month < month && closed.months.has(posting.month))
    .map(lineOf);
  const totalFen = [...lines, ...adjustments].reduce((sum, line) => sum + line.waivedFen, 0);
  return {
    partner,
    month,
    lines: lines.sort(byMoment),
    adjustments: adjustments.sort(byMoment),
    totalFen,
  };
}

/** The line of a posting. */
export function lineOf(posting: LedgerPosting): StatementLine {
  return {
    postingId: posting.postingId,
    redemptionId: posting.redemptionId,
    redeemedAt: posting.redeemedAt,
    kind: posting.benefit,
    fareFen: posting.reversalOf === null ? posting.fareFen : 0 - posting.fareFen,
    waivedFen: owedFen(posting),
    reversalOf: posting.reversalOf,
  };
}

function byMoment(a: StatementLine, b: StatementLine): number {
  if (a.redeemedAt !== b.redeemedAt) return a.redeemedAt < b.redeemedAt ? -1 : 1;
  return a.postingId < b.postingId ? -1 : 1;
}
