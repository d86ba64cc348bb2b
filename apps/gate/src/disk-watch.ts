/** How the disk does: what touches it on a gate's behalf runs here, and its last fault is known. */
import { codeOfFault } from './disk.ts';

/** Tells how the last turn on the disk went. */
export interface DiskWatch {
  /** `null` while all is well, else the fault's code. */
  readonly fault: string | null;
  /** What `act` answers; `undefined` after a fault of the disk. Other faults are thrown on. */
  run<T>(act: () => Promise<T>): Promise<T | undefined>;
}

/** A disk that nothing is known of yet. */
export function createDiskWatch(): DiskWatch {
  let fault: string | null = null;
  return {
    get fault() {
      return fault;
    },
    async run(act) {
      try {
        const answer = await act();
        fault = null;
        return answer;
      } catch (thrown) {
        fault = codeOfFault(thrown);
        return undefined;
      }
    },
  };
}
