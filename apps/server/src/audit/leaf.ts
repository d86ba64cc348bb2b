/** Leaves of the audit log: canonical JSON (RFC 8785) under the leaf hash of RFC 6962. */
import { createHash } from 'node:crypto';
import type { Core } from '../core.ts';
import { canonicalJson } from './canonical-json.ts';
import { recordOfRow } from './plain-tables.ts';

/** A leaf as the database takes it. */
export interface Leaf {
  readonly leafId: string;
  readonly subject: string;
  readonly subjectId: string;
  readonly body: string;
  /** Hexadecimal. */
  readonly leafHash: string;
  readonly recordedAt: string;
}

/** The leaf of what is recorded; the record must hold no personal field. */
export function leafOf(core: Core, subject: string, subjectId: string, record: unknown): Leaf {
  const body = canonicalJson(record);
  return {
    leafId: core.newId(),
    subject,
    subjectId,
    body,
    leafHash: createHash('sha256').update('\0').update(body).digest('hex'),
    recordedAt: core.clock.now(),
  };
}

/** The leaf of a row of one of `PLAIN_TABLES`, given as it is inserted. */
export function leafOfRow(core: Core, subject: string, id: string, row: object): Leaf {
  return leafOf(core, subject, id, recordOfRow({ ...row }));
}
