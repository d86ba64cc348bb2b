/** The stored log for the verification: SQL that reads one table at a time. */
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { RecordedLog, StoredLeaf } from './recorded-log.ts';
import { loadRows, loadSubjects } from './recorded-rows.ts';
import { findLastCheckpoint, loadCheckpoints, loadEntries } from './store.ts';

/** The log of the database. */
export function openRecordedLog(database: Kysely<Schema>): RecordedLog {
  const leaves = () => database.selectFrom('audit_leaf').selectAll();
  return {
    async countLeaves() {
      const { count } = await database
        .selectFrom('audit_leaf')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },
    async leavesAfter(leafId, limit) {
      const after = leaves().where('leaf_id', '>', leafId).orderBy('leaf_id').limit(limit);
      return (await after.execute()).map(leafOf);
    },
    async leavesById(leafIds) {
      if (leafIds.length === 0) return [];
      return (await leaves().where('leaf_id', 'in', leafIds).execute()).map(leafOf);
    },
    async leavesAbout(subjectIds) {
      if (subjectIds.length === 0) return [];
      return (await leaves().where('subject_id', 'in', subjectIds).execute()).map(leafOf);
    },
    async deletionsAfter(deletionId, limit) {
      const rows = await database
        .selectFrom('whereabouts_deletion')
        .select(['deletion_id', 'leaves', 'leaf_digest'])
        .where('deletion_id', '>', deletionId)
        .orderBy('deletion_id')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        deletionId: row.deletion_id,
        leaves: row.leaves,
        leafDigest: row.leaf_digest,
      }));
    },
    async leavesDeletedBy(deletionIds) {
      if (deletionIds.length === 0) return [];
      return (await leaves().where('deletion_id', 'in', deletionIds).execute()).map(leafOf);
    },
    entriesFrom: (treeIndex, limit) => loadEntries(database, treeIndex, limit),
    async entriesAt(treeIndexes) {
      if (treeIndexes.length === 0) return [];
      const rows = await database
        .selectFrom('audit_entry')
        .selectAll()
        .where('tree_index', 'in', treeIndexes)
        .execute();
      return rows.map((row) => ({
        treeIndex: row.tree_index,
        leafId: row.leaf_id,
        leafHash: row.leaf_hash,
      }));
    },
    async placesOf(leafIds) {
      if (leafIds.length === 0) return [];
      const rows = await database
        .selectFrom('audit_entry_lookup')
        .selectAll()
        .where('leaf_id', 'in', leafIds)
        .execute();
      return rows.map((row) => ({ leafId: row.leaf_id, treeIndex: row.tree_index }));
    },
    lastCheckpointNumber: async () => (await findLastCheckpoint(database))?.number ?? 0,
    checkpointsAfter: (number, limit) => loadCheckpoints(database, number, limit),
    rowsOf: (subjects) => loadRows(database, subjects),
    subjects: (limit) => loadSubjects(database, limit),
  };
}

function leafOf(row: Schema['audit_leaf']): StoredLeaf {
  return {
    leafId: row.leaf_id,
    subject: row.subject,
    subjectId: row.subject_id,
    body: row.body,
    leafHash: row.leaf_hash,
    deletionId: row.deletion_id,
  };
}
