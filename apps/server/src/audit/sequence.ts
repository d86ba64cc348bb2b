/**
 * Gives leaves their places in the tree. Leaves are appended by the transactions that record, in
 * no order; here they get one, in batches, each whole or not at all. Any number of processes may
 * do this at once, and be killed at any point: a place is a primary key, so of two that want the
 * same place one gets it and the other looks again.
 */
import type { Core } from '../core.ts';
import { insertEntries, insertPlaces, loadTreeSize, loadUnplaced } from './store.ts';

/** No leaf has this id: it sorts before all. */
export const BEFORE_ALL_LEAVES = '00000000-0000-0000-0000-000000000000';
const BATCH = 1_000;

/** Somebody else took the places; nothing of the batch was kept. */
class PlacesTaken extends Error {}

/**
 * Gives a place to every leaf after the id that has none; answers to how many. Safe to call at any
 * time. `after` spares the look at leaves that have long had theirs.
 */
export async function sequenceLeaves(core: Core, after = BEFORE_ALL_LEAVES): Promise<number> {
  let placed = 0;
  for (let cursor = after; ; ) {
    const leaves = await loadUnplaced(core.database, cursor, BATCH);
    const last = leaves.at(-1);
    if (last === undefined) return placed;
    // Not placed: another process came between, and some of these leaves may have their place now.
    if (!(await placeLeaves(core, leaves))) continue;
    placed += leaves.length;
    cursor = last.leafId;
  }
}

async function placeLeaves(
  core: Core,
  leaves: readonly { leafId: string; leafHash: Uint8Array }[],
): Promise<boolean> {
  try {
    await core.database.transaction().execute(async (transaction) => {
      const size = await loadTreeSize(transaction);
      const entries = leaves.map((leaf, at) => ({ ...leaf, treeIndex: size + at }));
      // In the order of the places, so that two processes wait for each other in one direction.
      if ((await insertEntries(transaction, entries)) < entries.length) throw new PlacesTaken();
      if ((await insertPlaces(transaction, entries)) < entries.length) throw new PlacesTaken();
    });
    return true;
  } catch (cause) {
    if (cause instanceof PlacesTaken) return false;
    throw cause;
  }
}
