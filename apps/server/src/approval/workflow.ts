/**
 * Two pairs of eyes: an act that takes something from somebody is asked for by one person and
 * approved by another. What was asked carries its effect; it is computed again when it is approved,
 * and what has become another effect meanwhile is not done but asked anew.
 */
import type { Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import type { Effect } from '../card/effect.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import type { Act, ActBody, Mode, Outcome, Performed } from './act.ts';
import type { Refused } from './refusals.ts';
import {
  findApproval,
  findDecision,
  insertApproval,
  insertDecision,
  loadOpen,
  type StoredApproval,
  type StoredDecision,
} from './store.ts';

export type { Act, ActBody, Mode, Outcome, Performed, Performer } from './act.ts';

/** Days that a request stays open: a fortnight outlasts a holiday, and its effect is still known. */
export const OPEN_DAYS = 14;

class TakeBack extends Error {}

/** Runs the work in a transaction; `keep` says of its answer whether it is committed. */
async function within<T>(
  core: Core,
  work: (transaction: Kysely<Schema>) => Promise<T>,
  keep: (answer: T) => boolean,
): Promise<T> {
  let answer: { value: T } | undefined;
  try {
    await core.database.transaction().execute(async (transaction) => {
      answer = { value: await work(transaction) };
      if (!keep(answer.value)) throw new TakeBack();
    });
  } catch (cause) {
    if (!(cause instanceof TakeBack)) throw cause;
  }
  if (answer === undefined) throw new Error('invariant broken: the work has answered');
  return answer.value;
}

/** Does the act, or asks for a second person's approval, as the mode says. */
export async function doOrAsk(
  core: Core,
  act: Act,
  body: ActBody,
  { by, mode }: { readonly by: string; readonly mode: Mode },
): Promise<Outcome | Refused> {
  const who = { by, approvedBy: null, approvalId: null };
  const needs = ({ effect, always }: Performed): boolean =>
    mode === 'ask' || always === true || effect.lost > 0;
  const atOnce = (done: Performed): boolean =>
    mode === 'at_once' || (mode === 'ask_on_loss' && !needs(done));
  const done = await within(
    core,
    (transaction) => act.perform(core, transaction, body, who),
    (answer) => !('refused' in answer) && atOnce(answer),
  );
  if ('refused' in done) return done;
  const needed = needs(done);
  const kept = atOnce(done);
  const outcome = { kept, effect: done.effect, answer: done.answer ?? {} };
  if (kept) {
    return { ...outcome, approval: { needed, ...(needed ? { by: 'development' as const } : {}) } };
  }
  if (mode === 'preview') return { ...outcome, approval: { needed } };
  const asked = await core.database
    .transaction()
    .execute((transaction) => ask(core, transaction, act.kind, body, by, done.effect));
  return { ...outcome, approval: { needed: true, id: asked.approval_id, endsAt: endsAt(asked) } };
}

async function ask(
  core: Core,
  transaction: Kysely<Schema>,
  kind: string,
  body: ActBody,
  by: string,
  effect: Effect,
): Promise<StoredApproval> {
  const row = {
    approval_id: core.newId(),
    kind,
    asked_by: by,
    asked_at: core.clock.now(),
    reason: body.reason,
    body,
    effect,
  };
  await insertApproval(transaction, row);
  await insertLeaf(transaction, leafOfRow(core, 'approval', row.approval_id, row));
  return row;
}

const DAY_MS = 86_400_000;

function endsAt({ asked_at }: StoredApproval): Instant {
  return new Date(Date.parse(asked_at) + OPEN_DAYS * DAY_MS).toISOString() as Instant;
}

/** What was asked, and what was said to it. */
export interface Approval {
  readonly id: string;
  readonly kind: string;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly endsAt: Instant;
  readonly reason: string;
  readonly body: unknown;
  readonly effect: Effect;
  readonly decision: {
    readonly outcome: 'approved' | 'refused' | 'changed_meanwhile';
    readonly by: string;
    readonly at: string;
    readonly reason: string | null;
    readonly nextId: string | null;
  } | null;
}

function approvalOf(row: StoredApproval, decision?: StoredDecision): Approval {
  return {
    id: row.approval_id,
    kind: row.kind,
    askedBy: row.asked_by,
    askedAt: row.asked_at,
    endsAt: endsAt(row),
    reason: row.reason,
    body: row.body,
    effect: row.effect as Effect,
    decision:
      decision === undefined
        ? null
        : {
            outcome: decision.outcome as 'approved' | 'refused' | 'changed_meanwhile',
            by: decision.decided_by,
            at: decision.decided_at,
            reason: decision.reason,
            nextId: decision.next_id,
          },
  };
}

/** What waits for a second person, oldest first. */
export async function loadApprovals(core: Core): Promise<Approval[]> {
  const earliest = Date.parse(core.clock.now()) - OPEN_DAYS * DAY_MS;
  const rows = await loadOpen(core.database, new Date(earliest).toISOString());
  return rows.map((row) => approvalOf(row));
}

/** One of them, decided or not; `undefined` when there is none of the id. */
export async function findApprovalById(core: Core, id: string): Promise<Approval | undefined> {
  const row = await findApproval(core.database, id);
  return row && approvalOf(row, await findDecision(core.database, id));
}

/** What the second person says. */
export interface Decision {
  readonly granted: boolean;
  readonly by: string;
  readonly reason: string | null;
}

/** What became of a decision: the act's own answer when it was done. */
export interface Decided {
  readonly outcome: 'approved' | 'refused';
  readonly effect: Effect;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** `changed_meanwhile` names what is asked instead. */
export type NotDecided = Refused & { readonly nextId?: string };

/**
 * Decides as a second person. A granted act is done in the same transaction as its decision, if its
 * effect is still the one that was shown.
 */
export async function decideApproval(
  core: Core,
  acts: readonly Act[],
  approvalId: string,
  decision: Decision,
): Promise<Decided | NotDecided> {
  const asked = await findApproval(core.database, approvalId);
  if (asked === undefined) return { refused: 'unknown_approval' };
  if (asked.asked_by === decision.by) return { refused: 'same_person' };
  const shown = asked.effect as Effect;
  const decided = await within(
    core,
    async (transaction) => {
      const outcome = decision.granted ? 'approved' : 'refused';
      const refusal = await record(core, transaction, asked, decision, outcome, null);
      if (refusal !== undefined) return refusal;
      if (!decision.granted) return { outcome, effect: shown, answer: {} } as const;
      const act = acts.find(({ kind }) => kind === asked.kind);
      if (act === undefined) throw new Error(`invariant broken: no act ${asked.kind}`);
      const who = { by: asked.asked_by, approvedBy: decision.by, approvalId };
      const done = await act.perform(core, transaction, asked.body, who);
      if ('refused' in done) return done;
      const { effect, answer = {} } = done;
      return effect.fingerprint === shown.fingerprint
        ? ({ outcome, effect, answer } as const)
        : { changed: effect };
    },
    (answer) => 'outcome' in answer,
  );
  return 'changed' in decided ? askAnew(core, asked, decision, decided.changed) : decided;
}

async function askAnew(
  core: Core,
  asked: StoredApproval,
  decision: Decision,
  effect: Effect,
): Promise<NotDecided> {
  return within(
    core,
    async (transaction) => {
      const body = asked.body as ActBody;
      const next = await ask(core, transaction, asked.kind, body, asked.asked_by, effect);
      const nextId = next.approval_id;
      const said = await record(core, transaction, asked, decision, 'changed_meanwhile', nextId);
      return said ?? { refused: 'changed_meanwhile' as const, nextId };
    },
    (answer) => answer.refused === 'changed_meanwhile',
  );
}

/** Records the decision and its leaf, or answers why it is none. */
async function record(
  core: Core,
  transaction: Kysely<Schema>,
  asked: StoredApproval,
  { by, reason }: Decision,
  outcome: string,
  nextId: string | null,
): Promise<Refused | undefined> {
  const now = core.clock.now();
  const decided = await insertDecision(transaction, {
    approval_id: asked.approval_id,
    outcome,
    decided_by: by,
    decided_at: now,
    reason,
    next_id: nextId,
  });
  if (decided === undefined) return { refused: 'decided_already' };
  if (now >= endsAt(asked)) return { refused: 'approval_ended' };
  const leaf = leafOfRow(core, 'approval_decision', asked.approval_id, decided);
  await insertLeaf(transaction, leaf);
  return undefined;
}
