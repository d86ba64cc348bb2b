/** Imports, as they are asked about: those of the queue, and those that have ended. */
import type { Core } from '../core.ts';
import { type ImportAnswer, type ImportEvent, importOf } from './import-event.ts';
import type { ImportQueue } from './queue.ts';
import { loadEvents } from './store.ts';

/** The import, or `undefined` when there is none of the id. */
export async function findImport(
  core: Core,
  queue: ImportQueue,
  importId: string,
): Promise<ImportAnswer | undefined> {
  const job = queue.find(importId);
  const events = job?.events ?? (await findEvents(core, importId));
  return events && importOf(importId, events);
}

/** What happened to an import that has ended, or `undefined` when there is none of the id. */
export async function findEvents(
  core: Core,
  importId: string,
): Promise<readonly ImportEvent[] | undefined> {
  return (await loadEvents(core.database, [importId])).get(importId);
}
