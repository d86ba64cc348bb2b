/** The tiers cover every count from 0 on, and counts stay exact in thousandths. */
import type { Path } from './json-file.ts';
import { TIER_ORDER, type WrittenParameters } from './parameter-shapes.ts';
import type { Report } from './problem.ts';
import type { Sources } from './sources.ts';

type WrittenTier = WrittenParameters['tiers'][number]['value'][number];

/** Checks what the shapes of the parameters cannot say. */
export function checkParameters(sources: Sources, report: Report): void {
  const file = sources.parameters;
  if (file === undefined) return;
  const refuse = (path: Path, message: string): void =>
    report(file.name, file.lineAt(path), message);
  for (const [index, { value }] of file.value.tiers.entries()) {
    checkTiers(value, (tier, message) => refuse(['tiers', index, 'value', ...tier], message));
  }
  for (const [index, { value }] of file.value['count.whole_blood_ml'].entries()) {
    if (1000 % value === 0) continue;
    refuse(
      ['count.whole_blood_ml', index, 'value'],
      `1000 is not divisible by ${value}: counts would not be exact in thousandths`,
    );
  }
}

function checkTiers(
  tiers: readonly WrittenTier[],
  refuse: (path: Path, message: string) => void,
): void {
  const order = tiers.map(({ id }) => id).join(', ');
  if (order !== TIER_ORDER.join(', ')) {
    refuse([], `the tiers are ${order}, not ${TIER_ORDER.join(', ')}`);
  }
  const lowest = tiers[0];
  if (lowest !== undefined && lowest.fromCounts !== 0) {
    refuse([0, 'fromCounts'], `the lowest tier starts at ${lowest.fromCounts}, not at 0`);
  }
  for (const [index, tier] of tiers.entries()) {
    const next = tiers[index + 1];
    const end = next?.fromCounts ?? null;
    if (tier.belowCounts !== end) {
      const where = end === null ? 'has no end (null)' : `ends where ${next?.id} starts, at ${end}`;
      refuse(
        [index, 'belowCounts'],
        `tier ${tier.id} ${where}, but belowCounts is ${tier.belowCounts}: a gap or an overlap`,
      );
    }
    if (end !== null && end <= tier.fromCounts) {
      refuse([index + 1, 'fromCounts'], `tier ${next?.id} starts no later than tier ${tier.id}`);
    }
  }
}
