/**
 * Scans of the same moment share a transaction: while one batch is on its way, the next gathers.
 * Nobody waits for a timer, and nobody is answered before the commit.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type Outcome, recordAll } from './record-all.ts';
import type { ScanRecord } from './scan-record.ts';

/** More in one call gain little, and hold the others up. */
const MOST = 500;

interface Waiting {
  readonly record: ScanRecord;
  readonly settle: (outcome: Outcome) => void;
}

/** What waits, by database; there is an entry as long as somebody works on it. */
const queues = new WeakMap<Kysely<Schema>, Waiting[]>();

/** Records the scan together with others; answers its own outcome, once that is committed. */
export function recordScan(database: Kysely<Schema>, record: ScanRecord): Promise<Outcome> {
  return new Promise((settle) => {
    const queue = queues.get(database) ?? [];
    queue.push({ record, settle });
    if (queues.has(database)) return;
    queues.set(database, queue);
    void drain(database, queue);
  });
}

async function drain(database: Kysely<Schema>, queue: Waiting[]): Promise<void> {
  await turn();
  while (queue.length > 0) {
    const batch = queue.splice(0, MOST);
    const records = batch.map(({ record }) => record);
    const outcomes = await recordAll(database, records).catch((failure: unknown) =>
      records.map((): Outcome => ({ failure })),
    );
    for (const [at, { settle }] of batch.entries()) {
      settle(outcomes[at] ?? { failure: new Error('invariant broken: a scan has an outcome') });
    }
    // Whoever was answered just now may have come again: they are to come along together.
    await turn();
  }
  queues.delete(database);
}
