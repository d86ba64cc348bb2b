/** SQL of what is due to be forgotten. It deletes by functions that record what they do. */
import type { Instant } from '@liyu/domain/kernel';
import { type Insertable, type Kysely, sql } from 'kysely';
import type { Leaf } from '../audit/leaf.ts';
import type { Schema } from '../database/schema.ts';

/** Kinds of leaves by which uses and refusals are found; what else is about them goes with them. */
const FOUND_BY = ['redemption', 'reversal', 'refusal'] as const;
const ABOUT = [...FOUND_BY, 'night_end', 'offline_use', 'trip_change'] as const;

/** A leaf whose body is still there. */
export interface DueLeaf {
  readonly leafId: string;
  readonly subject: (typeof ABOUT)[number];
  readonly subjectId: string;
  readonly leafHash: Uint8Array;
}

type LeafRow = Pick<Schema['audit_leaf'], 'leaf_id' | 'subject' | 'subject_id' | 'leaf_hash'>;

const dueOf = (row: LeafRow): DueLeaf => ({
  leafId: row.leaf_id,
  subject: row.subject as DueLeaf['subject'],
  subjectId: row.subject_id,
  leafHash: row.leaf_hash,
});

/** Leaves of uses, reversals and refusals after the id, recorded before the moment, in order. */
export async function loadDue(
  database: Kysely<Schema>,
  before: Instant,
  after: string,
  limit: number,
): Promise<DueLeaf[]> {
  const rows = await database
    .selectFrom('audit_leaf')
    .select(['leaf_id', 'subject', 'subject_id', 'leaf_hash'])
    .where('body', 'is not', null)
    .where('subject', 'in', FOUND_BY)
    .where('recorded_at', '<', before)
    .where('leaf_id', '>', after)
    .orderBy('leaf_id')
    .limit(limit)
    .execute();
  return rows.map(dueOf);
}

/** All leaves about the uses and refusals, with their places; without one for those that have none. */
export async function loadPlaced(
  database: Kysely<Schema>,
  subjectIds: readonly string[],
): Promise<(DueLeaf & { readonly treeIndex: number | undefined })[]> {
  if (subjectIds.length === 0) return [];
  const rows = await database
    .selectFrom('audit_leaf')
    .select(['leaf_id', 'subject', 'subject_id', 'leaf_hash'])
    .where('body', 'is not', null)
    .where('subject', 'in', ABOUT)
    .where('subject_id', 'in', subjectIds)
    .execute();
  if (rows.length === 0) return [];
  const leafIds = rows.map((row) => row.leaf_id);
  const places = await database
    .selectFrom('audit_entry_lookup')
    .selectAll()
    .where('leaf_id', 'in', leafIds)
    .execute();
  const indexOf = new Map(places.map((place) => [place.leaf_id, place.tree_index]));
  return rows.map((row) => ({ ...dueOf(row), treeIndex: indexOf.get(row.leaf_id) }));
}

/** A use, and whether its month lets it go. */
export interface DueUse {
  readonly donorId: string;
  readonly redemptionId: string;
  /** Ids under which leaves speak of it: its own, and those of the changes of its trip. */
  readonly subjectIds: readonly string[];
  /** Whether all that was posted for it, or for the trip that it began, stands in a closed month. */
  readonly isClosed: boolean;
}

/** The uses of the ids, as far as they are there. */
export async function loadUses(
  database: Kysely<Schema>,
  ids: readonly string[],
): Promise<DueUse[]> {
  if (ids.length === 0) return [];
  const owners = await database
    .selectFrom('redemption_lookup')
    .selectAll()
    .where('redemption_id', 'in', ids)
    .execute();
  if (owners.length === 0) return [];
  const donorIds = [...new Set(owners.map((row) => row.donor_id))];
  const uses = await database
    .selectFrom('redemption')
    .select(['donor_id', 'redemption_id', 'direction'])
    .where('donor_id', 'in', donorIds)
    .where('redemption_id', 'in', ids)
    .execute();
  const ends = await database
    .selectFrom('trip_end')
    .selectAll()
    .where('donor_id', 'in', donorIds)
    .where('entry_id', 'in', ids)
    .execute();
  const changes = await database
    .selectFrom('trip_change')
    .select(['change_id', 'redemption_id'])
    .where('donor_id', 'in', donorIds)
    .where('redemption_id', 'in', ids)
    .execute();
  const changesOf = Map.groupBy(changes, (row) => row.redemption_id);
  const endOf = new Map(ends.map((row) => [row.entry_id, row.ended_by]));
  const unsettled = await loadUnsettled(database, donorIds, [...ids, ...endOf.values()]);
  return uses.map((row) => {
    const { donor_id: donorId, redemption_id: redemptionId, direction } = row;
    const end = endOf.get(redemptionId);
    const isOver = direction !== 'in' || (end !== undefined && !unsettled.has(end));
    const changed = (changesOf.get(redemptionId) ?? []).map((change) => change.change_id);
    return {
      donorId,
      redemptionId,
      subjectIds: [redemptionId, ...changed],
      isClosed: isOver && !unsettled.has(redemptionId),
    };
  });
}

