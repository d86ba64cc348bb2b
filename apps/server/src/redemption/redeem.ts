/** Decides on a recognised donor's attempt and stores the outcome; then the gate may open. */
import { dayOf } from '@liyu/domain/kernel';
import type { Venue } from '@liyu/domain/programme';
import { toHex } from '@liyu/pass';
import { leafOf } from '../audit/leaf.ts';
import type { Core } from '../core.ts';
import { answerOf, refusalAnswer, type ScanAnswer } from './answer.ts';
import { type Attempt, sentOf } from './attempt.ts';
import { recordScan } from './group-commit.ts';
import { type Judgement, judge } from './judge.ts';
import type { Clash } from './record-store.ts';
import { answerAfter, recordRefusal } from './refuse.ts';
import { dayEntriesOf, findRepetition, passageLimit, type Recognised } from './repetition.ts';
import type { DayEntry, RedemptionRecord, Use } from './scan-record.ts';

/** `again`: something that was free when we looked was taken meanwhile; look again. */
export async function redeem(
  core: Core,
  attempt: Attempt,
  venue: Venue,
  recognised: Recognised,
): Promise<ScanAnswer | 'again'> {
  const { programme } = core;
  const { person, standing, shown, entry } = recognised;
  const day = dayOf(attempt.at, programme.zone);
  const counted = await dayEntriesOf(core, person, venue, shown, day);
  // The day's counts are read before the showing, for the reason that `findRepetition` gives.
  const repeated = await findRepetition(core, venue, attempt, recognised, day);
  if (repeated) return refuseShown(core, attempt, recognised, repeated);
  if (counted === 'full') return refuseShown(core, attempt, recognised, 'already_today');
  const judged = judge(programme, attempt, venue, standing, entry, counted.atVenue);
  const skewSeconds = shown?.skewSeconds ?? null;
  if (!judged.decision.granted) {
    const more = { skewSeconds, redemptionId: null, mark: null };
    const answer = answerOf(programme, judged.decision, standing, more);
    return recordRefusal(core, attempt, answer, person.personId);
  }
  const content = recordOf(core, attempt, venue, recognised, judged, counted.entries);
  const outcome = await recordScan(core.database, content);
  if ('clash' in outcome) return onClash(core, attempt, recognised, outcome.clash);
  return answerAfter(outcome, content.sent.answer);
}

/** Everything that one use writes. */
export function recordOf(
  core: Core,
  attempt: Attempt,
  venue: Venue,
  { person, standing, shown, entry }: Recognised,
  { decision, mark, postings }: Judgement,
  entriesOfDay: readonly DayEntry[],
): RedemptionRecord {
  const { programme } = core;
  const redeemedOn = dayOf(attempt.at, programme.zone);
  const metro = venue.kind === 'metro';
  const use: Use = {
    // A trip is one donor's, whoever he was merged into between entry and exit.
    donorId: (metro && attempt.direction === 'out' && entry?.donor_id) || person.personId,
    redemptionId: core.newId(),
    benefit: venue.benefit,
    venueId: venue.id,
    direction: metro ? attempt.direction : null,
    redeemedAt: attempt.at,
    redeemedOn,
    pseudonym: shown === null ? null : toHex(shown.pseudonym),
    entryId: metro && attempt.direction === 'out' ? (entry?.redemption_id ?? null) : null,
    mark,
    admittedBy: attempt.admission === null ? 'code' : 'staff',
    clerk: attempt.admission?.clerk ?? null,
    reason: attempt.admission?.reason ?? null,
    code: decision.code,
    rule: decision.rule,
    version: decision.version,
    waivedFen: decision.waivedFen ?? 0,
    toPayFen: decision.toPayFen ?? 0,
    evidence: decision.evidence,
    reversalOf: null,
    recordedAt: core.clock.now(),
  };
  const answer = answerOf(programme, decision, standing, {
    skewSeconds: shown?.skewSeconds ?? null,
    redemptionId: use.redemptionId,
    mark,
  });
  return {
    sent: sentOf(core, attempt, answer),
    use,
    showing: shown?.showing ?? null,
    passage: passageLimit(programme, venue, attempt, { person, shown }, redeemedOn),
    entriesOfDay,
    postings: postings(use).map((posting) => ({
      ...posting,
      postingId: core.newId(),
      recordedAt: use.recordedAt,
    })),
    leaf: leafOf(core, 'redemption', use.redemptionId, use),
  };
}

async function onClash(
  core: Core,
  attempt: Attempt,
  recognised: Recognised,
  clash: Clash,
): Promise<ScanAnswer | 'again'> {
  if (clash !== 'replayed' && clash !== 'passback') return 'again';
  return refuseShown(core, attempt, recognised, clash);
}

/** Refuses for a use that was made before: the code and the card are good in themselves. */
function refuseShown(
  core: Core,
  attempt: Attempt,
  { person, standing, shown }: Recognised,
  code: 'replayed' | 'passback' | 'already_today',
): Promise<ScanAnswer> {
  const day = dayOf(attempt.at, core.programme.zone);
  const refusal = { code, skewSeconds: shown?.skewSeconds ?? null };
  return recordRefusal(
    core,
    attempt,
    refusalAnswer(core.programme, refusal, standing, day),
    person.personId,
  );
}
