/** Stores a refusal with its receipt and audit leaf. */
import { leafOf } from '../audit/leaf.ts';
import type { Core } from '../core.ts';
import type { ScanAnswer } from './answer.ts';
import { type Attempt, sentOf } from './attempt.ts';
import { recordScan } from './group-commit.ts';
import type { Outcome } from './record-all.ts';
import type { RefusalRecord } from './scan-record.ts';

/** The same device name came with another body; it was kept aside for a person to look at. */
export class Quarantined extends Error {
  constructor() {
    super('this device name came before with another body; it is kept for a person to look at');
  }
}

/** The scan was recorded long ago; what was answered is deleted by schedule. */
export class AnswerForgotten extends Error {
  constructor() {
    super('this was recorded before, and its answer has been deleted by schedule');
  }
}

/** The answer of before. Throws `AnswerForgotten` when it is gone. */
export function knownAnswer(answer: ScanAnswer | null): ScanAnswer {
  if (answer === null) throw new AnswerForgotten();
  return answer;
}

/** Stores it and gives the answer, or the one that was given before. Throws `Quarantined`. */
export async function recordRefusal(
  core: Core,
  attempt: Attempt,
  given: ScanAnswer,
  donorId: string | null,
): Promise<ScanAnswer> {
  const metro = attempt.venue?.kind === 'metro';
  const refusalId = core.newId();
  const answer = { ...given, refusalId };
  const refusal: RefusalRecord['refusal'] = {
    refusalId,
    donorId,
    venueId: attempt.venueId,
    direction: metro ? attempt.direction : null,
    refusedAt: attempt.at,
    code: answer.code,
    rule: answer.rule,
    version: answer.version,
    skewSeconds: answer.skewSeconds,
    evidence: answer.evidence,
    recordedAt: core.clock.now(),
  };
  const content: RefusalRecord = {
    sent: sentOf(core, attempt, answer),
    refusal,
    leaf: leafOf(core, 'refusal', refusalId, refusal),
  };
  const outcome = await recordScan(core.database, content);
  if ('clash' in outcome) throw new Error('invariant broken: a refusal takes nothing');
  return answerAfter(outcome, answer);
}

/**
 * What is answered: the answer that was recorded, or the one of before. Throws `Quarantined`, or
 * why it could not be recorded.
 */
export function answerAfter(
  outcome: Exclude<Outcome, { readonly clash: unknown }>,
  answer: ScanAnswer,
): ScanAnswer {
  if ('known' in outcome) return knownAnswer(outcome.known);
  if ('quarantined' in outcome) throw new Quarantined();
  if ('failure' in outcome) throw outcome.failure;
  return answer;
}
