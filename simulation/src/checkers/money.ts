/** I5: the ledger and the statements to the fen, reckoned again from the uses alone. */
import { cityMonth } from '../world/city-time.ts';
import type { Checker, Evidence, PostingRow, UseRow } from './evidence.ts';
import { pairTrips } from './trips.ts';

/** The city's prices at the time of the simulation, fen. */
const LOWEST = 200;
const BUS = 200;
const SITE = 1000;

/** An amount owed for one use, to one partner, for one month. */
interface Owed {
  readonly use: string;
  readonly partner: string;
  readonly month: string;
  readonly fen: number;
}

/** What the uses are worth is what the ledger holds and the statements say. */
export const moneyAgrees: Checker = {
  invariant: 'I5',
  says: 'trips are paired as they can be, each partner is owed for each use what the fare says, to the fen; postings balance; a closed month says the same for ever, and all statements together are the ledger',
  check(evidence) {
    const { trips, faults } = pairTrips(evidence);
    return [
      ...faults,
      ...compare(owedByUses(evidence, trips), owedByPostings(evidence.postings)),
      ...shapes(evidence.postings),
      ...statements(evidence),
    ];
  },
};

function owedByUses(
  evidence: Evidence,
  trips: ReturnType<typeof pairTrips>['trips'],
): Map<string, number> {
  const owed: Owed[] = [];
  const station = new Map(evidence.stations.map((one) => [one.id, one]));
  const taken = new Set(evidence.uses.flatMap(({ reversalOf }) => reversalOf ?? []));
  for (const use of evidence.uses) {
    if (use.reversalOf !== null) continue;
    const month = cityMonth(use.at);
    const own = (partner: string, fen: number): Owed => ({ use: use.id, partner, month, fen });
    const stop = station.get(use.venue);
    if (use.benefit === 'site') owed.push(own(use.venue, siteFen(use, evidence)));
    else if (stop === undefined) owed.push(own('bus', BUS));
    else {
      const trip = trips.get(use.id);
      if (trip === 'ended_by_night' || trip === 'alone') owed.push(own(stop.partner, LOWEST));
      else if (Array.isArray(trip)) owed.push(...trip.map(([to, fen]) => own(to, fen)));
    }
  }
  const sums = new Map<string, number>();
  for (const { use, partner, month, fen } of owed) {
    if (!taken.has(use)) add(sums, `${partner} ${month}`, fen);
  }
  return sums;
}

/** Some sites joined of their own accord and are not paid. */
function siteFen({ venue }: UseRow, { unpaid }: Evidence): number {
  return unpaid.has(venue) ? 0 : SITE;
}

function owedByPostings(postings: readonly PostingRow[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const posting of postings) {
    const sign = posting.credit === `partner:${posting.partner}` ? 1 : -1;
    add(sums, `${posting.partner} ${posting.month}`, sign * posting.amountFen);
  }
  return sums;
}

function compare(uses: ReadonlyMap<string, number>, ledger: ReadonlyMap<string, number>): string[] {
  const keys = new Set([...uses.keys(), ...ledger.keys()]);
  return [...keys].flatMap((key) => {
    const [due, posted] = [uses.get(key) ?? 0, ledger.get(key) ?? 0];
    return due === posted ? [] : [`${key}: the uses owe ${due} fen, the ledger holds ${posted}`];
  });
}

function shapes(postings: readonly PostingRow[]): string[] {
  return postings.flatMap(({ id, debit, credit, amountFen, partner }) => {
    const accounts = [debit, credit]
      .map((account) => account.split(':')[0])
      .sort()
      .join();
    const right = accounts === 'partner,programme' && amountFen >= 0 && Number.isInteger(amountFen);
    const whose = [debit, credit].includes(`partner:${partner}`);
    return right && whose ? [] : [`posting ${id}: ${debit} to ${credit}, ${amountFen} fen`];
  });
}

function statements({ statements: copies, postings }: Evidence): string[] {
  const found: string[] = [];
  const closed = new Map<string, { text: string; totalFen: number; partner: string }>();
  const open = new Map<string, number>();
  for (const copy of copies) {
    const key = `${copy.partner} ${copy.month}`;
    const sum = copy.amounts.reduce((total, fen) => total + fen, 0);
    if (sum !== copy.totalFen)
      found.push(`${key}: lines of ${sum} fen, a total of ${copy.totalFen}`);
    if (!copy.isClosed) {
      open.set(copy.partner, copy.totalFen);
      continue;
    }
    const before = closed.get(key);
    if (before !== undefined && before.text !== copy.text)
      found.push(`${key}: closed, and changed`);
    closed.set(key, copy);
  }
  const billed = new Map<string, number>(open);
  for (const { partner, totalFen } of closed.values()) add(billed, partner, totalFen);
  const held = new Map<string, number>();
  for (const [key, fen] of owedByPostings(postings)) add(held, key.split(' ')[0] ?? '', fen);
  for (const [partner, fen] of held) {
    const said = billed.get(partner);
    if (said !== undefined && said !== fen) {
      found.push(`${partner}: statements of ${said} fen in all, a ledger of ${fen}`);
    }
  }
  return found;
}

function add(sums: Map<string, number>, key: string, fen: number): void {
  sums.set(key, (sums.get(key) ?? 0) + fen);
}
