/** The tree as it stands, from the stored entries. */
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { loadEntries } from './store.ts';
import { EMPTY_FRONTIER, growFrontier, type Hash, rootOfFrontier } from './tree.ts';

const PAGE = 10_000;

/** How many leaves have a place, and the root over them, computed again; reads page by page. */
export async function treeHead(database: Kysely<Schema>): Promise<{ size: number; root: Hash }> {
  let frontier = EMPTY_FRONTIER;
  for (;;) {
    const entries = await loadEntries(database, frontier.size, PAGE);
    for (const { leafHash } of entries) frontier = growFrontier(frontier, leafHash);
    if (entries.length < PAGE) return { size: frontier.size, root: rootOfFrontier(frontier) };
  }
}
