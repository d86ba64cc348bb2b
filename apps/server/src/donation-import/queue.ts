/**
 * Donation files that the server takes in one after another. What is going on is told from memory,
 * because on the embedded database a running import holds the one connection; how it ended is
 * stored in the transaction that keeps it.
 */
import type { Instant } from '@liyu/domain/kernel';
import type { Core } from '../core.ts';
import type { ImportEvent, Received } from './import-event.ts';
import { openImportFiles } from './import-files.ts';
import { endInterrupted, type Job, runJob, startJob, tellFault } from './import-job.ts';

/** Files at work, waiting or on their way at the same time, at most. */
export const MOST_PLACES = 8;
/** How long an error file can be fetched. */
const ERRORS_KEPT_MS = 24 * 3600 * 1000;

/** A place in the queue, taken while a file is on its way. */
export interface Place {
  readonly importId: string;
  /** Where the file is to be written. */
  readonly file: string;
  /** The file is whole: its import waits for its turn. */
  fill(received: Received): void;
  /** Nothing came of it. */
  release(): void;
}

/** The queue of one server. */
export interface ImportQueue {
  /** A place, or `undefined` when there is none. */
  takePlace(): Place | undefined;
  /** The import, while it has not ended. */
  find(importId: string): Job | undefined;
  live(): readonly Job[];
  readErrors(importId: string): string | undefined;
  /** At the start: what a dead process was at shows as interrupted. */
  recover(): Promise<void>;
  /** At the end: the running import is taken back, those that wait are let go. */
  close(): Promise<void>;
}

/** Opens the queue; `report` hears of faults. */
export function openImportQueue(core: Core, report: (cause: unknown) => void): ImportQueue {
  const files = openImportFiles(core.config.home, core.cipher);
  const jobs = new Map<string, Job>();
  const waiting: Job[] = [];
  let places = 0;
  let closing = false;
  let work: Promise<void> = Promise.resolve();

  const removeOldErrors = (): void =>
    files.removeErrorsBefore(idBefore(core.clock.now(), ERRORS_KEPT_MS));
  const run = async (job: Job): Promise<void> => {
    try {
      await runJob(core, job, files, () => closing, report);
    } catch (cause) {
      // The database takes no ending now. The file stays, and the next start finds it.
      report(cause);
      tellFault(core, job);
    } finally {
      jobs.delete(job.importId);
      places -= 1;
      removeOldErrors();
    }
  };
  const runAll = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await run(job);
  };

  return {
    takePlace() {
      if (closing || places >= MOST_PLACES) return undefined;
      places += 1;
      const importId = core.newId();
      return {
        importId,
        file: files.sentFile(importId),
        fill(received) {
          const job = startJob(core, importId, received);
          files.writeNote(importId, JSON.stringify(job.events));
          jobs.set(importId, job);
          waiting.push(job);
          work = work.then(runAll);
        },
        release() {
          places -= 1;
          files.end(importId, false);
        },
      };
    },
    find: (importId) => jobs.get(importId),
    live: () => [...jobs.values()],
    readErrors: files.readErrors,
    async recover() {
      for (const [importId, note] of files.readNotes()) {
        await endInterrupted(core, importId, JSON.parse(note) as ImportEvent[], files);
      }
      files.removeUnnoted();
      removeOldErrors();
    },
    async close() {
      closing = true;
      await work;
    },
  };
}

/** An id that no import of that time or later has: ids begin with their moment. */
function idBefore(now: Instant, milliseconds: number): string {
  const time = (Date.parse(now) - milliseconds).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}
