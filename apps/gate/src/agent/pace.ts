/** Holds codes back when they come faster than people can walk: a flood must not fill the disk. */

/** Waits for one's turn. */
export interface Pace {
  turn(): Promise<void>;
}

/** So many a second, and twice as many at once. `nowMs` never steps back; `wait` is a timer. */
export function createPace(
  perSecond: number,
  nowMs: () => number,
  wait: (ms: number) => Promise<void>,
): Pace {
  const most = perSecond * 2;
  let left = most;
  let countedAt = nowMs();
  return {
    async turn() {
      const now = nowMs();
      left = Math.min(most, left + ((now - countedAt) / 1000) * perSecond) - 1;
      countedAt = now;
      if (left < 0) await wait((-left / perSecond) * 1000);
    },
  };
}
