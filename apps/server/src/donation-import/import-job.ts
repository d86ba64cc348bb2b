/** One import of the queue: what it tells while it runs, and how its ending is stored. */
import type { Core } from '../core.ts';
import { BadFile } from '../donation/bad-file.ts';
import { type ImportReport, importDonations } from '../donation/import.ts';
import {
  type Bodies,
  type EventName,
  type ImportEvent,
  isEnding,
  LAST_ORDINAL,
  type Received,
  storedReportOf,
} from './import-event.ts';
import type { ImportFiles } from './import-files.ts';
import { insertEvents, loadEvents } from './store.ts';

/** The most rows of a file over HTTP; on the command line a CSV file has no limit. */
const MOST_ROWS = 200_000;
const FAULT = {
  code: 'fault',
  message: {
    zh: '系统故障，没有导入任何记录；请重新发送。',
    en: 'A fault: nothing was taken in; send the file again.',
  },
};

/** An import that has not ended. */
export interface Job {
  readonly importId: string;
  readonly received: Received;
  /** All but the progress that a later one has overtaken. */
  events: readonly ImportEvent[];
  /** The ordinal of the last event. */
  last: number;
  readonly listeners: Set<(event: ImportEvent) => void>;
}

class Interrupted extends Error {}

/** A job that waits for its turn. */
export function startJob(core: Core, importId: string, received: Received): Job {
  const job: Job = { importId, received, events: [], last: 0, listeners: new Set() };
  tell(core, job, 'received', received);
  return job;
}

/** Says what has happened, to everybody who listens and to those who come later. */
function tell<E extends EventName>(core: Core, job: Job, event: E, body: Bodies[E]): void {
  job.last += 1;
  say(job, { ordinal: job.last, event, body, recordedAt: core.clock.now() } as ImportEvent);
}

function say(job: Job, happened: ImportEvent): void {
  job.events = [...job.events.filter(({ event }) => event !== 'progress'), happened];
  for (const listener of job.listeners) listener(happened);
}

/** The ending of an import that failed, told to those who listen; nothing is stored. */
export function tellFault(core: Core, job: Job): void {
  say(job, endingOf(core, 'failed', { errors: [FAULT] }));
}

function endingOf<E extends EventName>(core: Core, event: E, body: Bodies[E]): ImportEvent {
  return { ordinal: LAST_ORDINAL, event, body, recordedAt: core.clock.now() } as ImportEvent;
}

/** Takes the file in, stores the ending and tells it; throws when the ending cannot be stored. */
export async function runJob(
  core: Core,
  job: Job,
  files: ImportFiles,
  isClosing: () => boolean,
  report: (cause: unknown) => void,
): Promise<void> {
  try {
    if (isClosing()) throw new Interrupted();
    tell(core, job, 'started', {});
    const done = await importFile(core, job, files, isClosing);
    if (!done.kept) await storeEnding(core, job, endingOf(core, 'done', storedReportOf(done)));
  } catch (cause) {
    if (!(cause instanceof Interrupted || cause instanceof BadFile)) report(cause);
    await storeEnding(core, job, endingAfter(core, cause));
  }
  // What is stored is what is told: a commit may have come through although its answer did not.
  const stored = (await loadEvents(core.database, [job.importId])).get(job.importId) ?? [];
  const ending = stored.find(isEnding);
  if (ending === undefined) throw new Error('invariant broken: the ending was stored');
  files.end(job.importId, hasErrors(ending));
  say(job, ending);
}

function importFile(
  core: Core,
  job: Job,
  files: ImportFiles,
  isClosing: () => boolean,
): Promise<ImportReport> {
  const { importId, received } = job;
  const { fileName, dryRun, allOrNothing, encoding } = received;
  return importDonations(core, files.sentFile(importId), {
    dryRun,
    allOrNothing,
    ...(encoding === undefined ? {} : { encoding }),
    errorFile: files.errorFile(importId),
    as: { importId, fileName },
    mostRows: MOST_ROWS,
    onEncoding: (found) => tell(core, job, 'encoding', { encoding: found }),
    onProgress: (bytesRead, size, rows) => {
      if (isClosing()) throw new Interrupted();
      tell(core, job, 'progress', { bytesRead, size, rows });
    },
    within: (transaction, done) =>
      insertEvents(transaction, importId, [
        ...lastingOf(job),
        endingOf(core, 'done', storedReportOf(done)),
      ]),
  });
}

function lastingOf(job: Job): ImportEvent[] {
  return job.events.filter(({ event }) => event !== 'progress');
}

async function storeEnding(core: Core, job: Job, ending: ImportEvent): Promise<void> {
  await insertEvents(core.database, job.importId, [...lastingOf(job), ending]);
}

function endingAfter(core: Core, cause: unknown): ImportEvent {
  if (cause instanceof Interrupted) return endingOf(core, 'interrupted', {});
  if (cause instanceof BadFile) return endingOf(core, 'refused', { errors: cause.errors });
  return endingOf(core, 'failed', { errors: [FAULT] });
}

/** Ends what a dead process was at, unless it had come to its end. */
export async function endInterrupted(
  core: Core,
  importId: string,
  received: readonly ImportEvent[],
  files: ImportFiles,
): Promise<void> {
  await insertEvents(core.database, importId, [...received, endingOf(core, 'interrupted', {})]);
  const stored = (await loadEvents(core.database, [importId])).get(importId) ?? [];
  files.end(importId, stored.some(hasErrors));
}

/** Whether rows were left out, so that there is an error file. */
function hasErrors({ event, body }: ImportEvent): boolean {
  return event === 'done' && body.errors > 0;
}
