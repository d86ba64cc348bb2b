/** SQL of the audit log: leaves are only appended. */
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Leaf } from './leaf.ts';

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
