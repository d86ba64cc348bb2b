/** A decision without a gate: what the rules answer for a donor, a benefit and a day. */
import { type Decision, decideClinic, decideRide, decideSite } from '@liyu/domain/benefit';
import type { Freeze, FreezeState } from '@liyu/domain/card';
import type { CivilDate, Instant } from '@liyu/domain/kernel';
import { standingOf } from '@liyu/domain/standing';
import { findFreezeOn } from '../card/workflow.ts';
import type { Core } from '../core.ts';
import { type BecauseText, becauseTexts, cardValues, messageOf } from '../edge/texts.ts';
import { countEntries, type Visit } from '../redemption/workflow.ts';
import { loadStanding, personAt } from '../standing/workflow.ts';

/** What is asked for. */
export type BenefitQuestion =
  | { readonly benefit: 'ride'; readonly line: string }
  | { readonly benefit: 'clinic'; readonly hospital: string; readonly visit: Visit }
  | { readonly benefit: 'site'; readonly site: string };

/** The decision with its texts. */
export interface DecisionAnswer extends Omit<Decision, 'because' | 'code'> {
  /** A frozen card's state comes before whatever the rules say. */
  readonly code: Decision['code'] | FreezeState;
  readonly message: { readonly zh: string; readonly en: string };
  readonly because: readonly BecauseText[];
}

/** Decides for the donor (nobody known: as for one who never gave) on the day, as staff would. */
export async function decide(
  core: Core,
  donorId: string | undefined,
  question: BenefitQuestion,
  on: CivilDate,
  knownAt?: Instant,
): Promise<DecisionAnswer> {
  const { programme } = core;
  const person = donorId === undefined ? undefined : await personAt(core, donorId, knownAt);
  const standing =
    person === undefined
      ? standingOf([], programme, on)
      : await loadStanding(core, person, on, knownAt);
  const shownBy = 'staff';
  let decision: Decision;
  if (question.benefit === 'ride') {
    decision = decideRide({ standing, line: question.line, shownBy }, programme, on);
  } else if (question.benefit === 'clinic') {
    const { hospital, visit } = question;
    decision = decideClinic({ standing, hospital, ...visit, shownBy }, programme, on);
  } else {
    const { site } = question;
    const entriesToday = donorId === undefined ? 0 : await countEntries(core, donorId, site, on);
    decision = decideSite({ standing, site, entriesToday, shownBy }, programme, on);
  }
  const freeze = person && (await findFreezeOn(core, person.donorIds, on, knownAt));
  if (freeze !== undefined) return frozenAnswer(core, decision, freeze);
  return {
    ...decision,
    message: messageOf(programme, decision.code, cardValues(standing)),
    because: becauseTexts(programme, decision.because),
  };
}

function frozenAnswer(core: Core, decision: Decision, { state }: Freeze): DecisionAnswer {
  return {
    ...decision,
    granted: false,
    code: state,
    waivedFen: null,
    toPayFen: null,
    evidence: [],
    because: [],
    wouldChange: null,
    message: messageOf(core.programme, state),
  };
}
