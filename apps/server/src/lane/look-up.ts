/**
 * What a clerk at a lane sees before somebody is let in: yes or no with the reason, and the masked
 * name. Nothing is recorded but the look itself; the lane records what it did in its own spool.
 */
import { dayOf, type Instant } from '@liyu/domain/kernel';
import type { Caller, Scope } from '../access/caller.ts';
import { findVenueWithin } from '../access/caller.ts';
import { inOneLook, recordLook } from '../access/look.ts';
import { type Allowance, takeOne } from '../allowance/workflow.ts';
import type { Core } from '../core.ts';
import { maskName } from '../donor/document.ts';
import { getPerson } from '../donor/workflow.ts';
import {
  type Place,
  type Preview,
  previewCode,
  previewDonor,
  previewNobody,
  type ScanAnswer,
  unknownVenueAnswer,
} from '../redemption/workflow.ts';
import { type StandingBrief, standingBrief } from '../standing/brief.ts';
import { loadStanding } from '../standing/workflow.ts';
import { findShownPerson, type ShownPerson } from './sealed-person.ts';

/** A lane sees a person every few seconds at most; more is somebody who tries numbers. */
const LOOK_UPS_A_CLERK: Allowance = { name: 'lane-look-up', times: 900, seconds: 3600 };

/** What was shown at which venue. */
export interface LaneQuestion {
  readonly venue: string;
  readonly direction: 'in' | 'out';
  readonly shown: ShownPerson | { readonly code: string };
}

/** The answer to the clerk, and no more of it than a lane needs. */
export interface LaneAnswer
  extends Pick<ScanAnswer, 'open' | 'code' | 'message' | 'wayOn' | 'skewSeconds'> {
  /** Masked; `null` while nobody is known for certain. */
  readonly name: string | null;
  readonly card: StandingBrief['card'];
}

/** Why there is no answer; `againAt` when there will be one. */
export type LaneRefusal =
  | { readonly refused: 'needs_desk' }
  | { readonly refused: 'too_many_look_ups'; readonly againAt: Instant };

/** Answers what would be answered. A foreign venue is refused like an unknown one. */
export async function lookUpAtLane(
  core: Core,
  caller: Caller,
  scope: Scope,
  { venue: venueId, direction, shown }: LaneQuestion,
): Promise<LaneAnswer | LaneRefusal> {
  const againAt = await takeOne(core, LOOK_UPS_A_CLERK, caller.id);
  if (againAt !== undefined) return { refused: 'too_many_look_ups', againAt };
  const venue = findVenueWithin(scope, core.programme, venueId);
  // A consultation has a fee, which is a desk's to ask for.
  if (venue?.benefit === 'clinic') return { refused: 'needs_desk' };
  if (venue === undefined) {
    return laneAnswer(unknownVenueAnswer(core.programme, core.clock.now()), null, null);
  }
  return inOneLook(core, async (within) => {
    const { answer, donorId } = await preview(within, { venue, direction }, shown);
    if (donorId === undefined) return laneAnswer(answer, null, null);
    await recordLook(within, caller, donorId, 'lane');
    const { name } = await getPerson(within.database, within.cipher, donorId);
    const today = dayOf(within.clock.now(), within.programme.zone);
    const { card } = standingBrief(await loadStanding(within, donorId, today));
    return laneAnswer(answer, maskName(name), card);
  });
}

function laneAnswer(
  { open, code, message, wayOn, skewSeconds }: ScanAnswer,
  name: string | null,
  card: StandingBrief['card'],
): LaneAnswer {
  return { open, code, message, wayOn, skewSeconds, name, card };
}

async function preview(core: Core, place: Place, shown: LaneQuestion['shown']): Promise<Preview> {
  if ('code' in shown) return previewCode(core, place, shown.code);
  const donorId = await findShownPerson(core, shown);
  return donorId === undefined ? previewNobody(core, place) : previewDonor(core, place, donorId);
}
