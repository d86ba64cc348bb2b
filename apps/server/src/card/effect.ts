/** What a change of records does to donors' cards: before, after, and the passes it revokes. */
import { createHash } from 'node:crypto';
import { isLess } from '@liyu/domain/card';
import { dayOf } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { lockPersons } from '../donor/workflow.ts';
import { revokeAll } from '../pass/workflow.ts';
import { type StandingBrief, standingBrief } from '../standing/brief.ts';
import { loadStandings } from '../standing/workflow.ts';
import { updateCards } from './workflow.ts';

/** What becomes of one donor, judged on today's day. */
export interface DonorEffect {
  readonly donorId: string;
  /** `null`: the donor stands for nobody, being merged into another. */
  readonly before: StandingBrief | null;
  readonly after: StandingBrief | null;
  /** Whether tier, golds, card or validity are less than before. */
  readonly lost: boolean;
  /** The ids of the passes that are revoked: they say more than the card is worth now. */
  readonly passes: readonly string[];
}

/** What becomes of everyone, in short. */
export interface Effect {
  readonly changed: number;
  readonly lost: number;
  readonly passesRevoked: number;
  /** Who loses comes first; of very many, the first. */
  readonly donors: readonly DonorEffect[];
  /** SHA-256 over all standings before and after: two effects are the same if these are. */
  readonly fingerprint: string;
}

const MOST_NAMED = 100;
const PAGE = 1000;

/**
 * Makes the change within the caller's transaction and brings the donors' cards to it; who has less
 * then, or is merged into another, has his passes revoked. Answers what became of each donor, in
 * the order of the ids.
 */
export async function changeRecords(
  core: Core,
  transaction: Kysely<Schema>,
  donorIds: readonly string[],
  change: () => Promise<void>,
  revoking: 'on loss' | 'always' = 'on loss',
): Promise<DonorEffect[]> {
  const inOrder = await holdAll(transaction, donorIds);
  const within = { ...core, database: transaction };
  const today = dayOf(core.clock.now(), core.programme.zone);
  const before = await loadStandings(within, inOrder, today);
  await change();
  await updateCards(core, transaction, inOrder);
  const after = await loadStandings(within, inOrder, today);
  const effects: DonorEffect[] = [];
  for (const donorId of inOrder) {
    const [had, has] = [before.get(donorId), after.get(donorId)];
    const lost = had !== undefined && has !== undefined && isLess(has, had);
    const revoked = lost || has === undefined || revoking === 'always';
    effects.push({
      donorId,
      before: had === undefined ? null : standingBrief(had),
      after: has === undefined ? null : standingBrief(has),
      lost,
      passes: revoked ? await revokeAll(transaction, donorId, core.clock.now()) : [],
    });
  }
  return effects;
}

/** Holds the donors and the persons who they are; answers the ids of both, in order. */
async function holdAll(
  transaction: Kysely<Schema>,
  donorIds: readonly string[],
): Promise<readonly string[]> {
  const asked = donorIds.toSorted();
  const all = new Set(asked);
  for (let at = 0; at < asked.length; at += PAGE) {
    const persons = await lockPersons(transaction, asked.slice(at, at + PAGE));
    for (const { personId } of persons.values()) all.add(personId);
  }
  return [...all].sort();
}

/** The effect in short. Who has the same as before is left out. */
export function effectOf(donors: readonly DonorEffect[]): Effect {
  const hash = createHash('sha256');
  const changed: DonorEffect[] = [];
  for (const donor of donors) {
    const { donorId, before, after } = donor;
    hash.update(canonicalJson({ donorId, before, after }));
    if (canonicalJson(before) !== canonicalJson(after) || donor.passes.length > 0) {
      changed.push(donor);
    }
  }
  const losing = changed.filter(({ lost }) => lost);
  return {
    changed: changed.length,
    lost: losing.length,
    passesRevoked: changed.reduce((sum, { passes }) => sum + passes.length, 0),
    donors: [...losing, ...changed.filter(({ lost }) => !lost)].slice(0, MOST_NAMED),
    fingerprint: hash.digest('hex'),
  };
}
