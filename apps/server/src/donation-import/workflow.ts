/** Imports, as they are asked about: those of the queue, and those that have ended. */
import type { Instant } from '@liyu/domain/kernel';
import type { Core } from '../core.ts';
import { loadImportReverts } from '../donation/workflow.ts';
import {
  type ImportAnswer,
  type ImportEvent,
  importOf,
  type Reverted,
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
  if (job !== undefined) return importOf(importId, job.events);
  const events = await findEvents(core, importId);
  const kept = (await loadKept(core.database, [importId])).get(importId);
  if (events === undefined && kept === undefined) return undefined;
  const reverted = (await loadReverted(core, [importId])).get(importId);
  const answer = importOf(importId, events ?? []);
  return {
    ...answer,
    ...(kept === undefined ? {} : { state: 'done' as const, endedAt: kept.recorded_at as Instant }),
    ...(reverted === undefined ? {} : { state: 'reverted' as const, reverted }),
  };
}

async function loadReverted(
  core: Core,
  importIds: readonly string[],
): Promise<Map<string, Reverted>> {
  const rows = await loadImportReverts(core.database, importIds);
  return new Map(
    [...rows].map(([importId, row]) => [
      importId,
      { at: row.recorded_at as Instant, by: row.recorded_by, reason: row.reason },
    ]),
  );
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
  const reverted = await loadReverted(
    core,
    found.map(({ importId }) => importId),
  );
  return found.map((listed) => {
    const line = lineOf(listed);
    return reverted.has(line.importId) ? { ...line, state: 'reverted' } : line;
  });
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
