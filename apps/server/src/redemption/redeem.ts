/** Decides on a recognised donor's attempt and stores the outcome; then the gate may open. */
import { dayOf } from '@liyu/domain/kernel';
import { parameterOn, type Venue } from '@liyu/domain/programme';
import type { Standing } from '@liyu/domain/standing';
import { toHex } from '@liyu/pass';
import { leafOf } from '../audit/leaf.ts';
import type { Core } from '../core.ts';
import { answerOf, refusalAnswer, type ScanAnswer } from './answer.ts';
import { type Attempt, sentOf } from './attempt.ts';
import { type Judgement, judge } from './judge.ts';
import { Quarantined, recordRefusal } from './refuse.ts';
import {
  type Clash,
  loadEntriesOfDay,
  type RedemptionRecord,
  record,
  type StoredUse,
  type Use,
} from './store.ts';

/** Who stands there, and the code that was shown, if one was. */
export interface Recognised {
  readonly donorId: string;
  readonly standing: Standing;
  /** The trip's open entry, for an exit. */
  readonly entry: StoredUse | undefined;
  readonly shown: {
    readonly pseudonym: Uint8Array;
    readonly skewSeconds: number | null;
    /** The moment and number of the showing; a printed card has none. */
    readonly showing: { readonly shownAt: number; readonly seq: number } | null;
  } | null;
}

/** `again`: something that was free when we looked was taken meanwhile; look again. */
export async function redeem(
  core: Core,
  attempt: Attempt,
  venue: Venue,
  recognised: Recognised,
): Promise<ScanAnswer | 'again'> {
  const { programme } = core;
  const { donorId, standing, shown, entry } = recognised;
  const day = dayOf(attempt.at, programme.zone);
  const entries =
    venue.benefit === 'site'
      ? await loadEntriesOfDay(core.database, donorId, venue.id, day)
      : new Set<number>();
  const judged = judge(programme, attempt, venue, standing, entry, entries.size);
  const skewSeconds = shown?.skewSeconds ?? null;
  if (!judged.decision.granted) {
    const more = { skewSeconds, redemptionId: null, mark: null };
    const answer = answerOf(programme, judged.decision, standing, more);
    return recordRefusal(core, attempt, answer, donorId);
  }
  const content = recordOf(core, attempt, venue, recognised, judged, freeOrdinal(entries));
  const recorded = await record(core.database, 'record_redemption', content);
  if ('clash' in recorded) return onClash(core, attempt, recognised, recorded.clash);
  if ('known' in recorded) return recorded.known;
  if ('quarantined' in recorded) throw new Quarantined();
  return content.sent.answer;
}

/** Everything that one use writes. */
function recordOf(
  core: Core,
  attempt: Attempt,
  venue: Venue,
  { donorId, standing, shown, entry }: Recognised,
  { decision, mark, postings }: Judgement,
  ordinal: number,
): RedemptionRecord {
  const { programme } = core;
  const redeemedOn = dayOf(attempt.at, programme.zone);
  const metro = venue.kind === 'metro';
  const use: Use = {
    donorId,
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
  const posted = { ...use, redeemedAt: attempt.at };
  const answer = answerOf(programme, decision, standing, {
    skewSeconds: shown?.skewSeconds ?? null,
    redemptionId: use.redemptionId,
    mark,
  });
  const passback = parameterOn(programme, 'ride.passback_seconds', redeemedOn).value;
  return {
    sent: sentOf(core, attempt, answer),
    use,
    showing: shown?.showing ?? null,
    passage:
      shown !== null && venue.benefit === 'ride'
        ? { direction: passageDirection(venue, attempt), seconds: passback }
        : null,
    entryOfDay: venue.benefit === 'site' ? ordinal : null,
    postings: postings(posted).map((posting) => ({
      ...posting,
      postingId: core.newId(),
      recordedAt: use.recordedAt,
    })),
    leaf: leafOf(core, 'redemption', use.redemptionId, use),
  };
}

/** A vehicle is boarded: every ride on a bus is `in`. */
export function passageDirection(venue: Venue, attempt: Attempt): 'in' | 'out' {
  return venue.kind === 'metro' ? attempt.direction : 'in';
}

function freeOrdinal(taken: ReadonlySet<number>): number {
  let ordinal = 0;
  while (taken.has(ordinal)) ordinal += 1;
  return ordinal;
}

async function onClash(
  core: Core,
  attempt: Attempt,
  recognised: Recognised,
  clash: Clash,
): Promise<ScanAnswer | 'again'> {
  if (clash !== 'replayed' && clash !== 'passback') return 'again';
  const day = dayOf(attempt.at, core.programme.zone);
  const refusal = {
    code: clash,
    skewSeconds: recognised.shown?.skewSeconds ?? null,
    bySeconds: null,
  };
  const answer = refusalAnswer(core.programme, refusal, recognised.standing, day);
  return recordRefusal(core, attempt, answer, recognised.donorId);
}
