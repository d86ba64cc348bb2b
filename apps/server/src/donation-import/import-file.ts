/** Takes a file in under an id, once: under a known id nothing is done, and the answer is known. */
import path from 'node:path';
import type { Core } from '../core.ts';
import { sizeOf } from '../donation/bad-file.ts';
import { type ImportOptions, type ImportReport, importDonations } from '../donation/import.ts';
import {
  type ImportEvent,
  isEnding,
  LAST_ORDINAL,
  type Source,
  type StoredReport,
  storedReportOf,
} from './import-event.ts';
import { insertEvents, loadEvents } from './store.ts';

/** How a file is taken in, and what is recorded of where it came from. */
export interface ImportFileOptions extends ImportOptions {
  readonly source: Source;
  readonly by: string;
  /** Made here when it is left out. */
  readonly importId?: string;
  /** The file's name, where it stands under another. */
  readonly fileName?: string;
}

/** The report; of an import that was known already, as it was stored. */
export type ImportFileReport =
  | ImportReport
  | (StoredReport & { readonly importId: string; readonly known: true });

/** PostgreSQL's unique_violation: another process has just done the same import. */
const TAKEN = '23505';

/** Imports the file, unless the id says that it is in; throws `BadFile` as `importDonations`. */
export async function importFile(
  core: Core,
  file: string,
  options: ImportFileOptions,
): Promise<ImportFileReport> {
  const importId = options.importId ?? core.newId();
  const known = options.importId && (await findKnown(core, file, importId, options));
  if (known) return known;
  try {
    return await importNew(core, file, importId, options);
  } catch (cause) {
    if ((cause as { code?: string }).code !== TAKEN) throw cause;
    const taken = await findKnown(core, file, importId, options);
    if (taken === undefined) throw cause;
    return taken;
  }
}

/** What the import under the id came to; its error file is written again. */
async function findKnown(
  core: Core,
  file: string,
  importId: string,
  options: ImportFileOptions,
): Promise<ImportFileReport | undefined> {
  const events = (await loadEvents(core.database, [importId])).get(importId) ?? [];
  const ending = events.find(isEnding);
  if (ending?.event !== 'done') return undefined;
  if (options.errorFile !== undefined) {
    // What was wrong then is wrong now, and what was taken in is unchanged.
    const { errorFile, encoding } = options;
    const again = encoding === undefined ? { errorFile } : { errorFile, encoding };
    await importDonations(core, file, { dryRun: true, allOrNothing: false, ...again });
  }
  return { ...ending.body, importId, known: true };
}

async function importNew(
  core: Core,
  file: string,
  importId: string,
  options: ImportFileOptions,
): Promise<ImportReport> {
  const { source, by, dryRun, allOrNothing, encoding } = options;
  const fileName = options.fileName ?? path.basename(file);
  const received: ImportEvent = {
    ordinal: 1,
    event: 'received',
    body: { source, by, fileName, size: sizeOf(file), dryRun, allOrNothing, encoding },
    recordedAt: core.clock.now(),
  };
  return importDonations(core, file, {
    ...options,
    as: { importId, fileName },
    within: async (transaction, report) => {
      const body = storedReportOf(report);
      const recordedAt = core.clock.now();
      const done: ImportEvent = { ordinal: LAST_ORDINAL, event: 'done', body, recordedAt };
      await insertEvents(transaction, importId, [received, done]);
    },
  });
}
