/** All checkers, by the numbers of the design. */
import type { Breach, Checker, Evidence } from './evidence.ts';
import { exactlyOnce } from './exactly-once.ts';
import { saysWhy } from './explained.ts';
import { noFreeRider } from './free-rider.ts';
import { heals } from './heals.ts';
import { moneyAgrees } from './money.ts';
import { onlyRises } from './monotone.ts';
import { opensOnce } from './replay.ts';
import { revokedIsRefused } from './revocation.ts';
import { timeGoesOn } from './time.ts';

/** The checkers. */
export const CHECKERS: readonly Checker[] = [
  exactlyOnce,
  noFreeRider,
  revokedIsRefused,
  onlyRises,
  moneyAgrees,
  saysWhy,
  opensOnce,
  heals,
  timeGoesOn,
];

/** Everything that may not be, by all of them. */
export function checkAll(evidence: Evidence): Breach[] {
  return CHECKERS.flatMap(({ invariant, check }) =>
    check(evidence).map((what) => ({ invariant, what })),
  );
}
