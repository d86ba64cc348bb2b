/** SQL of imports: the events of each, appended. */
import type { Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
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
  for (const { import_id: importId, ordinal, event, body, recorded_at: at } of rows) {
    const happened = { ordinal, event, body, recordedAt: at as Instant } as ImportEvent;
    const known = events.get(importId);
    if (known === undefined) events.set(importId, [happened]);
    else known.push(happened);
  }
  return events;
}
