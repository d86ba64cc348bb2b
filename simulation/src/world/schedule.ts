/**
 * Simulated time: what happens next, and nothing in between. An event is begun, and everything that
 * it sets going runs until it waits for simulated time again; only then comes the next event. So
 * the order of things follows from the seed alone.
 */
import { setImmediate as turn } from 'node:timers/promises';

/** Milliseconds since the epoch, in simulated time. */
export type Moment = number;

interface Event {
  readonly at: Moment;
  readonly order: number;
  readonly act: () => void | Promise<void>;
}

/** The one clock and the queue of what is to come. */
export interface Schedule {
  readonly now: Moment;
  /** Events begun so far. */
  readonly begun: number;
  /** Begins the act at the moment; in the order of asking where moments are equal. */
  at(moment: Moment, act: () => void | Promise<void>): void;
  /** The same, so many milliseconds from now. */
  after(milliseconds: number, act: () => void | Promise<void>): void;
  /** Waits for simulated time. */
  sleep(milliseconds: number): Promise<void>;
  /** Work in real time (a query) that the next event waits for. */
  work<T>(doing: () => Promise<T>): Promise<T>;
  /** Runs all events before the moment, and sets the clock to it. Throws what an event threw. */
  runUntil(moment: Moment): Promise<void>;
}

/** A schedule that begins at the moment. */
export function createSchedule(start: Moment): Schedule {
  const heap: Event[] = [];
  let now = start;
  let order = 0;
  let begun = 0;
  let working = 0;
  let fault: { readonly cause: unknown } | undefined;

  const at: Schedule['at'] = (moment, act) => {
    order += 1;
    push(heap, { at: Math.max(moment, now), order, act });
  };
  const watch = async (act: Event['act']): Promise<void> => {
    try {
      await act();
    } catch (cause) {
      fault ??= { cause };
    }
  };
  return {
    get now() {
      return now;
    },
    get begun() {
      return begun;
    },
    at,
    after: (milliseconds, act) => at(now + milliseconds, act),
    sleep: (milliseconds) => new Promise((wake) => at(now + milliseconds, wake)),
    async work(doing) {
      working += 1;
      try {
        return await doing();
      } finally {
        working -= 1;
      }
    },
    async runUntil(moment) {
      for (let next = heap[0]; next !== undefined && next.at < moment; next = heap[0]) {
        pop(heap);
        now = next.at;
        begun += 1;
        void watch(next.act);
        do await turn();
        while (working > 0);
        if (fault !== undefined) throw fault.cause;
      }
      now = Math.max(now, moment);
    },
  };
}

function isBefore(a: Event, b: Event): boolean {
  return a.at !== b.at ? a.at < b.at : a.order < b.order;
}

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above] as Event;
    if (!isBefore(event, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    const right = heap[child + 1];
    if (right !== undefined && isBefore(right, heap[child] as Event)) child += 1;
    if (!isBefore(heap[child] as Event, last)) break;
    heap[at] = heap[child] as Event;
    at = child;
  }
  heap[at] = last;
}
