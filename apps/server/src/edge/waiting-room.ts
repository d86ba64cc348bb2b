/**
 * Where requests wait when the server is busy (候位): so many are at work, so many wait, and who
 * finds it full is told so at once. Each queue has seats of its own, and an earlier one goes first.
 */

/** What gates live on; signing in, which anybody may try; everything else. In the order of calling. */
const QUEUES = ['first', 'others', 'signIn'] as const;
export type Queue = (typeof QUEUES)[number];

/** How many there may be: at work all in all, and of each queue at work and waiting. */
export interface Seats extends Readonly<Record<Queue, { atWork: number; waiting: number }>> {
  readonly atWork: number;
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
  /** Whether nobody more of the queue finds a place now. */
  isFull(queue: Queue): boolean;
  /** How many of the first queue would find a place, at work or waiting. */
  free(): number;
  /** A turn to wait for, or `undefined` when the room is full. */
  enter(queue: Queue): Turn | undefined;
}

interface Waiting {
  readonly call: (isTurn: boolean) => void;
}

/** An empty room. Within a queue the oldest is called first. */
export function createWaitingRoom(seats: Seats): WaitingRoom {
  const queues = {
    first: new Set<Waiting>(),
    others: new Set<Waiting>(),
    signIn: new Set<Waiting>(),
  };
  const atWork = { first: 0, others: 0, signIn: 0 };
  const allAtWork = (): number => atWork.first + atWork.others + atWork.signIn;

  const isFree = (queue: Queue): boolean =>
    allAtWork() < seats.atWork && atWork[queue] < seats[queue].atWork;
  const callNext = (): void => {
    for (const queue of QUEUES) {
      for (const waiting of queues[queue]) {
        if (!isFree(queue)) break;
        queues[queue].delete(waiting);
        atWork[queue] += 1;
        waiting.call(true);
      }
    }
  };
  const isFull = (queue: Queue): boolean =>
    !isFree(queue) && queues[queue].size >= seats[queue].waiting;
  const free = (): number => {
    const taken = allAtWork() + queues.first.size;
    return Math.max(0, seats.atWork + seats.first.waiting - taken);
  };
  return {
    isFull,
    free,
    enter(queue) {
      if (isFull(queue)) return undefined;
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
