/**
 * Which exit ends which entry: a pure fold over one person's uses of the metro. The order in which
 * they were recorded does not matter, since gates that were offline tell late.
 */
import type { Instant } from '../kernel/index.ts';
import type { Programme } from '../programme/index.ts';
import { nightEndOf } from './trip.ts';

/** One use of the metro. */
export interface MetroUse {
  readonly id: string;
  readonly at: Instant;
  readonly direction: 'in' | 'out';
  readonly venue: string;
}

/**
 * The entry of each exit that has one, by their ids: the last one before it that nothing has ended,
 * if its night is not over. Of the same moment, an entry counts as the first.
 */
export function pairTrips(uses: readonly MetroUse[], programme: Programme): Map<string, string> {
  const entries: MetroUse[] = [];
  const pairs = new Map<string, string>();
  for (const use of uses.toSorted(inOrder)) {
    if (use.direction === 'in') {
      entries.push(use);
      continue;
    }
    const entry = entries.at(-1);
    if (entry === undefined || use.at > nightEndOf(entry.at, programme)) continue;
    entries.pop();
    pairs.set(use.id, entry.id);
  }
  return pairs;
}

/** By moment, entries first, and then by place: never by when they were recorded. */
function inOrder(a: MetroUse, b: MetroUse): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.direction !== b.direction) return a.direction === 'in' ? -1 : 1;
  return a.venue < b.venue ? -1 : a.venue > b.venue ? 1 : 0;
}
