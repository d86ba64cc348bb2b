/** The answer at a gate or desk: opens or not, which code, in words, how much, and why. */
import { type Decision, unknownVenue } from '@liyu/domain/benefit';
import {
  type CivilDate,
  dayOf,
  dayText,
  type Instant,
  instantOf,
  type Text,
} from '@liyu/domain/kernel';
import type { Programme } from '@liyu/domain/programme';
import type { Standing } from '@liyu/domain/standing';
import type { Refusal } from '@liyu/pass';
import {
  type BecauseText,
  becauseTexts,
  cardValues,
  messageOf,
  plain,
  wayOnOf,
} from '../edge/texts.ts';

/** What `scan` answers; amounts are fen, `null` where they are not known yet. */
export interface ScanAnswer {
  readonly open: boolean;
  readonly code: string;
  readonly message: Text;
  readonly wayOn: Text;
  /** How far the phone's clock is ahead of ours; `null` where the code tells no moment. */
  readonly skewSeconds: number | null;
  readonly redemptionId: string | null;
  /** Names a stored refusal, for whoever asks or complains about it. */
  readonly refusalId: string | null;
  readonly rule: string | null;
  readonly version: string | null;
  readonly waivedFen: number;
  readonly toPayFen: number | null;
  /** `exit_without_entry`, or none. */
  readonly mark: string | null;
  readonly evidence: readonly string[];
  readonly because: readonly BecauseText[];
}

/** The answer of a decision; `redemptionId` once it is recorded. */
export function answerOf(
  programme: Programme,
  decision: Decision,
  standing: Standing | null,
  more: { skewSeconds: number | null; redemptionId: string | null; mark: string | null },
): ScanAnswer {
  return {
    open: decision.granted,
    code: decision.code,
    message: messageOf(programme, decision.code, cardValues(standing)),
    wayOn: wayOnOf(programme, decision.code),
    skewSeconds: more.skewSeconds,
    redemptionId: more.redemptionId,
    refusalId: null,
    rule: decision.rule,
    version: decision.version,
    waivedFen: decision.waivedFen ?? 0,
    toPayFen: decision.toPayFen,
    mark: more.mark,
    evidence: decision.evidence,
    because: becauseTexts(programme, decision.because),
  };
}

/** The answer at a place that the programme does not know; it rests on nobody's standing. */
export function unknownVenueAnswer(programme: Programme, at: Instant): ScanAnswer {
  const decision = unknownVenue(programme, dayOf(at, programme.zone));
  return answerOf(programme, decision, null, {
    skewSeconds: null,
    redemptionId: null,
    mark: null,
  });
}

/** Why a code is not taken: the verifier's refusals, and a printed card's uses of the day. */
export type CodeRefusal = Pick<Refusal, 'skewSeconds' | 'pass'> & {
  readonly code: Refusal['code'] | 'already_today';
};

/**
 * The answer to a code that is not taken. When the pass has ended because the card has, the
 * reasons name the donation whose year ended.
 */
export function refusalAnswer(
  programme: Programme,
  refusal: CodeRefusal,
  standing: Standing | null,
  day: CivilDate,
): ScanAnswer {
  const { code, pass, skewSeconds } = refusal;
  const card = standing?.card ?? null;
  const ended = code === 'pass_expired' && card?.kind === 'annual' && card.validThrough < day;
  const passEnd = pass === undefined ? undefined : instantOf(pass.exp - 1);
  const validThrough = ended
    ? card.validThrough
    : passEnd === undefined
      ? undefined
      : dayOf(passEnd, programme.zone);
  return {
    open: false,
    code,
    message: messageOf(programme, ended ? 'card_ended' : code, {
      seconds: plain(Math.abs(skewSeconds ?? 0)),
      ...(validThrough === undefined ? {} : { validThrough: dayText(validThrough) }),
    }),
    wayOn: wayOnOf(programme, ended ? 'card_ended' : code),
    skewSeconds,
    redemptionId: null,
    refusalId: null,
    rule: null,
    version: null,
    waivedFen: 0,
    toPayFen: null,
    mark: null,
    evidence: ended ? card.evidence : [],
    because: ended ? becauseTexts(programme, card.because) : [],
  };
}
