/**
 * A decision: yes, no, or how much, with its reason code, the deciding clause, the version, the
 * evidence and what would change it. The same shape for every benefit; texts by reference.
 */
import { cardStateOn } from '../card/index.ts';
import { type Counts, countsOf, type DonationNumber } from '../donation/index.ts';
import { addDays, type CivilDate } from '../kernel/index.ts';
import {
  type BenefitId,
  type CardKind,
  type ClauseId,
  type Dated,
  findOn,
  findVersion,
  type Programme,
  type Version,
} from '../programme/index.ts';
import type { Because, ProvenStanding } from '../standing/index.ts';

/** The expected answers of the rules, in the order in which they are judged. */
export const DECISION_CODES = [
  'unknown_venue',
  'not_in_force',
  'line_excluded',
  'no_card',
  'card_ended',
  'honour_only',
  'level_not_covered',
  'nothing_to_waive',
  'already_today',
  'granted',
] as const;
export type DecisionCode = (typeof DECISION_CODES)[number];

/** What would turn a refusal into a yes; `null` when nothing the donor does would. */
export type Remedy =
  | { readonly kind: 'give_blood' }
  | { readonly kind: 'reach_honour'; readonly missing: Counts }
  | { readonly kind: 'come_on'; readonly day: CivilDate }
  | null;

/** How the donor is recognised: by the code, or by a person who looks at card or document. */
export type ShownBy = 'code' | 'staff';

/** The answer of the rules. Amounts are fen; `null` where the amount is not known to them. */
export interface Decision {
  readonly granted: boolean;
  readonly code: DecisionCode;
  /** The clause that decided. */
  readonly rule: ClauseId;
  /** The programme's version in force on the day; empty before the first. */
  readonly version: string;
  readonly waivedFen: number | null;
  readonly toPayFen: number | null;
  readonly evidence: readonly DonationNumber[];
  readonly because: readonly Because[];
  readonly wouldChange: Remedy;
}

/** What a benefit adds to a yes or a no: the amounts, and the clauses beside the card's. */
export interface Ruling {
  readonly code: DecisionCode;
  readonly clause: ClauseId;
  readonly waivedFen: number | null;
  readonly toPayFen: number | null;
  readonly wouldChange?: Remedy;
}

const NO_EVIDENCE: readonly DonationNumber[] = [];
const GIVE_BLOOD: Remedy = { kind: 'give_blood' };

/** Puts a ruling and the standing that it rests on together. */
export function decision(
  standing: ProvenStanding | null,
  version: string,
  ruling: Ruling,
): Decision {
  const card = standing?.card ?? null;
  const own: Because = { clause: ruling.clause };
  return {
    granted: ruling.code === 'granted',
    code: ruling.code,
    rule: ruling.clause,
    version,
    waivedFen: ruling.waivedFen,
    toPayFen: ruling.toPayFen,
    evidence: card === null ? NO_EVIDENCE : card.evidence,
    because: card === null ? [own] : [own, ...card.because],
    wouldChange: ruling.wouldChange ?? null,
  };
}

/** The valid card's kind on the day, or the code by which a missing or ended card refuses. */
export function cardKindOn(
  standing: ProvenStanding,
  day: CivilDate,
): CardKind | Extract<DecisionCode, 'no_card' | 'card_ended'> {
  const state = cardStateOn(standing, day);
  if (state === 'none') return 'no_card';
  return state === 'ended' ? 'card_ended' : state;
}

/** The refusal for want of a valid card. */
export function withoutCard(
  standing: ProvenStanding,
  version: string,
  code: 'no_card' | 'card_ended',
  programme: Programme,
  toPayFen: number | null,
): Decision {
  const values: readonly Dated<unknown>[] =
    code === 'no_card'
      ? programme.parameters['card.annual.kinds']
      : programme.parameters['card.annual.months'];
  const value = findOn(values, standing.on) ?? values.at(-1);
  if (value === undefined) throw new Error('invariant broken: the card has a rule');
  return decision(standing, version, {
    code,
    clause: value.clause,
    waivedFen: 0,
    toPayFen,
    wouldChange: GIVE_BLOOD,
  });
}

/** What an annual card lacks for the honour card: counts still to give, where they are known. */
export function reachHonour(
  standing: ProvenStanding,
  programme: Programme,
  day: CivilDate,
): Remedy {
  const rule = findOn(programme.parameters['card.honour.counts'], day);
  if (rule === undefined || standing.counts === null) return null;
  const missing = Math.max(0, countsOf(rule.value) - standing.counts.city) as Counts;
  return { kind: 'reach_honour', missing };
}

/** The remedy of coming back on the next day. */
export function comeTomorrow(day: CivilDate): Remedy {
  return { kind: 'come_on', day: addDays(day, 1) };
}

/**
 * The refusal when the programme, or the code as a way to be recognised, is not in force on the
 * day; otherwise the version.
 */
export function versionFor(
  programme: Programme,
  day: CivilDate,
  benefit: BenefitId,
  shownBy: ShownBy,
): string | Decision {
  const version = findVersion(programme, day);
  if (version === undefined) {
    const first = firstVersion(programme);
    return decision(null, '', notInForce(first.clause, first.from));
  }
  if (shownBy === 'staff') return version.id;
  const codes = programme.parameters['code.benefits'];
  const now = findOn(codes, day);
  if (now?.value.includes(benefit)) return version.id;
  const later = codes.find(({ from, value }) => from > day && value.includes(benefit));
  return decision(
    null,
    version.id,
    notInForce(later?.clause ?? now?.clause ?? version.clause, later?.from),
  );
}

function notInForce(clause: ClauseId, from: CivilDate | undefined): Ruling {
  return {
    code: 'not_in_force',
    clause,
    waivedFen: 0,
    toPayFen: null,
    wouldChange: from === undefined ? null : { kind: 'come_on', day: from },
  };
}

/** The refusal for a line, hospital or site that the programme does not know. */
export function unknownVenue(programme: Programme, day: CivilDate): Decision {
  const version = findVersion(programme, day);
  const clause = (version ?? firstVersion(programme)).clause;
  return decision(null, version?.id ?? '', {
    code: 'unknown_venue',
    clause,
    waivedFen: 0,
    toPayFen: null,
  });
}

function firstVersion(programme: Programme): Version {
  const first = programme.versions[0];
  if (first === undefined) throw new Error('invariant broken: a programme has a version');
  return first;
}
