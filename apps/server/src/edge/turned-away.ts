/**
 * Those who found the room full. To answer one costs a third of a scan, so that a flood of them
 * would leave nothing for the work: they hear of it one after another, so many at a time, and get
 * in when there is room again. A caller who has not been answered sends nothing more.
 */
import type { Turn } from './waiting-room.ts';

/** The queue of them. */
export interface TurnedAway {
  /** A place in it, or `undefined` when there are too many: they hear at once. */
  enter(): Turn | undefined;
  /** Lets so many hear, the oldest first. */
  tell(count: number): void;
}

/** An empty queue for so many at most. */
export function createTurnedAway(most: number): TurnedAway {
  const queue = new Set<() => void>();
  return {
    enter() {
      if (queue.size >= most) return undefined;
      const { promise: called, resolve } = Promise.withResolvers<boolean>();
      const hear = () => resolve(true);
      queue.add(hear);
      const leave = () => {
        if (queue.delete(hear)) resolve(false);
      };
      return { called, leave };
    },
    tell(count) {
      for (const hear of [...queue].slice(0, count)) {
        queue.delete(hear);
        hear();
      }
    },
  };
}
