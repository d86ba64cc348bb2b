/** I4: one more donation never takes anything away; the order and repetition of files is nothing. */
import { plainCard } from '../world/population.ts';
import { type Fact, factsOf } from '../world/truth.ts';
import type { Checker } from './evidence.ts';

type Standing = Extract<Fact, { what: 'standing' }>;

const TIERS = ['first', 'second', 'bronze', 'silver', 'gold'];

/** Standings only rise, but for corrections, and are what the gifts plainly amount to. */
export const onlyRises: Checker = {
  invariant: 'I4',
  says: 'a donor’s card never ends earlier, is no smaller and no lower after another donation, unless one was corrected; it is what the gifts plainly amount to; a file taken in again changes nothing',
  check({ facts }) {
    const found: string[] = [];
    const last = new Map<string, Standing>();
    const gifts = new Map<string, Map<string, { on: string; milliCounts: number }>>();
    for (const fact of facts) {
      if (fact.what === 'given') {
        const own = gifts.get(fact.donor) ?? new Map();
        gifts.set(fact.donor, own.set(fact.number, fact));
      } else if (fact.what === 'mistaken') {
        gifts.get(fact.donor)?.delete(fact.number);
        last.delete(fact.donor);
      } else if (fact.what === 'standing') {
        const before = last.get(fact.donor);
        if (before !== undefined && isLess(fact, before)) {
          found.push(`${fact.donor}: ${shortly(before)} became ${shortly(fact)}`);
        }
        const plain = plainCard([...(gifts.get(fact.donor)?.values() ?? [])]);
        const through = plain.honour ? null : plain.through;
        const kind = plain.honour ? 'honour' : plain.through === null ? 'none' : 'annual';
        if (fact.kind !== kind || fact.validThrough !== through) {
          found.push(`${fact.donor}: ${shortly(fact)}, plainly ${kind} through ${through}`);
        }
        last.set(fact.donor, fact);
      }
    }
    for (const { batch, imported } of factsOf(facts, 'again')) {
      if (imported > 0) found.push(`file ${batch}, taken in again, brought ${imported} donations`);
    }
    return found;
  },
};

function isLess(now: Standing, before: Standing): boolean {
  if (before.kind === 'honour' && now.kind !== 'honour') return true;
  if (TIERS.indexOf(now.tier) < TIERS.indexOf(before.tier)) return true;
  if (now.kind === 'honour') return false;
  return (now.validThrough ?? '') < (before.validThrough ?? '');
}

const shortly = ({ kind, validThrough, tier }: Standing): string =>
  `${kind} through ${validThrough}, ${tier}`;