/** Those of the uses of which something is posted that no closed month holds. */
async function loadUnsettled(
  database: Kysely<Schema>,
  donorIds: readonly string[],
  ids: readonly string[],
): Promise<Set<string>> {
  const postings = await database
    .selectFrom('posting')
    .select(['posting_id', 'partner_id', 'redemption_id'])
    .where('donor_id', 'in', donorIds)
    .where('redemption_id', 'in', ids)
    .execute();
  if (postings.length === 0) return new Set();
  const settled = await database
    .selectFrom('settlement_posting')
    .select('posting_id')
    .where('partner_id', 'in', [...new Set(postings.map((row) => row.partner_id))])
    .where(
      'posting_id',
      'in',
      postings.map((row) => row.posting_id),
    )
    .execute();
  const held = new Set(settled.map((row) => row.posting_id));
  return new Set(
    postings.filter((row) => !held.has(row.posting_id)).map((row) => row.redemption_id),
  );
}

/** When the refusals were, by their ids. */
export async function loadRefusals(
  database: Kysely<Schema>,
  ids: readonly string[],
): Promise<Map<string, Instant>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectFrom('refusal')
    .select(['refusal_id', 'refused_at'])
    .where('refusal_id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.refusal_id, row.refused_at as Instant]));
}

/** What is forgotten in one transaction. */
export interface Forgetting {
  readonly uses: readonly { readonly donor_id: string; readonly redemption_id: string }[];
  readonly refusals: readonly { readonly refusal_id: string; readonly refused_on: string }[];
  readonly leaves: readonly { readonly leaf_id: string }[];
  readonly deletion: Insertable<Schema['whereabouts_deletion']>;
  readonly leaf: Leaf;
}

const FORGOTTEN_MEANWHILE = 'LY008';

/** Forgets all of it, or nothing: false when another process has forgotten some of it meanwhile. */
export async function forgetUses(
  database: Kysely<Schema>,
  { leaf, ...batch }: Forgetting,
): Promise<boolean> {
  const row = {
    leaf_id: leaf.leafId,
    subject: leaf.subject,
    subject_id: leaf.subjectId,
    body: leaf.body,
    leaf_hash: `\\x${leaf.leafHash}`,
    recorded_at: leaf.recordedAt,
  };
  const content = JSON.stringify({ ...batch, leaf: row });
  try {
    await sql`select forget_uses(${content}::jsonb)`.execute(database);
    return true;
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== FORGOTTEN_MEANWHILE) throw cause;
    return false;
  }
}

/** Takes the answers off receipts of before the moment; answers how many. */
export async function forgetAnswers(database: Kysely<Schema>, before: Instant): Promise<number> {
  const { rows } = await sql<{ gone: number }>`
    select forget_answers(${before}::timestamptz) as gone`.execute(database);
  return rows[0]?.gone ?? 0;
}

/** How many receipts of before the moment have their answer. */
export async function countAnswers(database: Kysely<Schema>, before: Instant): Promise<number> {
  const { count } = await database
    .selectFrom('receipt')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('recorded_at', '<', before)
    .where('answer', 'is not', null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Deletes showings and passages of before their moments; answers how many. */
export async function forgetShowings(
  database: Kysely<Schema>,
  shownBefore: Instant,
  passedBefore: Instant,
): Promise<number> {
  const { rows } = await sql<{ gone: number }>`
    select forget_showings(${shownBefore}::timestamptz, ${passedBefore}::timestamptz) as gone
  `.execute(database);
  return rows[0]?.gone ?? 0;
}
