/** Work that comes round: never two turns at once, and none left under way when it is stopped. */

/** A timer that is running. */
export interface Timer {
  /** No turn begins any more; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** Does the work every so many milliseconds; a turn that fails is told, and the next one comes. */
export function every(
  milliseconds: number,
  work: () => Promise<unknown>,
  onFault: (cause: unknown) => void,
): Timer {
  let turn: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    turn ??= work()
      .catch(onFault)
      .finally(() => {
        turn = undefined;
      });
  }, milliseconds);
  return {
    async stop() {
      clearInterval(timer);
      await turn;
    },
  };
}
