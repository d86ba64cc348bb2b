/** SQL of the audit log: leaves, their places in the tree and checkpoints are only appended. */
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Leaf } from './leaf.ts';

/** A leaf's place in the tree. */
export interface StoredEntry {
  readonly treeIndex: number;
  readonly leafId: string;
  readonly leafHash: Uint8Array;
}

/** A checkpoint as it is stored; what counts is the signed note. */
export interface StoredCheckpoint {
  readonly number: number;
  readonly size: number;
  readonly note: string;
  /** Hashes of 32 bytes, one after another. */
  readonly frontier: Uint8Array;
  readonly madeAt: string;
}

/** Appends a leaf within the caller's transaction. */
export async function insertLeaf(database: Kysely<Schema>, leaf: Leaf): Promise<void> {
  await database
    .insertInto('audit_leaf')
    .values({
      leaf_id: leaf.leafId,
      subject: leaf.subject,
      subject_id: leaf.subjectId,
      body: leaf.body,
      leaf_hash: Buffer.from(leaf.leafHash, 'hex'),
      recorded_at: leaf.recordedAt,
    })
    .execute();
}

/** Leaves after the id that have no place in the tree yet, in the order of their ids. */
export async function loadUnplaced(
  database: Kysely<Schema>,
  after: string,
  limit: number,
): Promise<{ leafId: string; leafHash: Uint8Array }[]> {
  const rows = await database
    .selectFrom('audit_leaf as leaf')
    .select(['leaf.leaf_id', 'leaf.leaf_hash'])
    .where('leaf.leaf_id', '>', after)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('audit_entry_lookup as place')
            .select('place.leaf_id')
            .whereRef('place.leaf_id', '=', 'leaf.leaf_id'),
        ),
      ),
    )
    .orderBy('leaf.leaf_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ leafId: row.leaf_id, leafHash: row.leaf_hash }));
}

/** How many leaves have a place. */
export async function loadTreeSize(database: Kysely<Schema>): Promise<number> {
  const { last } = await database
    .selectFrom('audit_entry')
    .select(({ fn }) => fn.max<number | null>('tree_index').as('last'))
    .executeTakeFirstOrThrow();
  return last === null ? 0 : last + 1;
}

/** Takes the places and answers how many of them were free. */
export async function insertEntries(
  database: Kysely<Schema>,
  entries: readonly StoredEntry[],
): Promise<number> {
  const taken = await database
    .insertInto('audit_entry')
    .values(
      entries.map(({ treeIndex, leafId, leafHash }) => ({
        tree_index: treeIndex,
        leaf_id: leafId,
        leaf_hash: leafHash,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('tree_index')
    .execute();
  return taken.length;
}

/** Says of each leaf where it stands, and answers how many stood nowhere before. */
export async function insertPlaces(
  database: Kysely<Schema>,
  entries: readonly StoredEntry[],
): Promise<number> {
  const taken = await database
    .insertInto('audit_entry_lookup')
    .values(entries.map(({ treeIndex, leafId }) => ({ leaf_id: leafId, tree_index: treeIndex })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('leaf_id')
    .execute();
  return taken.length;
}

/** Entries from the index on, in order. */
export async function loadEntries(
  database: Kysely<Schema>,
  from: number,
  limit: number,
): Promise<StoredEntry[]> {
  const rows = await database
    .selectFrom('audit_entry')
    .selectAll()
    .where('tree_index', '>=', from)
    .orderBy('tree_index')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    treeIndex: row.tree_index,
    leafId: row.leaf_id,
    leafHash: row.leaf_hash,
  }));
}

/** The last checkpoint, or `undefined`. */
export async function findLastCheckpoint(
  database: Kysely<Schema>,
): Promise<StoredCheckpoint | undefined> {
  const row = await database
    .selectFrom('audit_checkpoint')
    .selectAll()
    .orderBy('checkpoint_number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && checkpointOf(row);
}

/** Checkpoints after the number, in order. */
export async function loadCheckpoints(
  database: Kysely<Schema>,
  after: number,
  limit: number,
): Promise<StoredCheckpoint[]> {
  const rows = await database
    .selectFrom('audit_checkpoint')
    .selectAll()
    .where('checkpoint_number', '>', after)
    .orderBy('checkpoint_number')
    .limit(limit)
    .execute();
  return rows.map(checkpointOf);
}

/** Appends the checkpoint; false when its number is taken. */
export async function insertCheckpoint(
  database: Kysely<Schema>,
  checkpoint: StoredCheckpoint,
): Promise<boolean> {
  const taken = await database
    .insertInto('audit_checkpoint')
    .values({
      checkpoint_number: checkpoint.number,
      tree_size: checkpoint.size,
      note: checkpoint.note,
      frontier: checkpoint.frontier,
      made_at: checkpoint.madeAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('checkpoint_number')
    .executeTakeFirst();
  return taken !== undefined;
}

function checkpointOf(row: Schema['audit_checkpoint']): StoredCheckpoint {
  return {
    number: row.checkpoint_number,
    size: row.tree_size,
    note: row.note,
    frontier: row.frontier,
    madeAt: row.made_at,
  };
}
