/** SQL of imports: the events of each, appended. */
import type { Instant } from '@liyu/domain/kernel';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { ImportEvent } from './import-event.ts';

/** Appends events; an import that has ended already keeps its ending. */
export async function insertEvents(
  database: Kysely<Schema>,
  importId: string,
  events: readonly ImportEvent[],
): Promise<void> {
  await database
    .insertInto('import_event')
    .values(
      events.map(({ ordinal, event, body, recordedAt }) => ({
        import_id: importId,
        ordinal,
        event,
        body: JSON.stringify(body),
        recorded_at: recordedAt,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The events of the imports, in their order; imports without any are left out. */
export async function loadEvents(
  database: Kysely<Schema>,
  importIds: readonly string[],
): Promise<Map<string, ImportEvent[]>> {
  const events = new Map<string, ImportEvent[]>();
  if (importIds.length === 0) return events;
  const rows = await database
    .selectFrom('import_event')
    .selectAll()
    .where('import_id', 'in', importIds)
    .orderBy('import_id')
    .orderBy('ordinal')
    .execute();
  for (const row of rows) {
    const known = events.get(row.import_id);
    if (known === undefined) events.set(row.import_id, [eventOf(row)]);
    else known.push(eventOf(row));
  }
  return events;
}

function eventOf(row: {
  ordinal: number;
  event: string;
  body: unknown;
  recorded_at: string;
}): ImportEvent {
  const { ordinal, event, body, recorded_at: recordedAt } = row;
  return { ordinal, event, body, recordedAt: recordedAt as Instant } as ImportEvent;
}

/** One import in a list: who sent what, and the counts of its ending. */
export interface ListedImport {
  readonly importId: string;
  readonly events: readonly ImportEvent[];
  /** What is kept of the file, when it was kept. */
  readonly kept?: Selectable<Schema['donation_import']>;
}

/** What a list leaves out of an ending: it may be long. */
const LONG = sql`'{rejected,conflicting,warnings}'::text[]`;

/** Imports before the id, newest first; only those sent by `by` where it is given. */
export async function loadImports(
  database: Kysely<Schema>,
  { before, by, limit }: { before: string | undefined; by: string | undefined; limit: number },
): Promise<ListedImport[]> {
  const ids = await loadImportIds(database, before, by, limit);
  if (ids.length === 0) return [];
  const rows = await database
    .selectFrom('import_event')
    .select(['import_id', 'ordinal', 'event', 'recorded_at'])
    .select(sql<unknown>`body - ${LONG}`.as('body'))
    .where('import_id', 'in', ids)
    .orderBy('ordinal')
    .execute();
  const kept = await loadKept(database, ids);
  const events = Map.groupBy(rows, (row) => row.import_id);
  return ids.map((importId) => {
    const row = kept.get(importId);
    return {
      importId,
      events: (events.get(importId) ?? []).map(eventOf),
      ...(row === undefined ? {} : { kept: row }),
    };
  });
}

async function loadImportIds(
  database: Kysely<Schema>,
  before: string | undefined,
  by: string | undefined,
  limit: number,
): Promise<string[]> {
  let sent = database.selectFrom('import_event').select('import_id').distinct();
  if (by !== undefined)
    sent = sent.where('event', '=', 'received').where(sql`body ->> 'by'`, '=', by);
  let kept = database.selectFrom('donation_import').select('import_id');
  if (before !== undefined) {
    sent = sent.where('import_id', '<', before);
    kept = kept.where('import_id', '<', before);
  }
  const newest = [
    ...(await sent.orderBy('import_id', 'desc').limit(limit).execute()),
    ...(by === undefined ? await kept.orderBy('import_id', 'desc').limit(limit).execute() : []),
  ];
  const ids = new Set(newest.map((row) => row.import_id));
  return [...ids].sort().reverse().slice(0, limit);
}

/** What is kept of the files, by import. */
export async function loadKept(
  database: Kysely<Schema>,
  importIds: readonly string[],
): Promise<Map<string, Selectable<Schema['donation_import']>>> {
  const rows = await database
    .selectFrom('donation_import')
    .selectAll()
    .where('import_id', 'in', importIds)
    .execute();
  return new Map(rows.map((row) => [row.import_id, row]));
}
