/**
 * Batches that pair trips go one after another within a process: entry and exit of one donor come
 * from two gates, which drain at the same time after an outage, and would make each other look again.
 */
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** What the next one waits for, by database. */
const last = new WeakMap<Kysely<Schema>, Promise<unknown>>();

/** Does the work when those before it are done, however they ended. */
export function inTurn<T>(database: Kysely<Schema>, work: () => Promise<T>): Promise<T> {
  const before = last.get(database) ?? Promise.resolve();
  const mine = before.then(work, work);
  last.set(database, mine);
  return mine;
}
