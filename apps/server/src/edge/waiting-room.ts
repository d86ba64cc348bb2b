/**
 * Where requests wait when the server is busy (候位): so many are at work, so many wait, and who
 * finds it full is told so at once. What gates live on is called before everything else.
 */

/** How many there may be. */
export interface Seats {
  readonly atWork: number;
  /** So many of them may be others than the first: the rest is kept free for these. */
  readonly othersAtWork: number;
  readonly firstWaiting: number;
  readonly othersWaiting: number;
}

/** A request's turn. */
export interface Turn {
  /** True when it is its turn; false when it has left before. */
  readonly called: Promise<boolean>;
  /** Gives it up, waiting or at work; a second time changes nothing. */
  leave(): void;
}

/** The room. */
export interface WaitingRoom {
  /** Whether nobody more of them finds a place now. */
  isFull(first: boolean): boolean;
  /** How many uses would find a place, at work or waiting. */
  free(): number;
  /** A turn to wait for, or `undefined` when the room is full. */
  enter(first: boolean): Turn | undefined;
}

interface Waiting {
  readonly call: (isTurn: boolean) => void;
}

/** An empty room. Within the first and within the others the oldest is called first. */
export function createWaitingRoom(seats: Seats): WaitingRoom {
  const queues = { first: new Set<Waiting>(), others: new Set<Waiting>() };
  const atWork = { first: 0, others: 0 };

  const isFree = (queue: keyof typeof queues): boolean => {
    if (atWork.first + atWork.others >= seats.atWork) return false;
    return queue === 'first' || atWork.others < seats.othersAtWork;
  };
  const callNext = (): void => {
    for (const queue of ['first', 'others'] as const) {
      for (const waiting of queues[queue]) {
        if (!isFree(queue)) break;
        queues[queue].delete(waiting);
        atWork[queue] += 1;
        waiting.call(true);
      }
    }
  };
  const isFull = (first: boolean): boolean => {
    const most = first ? seats.firstWaiting : seats.othersWaiting;
    const queue = first ? 'first' : 'others';
    return !isFree(queue) && queues[queue].size >= most;
  };
  const free = (): number => {
    const taken = atWork.first + atWork.others + queues.first.size;
    return Math.max(0, seats.atWork + seats.firstWaiting - taken);
  };
  return {
    isFull,
    free,
    enter(first) {
      if (isFull(first)) return undefined;
      const queue = first ? 'first' : 'others';
      const { promise: called, resolve: call } = Promise.withResolvers<boolean>();
      const waiting: Waiting = { call };
      queues[queue].add(waiting);
      callNext();
      let left = false;
      return {
        called,
        leave() {
          if (left) return;
          left = true;
          if (queues[queue].delete(waiting)) call(false);
          else atWork[queue] -= 1;
          callNext();
        },
      };
    },
  };
}
