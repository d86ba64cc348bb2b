/**
 * Two recorded donors are one person: a passport first and an identity card later, or typed twice.
 * Nothing moves. The person's standing folds over all of them, the card of the donor merged into
 * lives on, the other one's is withdrawn. Undone, both are what their own records say by now.
 */
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Refused } from '../approval/refusals.ts';
import type { Act, Performed, Performer } from '../approval/workflow.ts';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import { changeRecords, effectOf } from '../card/effect.ts';
import { freezePasses } from '../card/freeze.ts';
import { findFreeze } from '../card/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import {
  findKnownDonors,
  findMerged,
  findPerson,
  insertMergeEvent,
  loadMergeEvents,
  type MergeEvent,
  type PersonIds,
  personsOf,
  savePersons,
} from './person-store.ts';
import { getPerson, holdPerson, lockPersons } from './workflow.ts';

const MERGE = z.strictObject({ from: z.string(), into: z.string(), reason: z.string() });
const UNDO = z.strictObject({ mergeId: z.string(), reason: z.string() });
export type MergeRequest = z.infer<typeof MERGE>;
export type UndoRequest = z.infer<typeof UNDO>;

/** Merging: always with a second person, since it speaks for somebody. */
export const merge: Act = {
  kind: 'merge',
  async perform(core, transaction, body, who) {
    const { from, into, reason } = MERGE.parse(body);
    if (from === into) return { refused: 'same_donor' };
    const known = await findKnownDonors(transaction, [from, into]);
    if (known.size < 2) return { refused: 'unknown_donor' };
    const persons = await lockPersons(transaction, [from, into]);
    const [merged, survivor] = [getOf(persons, from), getOf(persons, into)];
    if (merged.personId === survivor.personId) return { refused: 'merged_already' };
    if (merged.personId !== from) return { refused: 'merged_elsewhere' };
    const same = await compare(core, transaction, from, survivor.personId);
    const row = { ...eventOf(core, who), donor_id: from, into_donor_id: into, reason };
    const donors = await changeRecords(core, transaction, [from, survivor.personId], () =>
      record(core, transaction, { ...row, event: 'merged', merge_id: row.event_id }, [
        ...merged.donorIds,
        ...survivor.donorIds,
      ]),
    );
    const { donorIds } = await findPerson(transaction, from);
    const person = { personId: survivor.personId, donorIds };
    const freeze = await findFreeze(transaction, donorIds);
    if (freeze !== undefined) await freezePasses(core, transaction, person, freeze.state);
    const answer = { mergeId: row.event_id, personId: survivor.personId, ...same };
    return { effect: effectOf(donors), answer, always: true };
  },
};

/** Undoing a merge, whatever was merged since: only this one is taken back. */
export const undoMerge: Act = {
  kind: 'merge_undo',
  async perform(core, transaction, body, who) {
    const { mergeId, reason } = UNDO.parse(body);
    const from = await findMerged(transaction, mergeId);
    if (from === undefined) return { refused: 'unknown_merge' };
    const person = await holdPerson(transaction, from);
    const last = (await loadMergeEvents(transaction, [from])).at(-1);
    if (last?.merge_id !== mergeId || last.event !== 'merged') return { refused: 'undone_already' };
    return takeApart(core, transaction, last, person, reason, who);
  },
};

/** Passes bound since the merge may be on the other one's phone, so all of them are revoked. */
async function takeApart(
  core: Core,
  transaction: Kysely<Schema>,
  { donor_id: from, into_donor_id: into, merge_id: mergeId }: MergeEvent,
  { personId, donorIds }: PersonIds,
  reason: string,
  who: Performer,
): Promise<Performed | Refused> {
  const row = { ...eventOf(core, who), donor_id: from, into_donor_id: into, reason };
  const donors = await changeRecords(
    core,
    transaction,
    [from, personId],
    () => record(core, transaction, { ...row, event: 'undone', merge_id: mergeId }, [...donorIds]),
    'always',
  );
  return { effect: effectOf(donors), answer: { mergeId, donorId: from, personId }, always: true };
}

function getOf(persons: ReadonlyMap<string, PersonIds>, donorId: string): PersonIds {
  const person = persons.get(donorId);
  if (person === undefined) throw new Error('invariant broken: who is asked for is somebody');
  return person;
}

/** What the second person should know, without a personal field: do name and birthday agree? */
async function compare(core: Core, transaction: Kysely<Schema>, one: string, other: string) {
  const [a, b] = [
    await getPerson(transaction, core.cipher, one),
    await getPerson(transaction, core.cipher, other),
  ];
  return { sameName: a.name === b.name, sameDayOfBirth: a.bornOn === b.bornOn };
}

function eventOf(core: Core, { by, approvalId }: Performer) {
  return {
    event_id: core.newId(),
    recorded_at: core.clock.now(),
    recorded_by: by,
    approval_id: approvalId,
  };
}

/** Appends the event, and brings the look-up of the donors to what all their events say. */
async function record(
  core: Core,
  transaction: Kysely<Schema>,
  row: MergeEvent,
  donorIds: readonly string[],
): Promise<void> {
  await insertMergeEvent(transaction, row);
  await insertLeaf(transaction, leafOfRow(core, 'merge', row.event_id, row));
  await savePersons(transaction, donorIds, personsOf(await loadMergeEvents(transaction, donorIds)));
}
