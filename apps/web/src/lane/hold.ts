/** A device has one lane: the page that holds it is the only one that writes its spool. */

/** Resolves when this page holds the lane; `onWaiting` is told when another one has it until then. */
export function holdLane(onWaiting: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const hold = (): Promise<void> => {
      resolve();
      // Until the page goes away.
      return new Promise(() => undefined);
    };
    navigator.locks
      .request('liyu-lane', { ifAvailable: true }, (lock) => {
        if (lock !== null) return hold();
        onWaiting();
        navigator.locks.request('liyu-lane', hold).catch(reject);
        return undefined;
      })
      .catch(reject);
  });
}
