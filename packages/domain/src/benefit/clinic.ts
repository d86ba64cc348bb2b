/**
 * The outpatient consultation fee: what the waiver table gives, by hospital, card and clinic
 * level, of what is left to pay after medical insurance.
 */
import { type CivilDate, shareOfFen } from '../kernel/index.ts';
import { findOn, type Level, type Programme, type Waiver, waiverKey } from '../programme/index.ts';
import type { ProvenStanding } from '../standing/index.ts';
import {
  cardKindOn,
  type Decision,
  decision,
  reachHonour,
  type ShownBy,
  unknownVenue,
  versionFor,
  withoutCard,
} from './decision.ts';

/** The facts that a visit is decided on; `insuredFen` is at most `feeFen`, both whole fen. */
export interface ClinicFacts {
  readonly standing: ProvenStanding;
  readonly hospital: string;
  readonly level: Level;
  readonly feeFen: number;
  readonly insuredFen: number;
  readonly shownBy: ShownBy;
}

/** What the waiver takes off an own share of `ownFen`; never more than it, whole fen. */
export function waivedOf(waiver: Waiver, ownFen: number): number {
  if (waiver.kind === 'none') return 0;
  const before =
    waiver.kind === 'full'
      ? ownFen
      : waiver.kind === 'amount'
        ? Math.min(waiver.amountFen, ownFen)
        : shareOfFen(ownFen, waiver.basisPoints);
  return waiver.capFen === null ? before : Math.min(before, waiver.capFen);
}

/** How much of the consultation fee is waived, and what is left to pay. */
export function decideClinic(facts: ClinicFacts, programme: Programme, day: CivilDate): Decision {
  const { standing, hospital, level } = facts;
  if (!programme.hospitals.has(hospital)) return unknownVenue(programme, day);
  const version = versionFor(programme, day, 'clinic', facts.shownBy);
  if (typeof version !== 'string') return version;
  const ownFen = facts.feeFen - facts.insuredFen;
  const card = cardKindOn(standing, day);
  if (card === 'no_card' || card === 'card_ended') {
    return withoutCard(standing, version, card, programme, ownFen);
  }
  const table = findOn(programme.waivers, day);
  const waiver = table?.value.get(waiverKey(hospital, card, level));
  if (table === undefined || waiver === undefined) return unknownVenue(programme, day);
  if (waiver.kind === 'none') {
    const honour = table.value.get(waiverKey(hospital, 'honour', level));
    const reachable = card === 'annual' && honour !== undefined && honour.kind !== 'none';
    return decision(standing, version, {
      code: 'level_not_covered',
      clause: table.clause,
      waivedFen: 0,
      toPayFen: ownFen,
      wouldChange: reachable ? reachHonour(standing, programme, day) : null,
    });
  }
  const waivedFen = waivedOf(waiver, ownFen);
  return decision(standing, version, {
    code: waivedFen === 0 ? 'nothing_to_waive' : 'granted',
    clause: table.clause,
    waivedFen,
    toPayFen: ownFen - waivedFen,
  });
}
