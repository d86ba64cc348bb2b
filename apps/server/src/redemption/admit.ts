/**
 * The manual fallback (人工兜底): a clerk lets a donor in who shows a card or document instead of a
 * code. The rules decide as they do for a code; who did it and why is recorded.
 */
import { dayOf } from '@liyu/domain/kernel';
import { standingOf } from '@liyu/domain/standing';
import type { Scope } from '../access/caller.ts';
import { findFreeze } from '../card/workflow.ts';
import type { Core } from '../core.ts';
import { findPerson } from '../donor/workflow.ts';
import { loadStanding } from '../standing/workflow.ts';
import { answerOf, refusalAnswer, type ScanAnswer, unknownVenueAnswer } from './answer.ts';
import { type Admission, attemptOf, type Occasion } from './attempt.ts';
import { isOpenAt, judge } from './judge.ts';
import { redeem } from './redeem.ts';
import { knownAnswer, recordRefusal } from './refuse.ts';
import { findOpenEntry, findReceipt } from './store.ts';

/** Whom staff let in; `undefined` when nobody is known by the document that was shown. */
export interface AdmissionRequest extends Occasion, Admission {
  readonly donorId: string | undefined;
}

/** Admits by hand at a venue within the caller's scope. Throws `Quarantined`; any other error is a fault, safe to try again. */
export async function admit(
  core: Core,
  scope: Scope,
  request: AdmissionRequest,
): Promise<ScanAnswer> {
  const { device: _device, ...body } = request;
  const { clerk, reason, donorId } = request;
  const attempt = attemptOf(core, scope, request, { clerk, reason }, body);
  const before = await findReceipt(core.database, attempt.mark);
  if (before?.bodyHash === attempt.bodyHash) return knownAnswer(before.answer);
  const { programme } = core;
  const { venue } = attempt;
  if (venue === undefined) {
    return recordRefusal(core, attempt, unknownVenueAnswer(programme, attempt.at), null);
  }
  const day = dayOf(attempt.at, programme.zone);
  if (donorId === undefined) {
    const nobody = standingOf([], programme, day);
    const { decision } = judge(programme, attempt, venue, nobody, undefined, 0);
    const more = { skewSeconds: null, redemptionId: null, mark: null };
    return recordRefusal(core, attempt, answerOf(programme, decision, nobody, more), null);
  }
  const person = await findPerson(core.database, donorId);
  const freeze = await findFreeze(core.database, person.donorIds);
  if (freeze !== undefined) {
    const refusal = { code: freeze.state, skewSeconds: null };
    const standing = await loadStanding(core, person, day);
    const answer = refusalAnswer(programme, refusal, standing, day);
    return recordRefusal(core, attempt, answer, person.personId);
  }
  for (;;) {
    const leaves = venue.kind === 'metro' && attempt.direction === 'out';
    const last = leaves
      ? await findOpenEntry(core.database, person.donorIds, attempt.at)
      : undefined;
    const entry = last && isOpenAt(last, attempt.at, programme) ? last : undefined;
    const standing = await loadStanding(core, person, day);
    const answer = await redeem(core, attempt, venue, { person, standing, entry, shown: null });
    if (answer !== 'again') return answer;
  }
}
