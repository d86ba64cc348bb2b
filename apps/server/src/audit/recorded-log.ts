/** What the verification reads, table by table and page by page; it joins nothing by itself. */
import type { StoredCheckpoint, StoredEntry } from './store.ts';

/** What a leaf speaks of. */
export interface Subject {
  /** redemption, reversal, refusal, night_end or settlement. */
  readonly subject: string;
  readonly subjectId: string;
}

/** A leaf as it is stored. */
export interface StoredLeaf extends Subject {
  readonly leafId: string;
  /** `null` once it was deleted by schedule. */
  readonly body: string | null;
  readonly leafHash: Uint8Array;
  /** The deletion that took the body. */
  readonly deletionId: string | null;
}

/** It was recorded that the bodies of so many leaves were deleted. */
export interface Deletion {
  readonly deletionId: string;
  readonly leaves: number;
  /** SHA-256 over the leaves' hashes, each in hexadecimal on a line, in the order of the tree. */
  readonly leafDigest: string;
}

/** Where the look-up says that a leaf stands. */
export interface Place {
  readonly leafId: string;
  readonly treeIndex: number;
}

/** A recorded row, as the body of its leaf would say it. */
export interface RecordedRow extends Subject {
  readonly record: Readonly<Record<string, unknown>>;
}

/** The stored log and the rows that it speaks of. */
export interface RecordedLog {
  countLeaves(): Promise<number>;
  /** In the order of their ids; empty at the end. */
  leavesAfter(leafId: string, limit: number): Promise<readonly StoredLeaf[]>;
  leavesById(leafIds: readonly string[]): Promise<readonly StoredLeaf[]>;
  leavesAbout(subjectIds: readonly string[]): Promise<readonly StoredLeaf[]>;
  /** Deletions after the id, in the order of their ids. */
  deletionsAfter(deletionId: string, limit: number): Promise<readonly Deletion[]>;
  leavesDeletedBy(deletionIds: readonly string[]): Promise<readonly StoredLeaf[]>;
  /** In order. */
  entriesFrom(treeIndex: number, limit: number): Promise<readonly StoredEntry[]>;
  entriesAt(treeIndexes: readonly number[]): Promise<readonly StoredEntry[]>;
  placesOf(leafIds: readonly string[]): Promise<readonly Place[]>;
  /** 0 when there is none. */
  lastCheckpointNumber(): Promise<number>;
  checkpointsAfter(number: number, limit: number): Promise<readonly StoredCheckpoint[]>;
  /** The rows, as far as they are there. */
  rowsOf(subjects: readonly Subject[]): Promise<readonly RecordedRow[]>;
  /** Everything that must have a leaf, page by page. */
  subjects(limit: number): AsyncIterable<readonly Subject[]>;
}

/** One text for a subject, by which it is found and named. */
export function subjectName({ subject, subjectId }: Subject): string {
  return `${subject} ${subjectId}`;
}
