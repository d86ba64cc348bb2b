/** A partner's uses of a month, for its own counting: riders under pseudonyms. */
import { lineOf, type StatementLine } from '@liyu/domain/settlement';
import { includesPartner, type Scope } from '../access/caller.ts';
import type { Core } from '../core.ts';
import { findPersons } from '../donor/workflow.ts';
import { loadMonth } from '../ledger/workflow.ts';
import { outwardLine, outwardRider } from './outward.ts';

/** A line of the ledger with its rider; none once it was forgotten who it was. */
export interface UseLine extends StatementLine {
  readonly rider: string | null;
}

const PAGE = 1000;

/** What was posted to the partner for the month; `undefined` when it is out of the scope. */
export async function listUses(
  core: Core,
  scope: Scope,
  partner: string,
  month: string,
): Promise<UseLine[] | undefined> {
  if (!core.programme.partners.has(partner) || !includesPartner(scope, partner)) return undefined;
  const postings = await loadMonth(core.database, scope, partner, month);
  const lines: UseLine[] = [];
  for (let at = 0; at < postings.length; at += PAGE) {
    const page = postings.slice(at, at + PAGE);
    const donorIds = page.flatMap(({ donorId }) => donorId ?? []);
    const persons = await findPersons(core.database, [...new Set(donorIds)]);
    for (const posting of page) {
      const personId = posting.donorId && persons.get(posting.donorId)?.personId;
      const rider = personId ? outwardRider(core, partner, month, personId) : null;
      lines.push({ ...outwardLine(core, partner, lineOf(posting)), rider });
    }
  }
  return lines;
}
