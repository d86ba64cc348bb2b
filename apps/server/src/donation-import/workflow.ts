/** Imports, as they are asked about: those of the queue, and those that have ended. */
import type { Instant } from '@liyu/domain/kernel';
import type { Core } from '../core.ts';
import {
  type ImportAnswer,
  type ImportEvent,
  importOf,
  type Source,
  type State,
} from './import-event.ts';
import type { Job } from './import-job.ts';
import type { ImportQueue } from './queue.ts';
import { type ListedImport, loadEvents, loadImports, loadKept } from './store.ts';

/** The import, or `undefined` when there is none of the id. */
export async function findImport(
  core: Core,
  queue: ImportQueue,
  importId: string,
): Promise<ImportAnswer | undefined> {
  const job = queue.find(importId);
  const events = job?.events ?? (await findEvents(core, importId));
  if (events !== undefined) return importOf(importId, events);
  const kept = (await loadKept(core.database, [importId])).get(importId);
  if (kept === undefined) return undefined;
  const endedAt = kept.recorded_at as Instant;
  return { ...importOf(importId, []), state: 'done', endedAt };
}

/** What happened to an import that has ended, or `undefined` when there is none of the id. */
export async function findEvents(
  core: Core,
  importId: string,
): Promise<readonly ImportEvent[] | undefined> {
  return (await loadEvents(core.database, [importId])).get(importId);
}

/** An import in a list. */
export interface ImportLine {
  readonly importId: string;
  readonly state: State;
  readonly at: string;
  readonly source: Source | null;
  readonly fileName: string;
  readonly by: string | null;
  readonly dryRun: boolean;
  readonly imported: number;
  readonly unchanged: number;
  readonly conflicts: number;
  /** Rows that were rejected, where the file was kept; else errors of rows. */
  readonly rejected: number;
}

/** Imports, newest first: a page before the id, of everybody or of one who sends. */
export async function listImports(
  core: Core,
  page: { readonly before?: string | undefined; readonly by?: string | undefined; limit: number },
): Promise<ImportLine[]> {
  const { before, by, limit } = page;
  const found = await loadImports(core.database, { before, by, limit });
  return found.map(lineOf);
}

function lineOf({ importId, events, kept }: ListedImport): ImportLine {
  const { state, received, endedAt, report } = importOf(importId, events);
  const errors = (report?.errors ?? 0) - (report?.conflicts ?? 0);
  return {
    importId,
    state: kept === undefined ? state : 'done',
    at: received?.at ?? kept?.recorded_at ?? endedAt ?? '',
    source: received?.source ?? null,
    fileName: received?.fileName ?? kept?.file_name ?? '',
    by: received?.by ?? null,
    dryRun: received?.dryRun ?? false,
    imported: kept?.imported ?? report?.imported ?? 0,
    unchanged: kept?.unchanged ?? report?.unchanged ?? 0,
    conflicts: kept?.conflicts ?? report?.conflicts ?? 0,
    rejected: kept?.rejected ?? errors,
  };
}

/** The line of an import that has not ended. */
export function liveLineOf({ importId, events }: Job): ImportLine {
  return lineOf({ importId, events });
}
