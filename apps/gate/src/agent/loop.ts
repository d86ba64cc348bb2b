/**
 * Work that comes round by itself: sooner when it is asked for, later and later while it fails,
 * and never at the same moment at all gates of a city.
 */

/** What a turn came to: when the next one is due, in milliseconds. */
export type Turn = () => Promise<{ readonly nextMs: number }>;

/** A loop that goes round. */
export interface Loop {
  /** Has its next turn now, or right after the one under way. */
  wake(): void;
  /** No turn begins any more; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** How it waits after turns that failed: doubled each time, up to the most. */
export interface BackOff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** The wait after the n-th failure in a row (from 1): half of it for certain, the rest by chance. */
export function backOffMs({ firstMs, mostMs }: BackOff, failures: number, chance: number): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return whole / 2 + (whole / 2) * chance;
}

/** Goes round until it is stopped. `chance` is from 0 to 1, evenly. */
export function startLoop(
  turn: Turn,
  options: {
    readonly backOff: BackOff;
    readonly chance: () => number;
    readonly onFault: (cause: unknown) => void;
  },
): Loop {
  let isStopped = false;
  let isWanted = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  const plan = (ms: number): void => {
    if (isStopped) return;
    clearTimeout(timer);
    timer = setTimeout(go, isWanted && failures === 0 ? 0 : ms);
  };
  const take = async (): Promise<void> => {
    isWanted = false;
    try {
      const { nextMs } = await turn();
      failures = 0;
      plan(nextMs * (0.9 + 0.2 * options.chance()));
    } catch (cause) {
      failures += 1;
      options.onFault(cause);
      plan(backOffMs(options.backOff, failures, options.chance()));
    } finally {
      running = undefined;
    }
  };
  function go(): void {
    running = take();
  }
  go();
  return {
    wake() {
      isWanted = true;
      if (running === undefined && failures === 0) plan(0);
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
