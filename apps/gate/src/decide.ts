/**
 * Decides on one code, by what the gate has: the verifier of `@liyu/pass`, then the same rules of
 * the domain as the server, on what the pass proves. What it grants is taken from the memory in the
 * same step as it is looked up there, so that nothing comes in between.
 */
import { type Decision, decideClinic, decideRide, decideSite } from '@liyu/domain/benefit';
import {
  type CivilDate,
  dayOf,
  instantOf,
  instantOfMilliseconds,
  secondsOf,
} from '@liyu/domain/kernel';
import { findVenue, type Programme, parameterOn, type Venue } from '@liyu/domain/programme';
import { type FeeShown, type ListsUsed, nightEndOf, type ScanMark } from '@liyu/domain/redemption';
import { type ProvenStanding, standingOfPass } from '@liyu/domain/standing';
import {
  type Acceptance,
  type ParsedCode,
  type PassClaims,
  parseCode,
  type Refusal,
  type StatusList,
  type TrustList,
  toHex,
  type Verification,
  type Verifier,
} from '@liyu/pass';
import { answerOf, type Ruling, type Unrecorded } from './answer.ts';
import type { Lists } from './lists/lists.ts';
import type { HeldProgramme } from './lists/programme.ts';
import type { Memory, Passing, PassingLimits } from './memory.ts';
import { offlineSeconds, passingLimits, showingWindow } from './windows.ts';

/** Where the code was read, and when. */
export interface Here {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly venue: string;
  readonly place: string;
  readonly staffed: boolean;
  readonly direction: 'in' | 'out';
  readonly fee: FeeShown | null;
  readonly contactAgeSeconds: number;
}

/** What a decision is made with. */
export interface Means {
  readonly lists: Lists;
  readonly verifier: Verifier;
  readonly memory: Memory;
}

/** The answer, and for a yes what it takes from the memory. */
export interface Judgement {
  readonly answer: Unrecorded;
  /** In the metro the way that was said, elsewhere always in. */
  readonly direction: 'in' | 'out';
  readonly used: ListsUsed;
  readonly granted: {
    readonly passing: Passing;
    readonly limits: PassingLimits;
    /** How often the pass was at this place today before. */
    readonly usesBefore: number;
    /** Gives it back to the memory: nothing opened. */
    readonly forget: () => void;
    /** A waiver that only the server may grant. */
    readonly wantsServer: boolean;
  } | null;
}

interface Place {
  readonly here: Here;
  readonly held: HeldProgramme;
  readonly programme: Programme;
  readonly venue: Venue;
  readonly trust: TrustList;
  readonly day: CivilDate;
  readonly now: number;
  readonly direction: 'in' | 'out';
}

/** Judges the code. Rejects for a fault of the cryptography only. */
export async function judge(means: Means, here: Here, text: string): Promise<Judgement> {
  const now = Math.floor(here.at / 1000);
  const held = means.lists.programme.at(now);
  const trust = means.lists.trust.list;
  const used = (list?: StatusList): ListsUsed => ({
    trust: trust?.version ?? 0,
    status: list === undefined ? null : instantOf(list.iat),
    programme: held?.version ?? '',
  });
  const venue = held && findVenue(held.programme, here.venue);
  const direction = venue === undefined || venue.kind === 'metro' ? here.direction : 'in';
  const refuse = (ruling: Ruling, list?: StatusList): Judgement => ({
    answer: answerOf(held?.programme, ruling),
    direction,
    used: used(list),
    granted: null,
  });
  if (held === undefined) return refuse({ code: 'list_too_old', detail: 'no programme yet' });
  const { programme } = held;
  if (venue === undefined) return refuse({ code: 'unknown_venue', detail: here.venue });
  if (trust === undefined) return refuse({ code: 'key_unknown', detail: 'no trust list yet' });
  const day = dayOf(instantOf(now), programme.zone);
  const place = { here, held, programme, venue, trust, day, now, direction } as const;
  const parsed = parseCode(text);
  const code = 'malformed' in parsed ? undefined : parsed;
  const list = code && means.lists.status(code.pass.claims.kid)?.list;
  const verified = await verify(means, place, text, code, list);
  if (!verified.ok) return refuse(refusalRuling(verified, place), list);
  const judged = judgeUse(means.memory, place, verified);
  if (judged.granted === null) return refuse(judged.ruling, list);
  return {
    answer: answerOf(programme, judged.ruling),
    direction,
    used: used(list),
    granted: judged.granted,
  };
}

function verify(
  { verifier, memory }: Means,
  place: Place,
  text: string,
  code: ParsedCode | undefined,
  list: StatusList | undefined,
): Promise<Verification> {
  const { here, programme, venue, day, now, trust, direction } = place;
  const isGood = list !== undefined && now < list.exp;
  const isExit = venue.kind === 'metro' && direction === 'out';
  return verifier.verify(text, {
    now,
    zone: venue.kind,
    window: showingWindow(programme, day, here),
    acceptPrinted: here.staffed || venue.benefit !== 'ride',
    trustList: trust,
    statusOf: (_, index) => list?.statusOf(index),
    statusAgeSeconds: isGood ? Math.max(0, now - list.iat) : Number.POSITIVE_INFINITY,
    maxStatusAgeSeconds: offlineSeconds(programme, day, venue.benefit),
    passage: { place: here.place, direction },
    ...(isExit && code !== undefined
      ? { openEntry: () => mayHaveEntered(memory, place, code.pass.claims, list) }
      : {}),
  });
}

/**
 * Whether an exit is to be spared what became of the pass meanwhile. An entry that this station saw
 * is known. Of entries elsewhere the gate knows nothing: a pass that ended in the night that is not
 * over yet may have been let in while it was good, one that was revoked is looked at by staff.
 */
function mayHaveEntered(
  memory: Memory,
  { programme, now }: Place,
  pass: PassClaims,
  list: StatusList | undefined,
): boolean {
  const enteredAt = memory.openEntry(toHex(pass.cti));
  const isOpen = (since: number) => now <= secondsOf(nightEndOf(instantOf(since), programme));
  if (enteredAt !== undefined && isOpen(enteredAt)) return true;
  if (now < pass.exp || list?.statusOf(pass.scope.statusIndex) !== 'valid') return false;
  return isOpen(pass.exp - 1);
}

function lastDayOf(pass: PassClaims, programme: Programme): CivilDate {
  return dayOf(instantOf(pass.exp - 1), programme.zone);
}

function refusalRuling(refusal: Refusal, { programme }: Place): Ruling {
  const { code, detail, skewSeconds, pass } = refusal;
  const lastDay = pass && lastDayOf(pass, programme);
  return { code, detail, skewSeconds, lastDay };
}

interface JudgedUse {
  readonly ruling: Ruling;
  readonly granted: Judgement['granted'];
}

/** Was it used before, and does the promise hold? The order is that of the server. */
function judgeUse(memory: Memory, place: Place, taken: Acceptance): JudgedUse {
  const { programme, venue, day, now, here, direction } = place;
  const { pass, iat, seq, skewSeconds } = taken;
  const lastDay = lastDayOf(pass, programme);
  const limits = passingLimits(programme, venue, day, pass.scope.kind === 'printed');
  const passing: Passing = {
    cti: toHex(pass.cti),
    moment: iat === undefined || seq === undefined ? null : { iat, seq },
    direction,
    place: here.place,
    at: now,
  };
  const marks = marksOf(taken, here);
  const repeated = memory.judge(passing, limits);
  if (repeated !== undefined) {
    return { ruling: { code: repeated, skewSeconds, marks, lastDay }, granted: null };
  }
  // Whoever is on the way out is judged by the day on which he was let in at the latest.
  const judgedOn = direction === 'out' && lastDay < day ? lastDay : day;
  const standing = standingOfPass({ honour: pass.scope.honour, lastDay }, judgedOn);
  const usesBefore = memory.usesAt(passing, limits.day);
  const decision = decide(place, standing, usesBefore, judgedOn);
  const { code, waivedFen, toPayFen } = decision;
  const ruling = { code, skewSeconds, marks, lastDay, waivedFen, toPayFen };
  if (!decision.granted) return { ruling, granted: null };
  const most = parameterOn(programme, 'gate.offline_windows', day).value.clinicUpToFen;
  const wantsServer = venue.benefit === 'clinic' && (waivedFen ?? 0) > most;
  const forget = memory.take(passing);
  return { ruling, granted: { passing, limits, usesBefore, forget, wantsServer } };
}

function decide(
  { programme, venue, here }: Place,
  standing: ProvenStanding,
  entriesToday: number,
  day: CivilDate,
): Decision {
  const shownBy = 'code';
  if (venue.benefit === 'site') {
    return decideSite({ standing, site: venue.id, entriesToday, shownBy }, programme, day);
  }
  if (venue.benefit === 'ride') {
    return decideRide({ standing, line: venue.line ?? venue.id, shownBy }, programme, day);
  }
  if (here.fee === null) throw new RangeError("a hospital's desk says level and fee");
  return decideClinic({ standing, hospital: venue.id, ...here.fee, shownBy }, programme, day);
}

/** The server was not reached for longer: what is opened rests on older lists. */
const OFFLINE_SECONDS = 120;

function marksOf(taken: Acceptance, here: Here): ScanMark[] {
  return [...taken.marks, ...placeMarks(here)];
}

/** What is remarkable about the gate itself. */
export function placeMarks(here: Pick<Here, 'staffed' | 'contactAgeSeconds'>): ScanMark[] {
  const marks: ScanMark[] = [];
  if (here.staffed) marks.push('staffed');
  if (here.contactAgeSeconds > OFFLINE_SECONDS) marks.push('offline');
  return marks;
}

/** What an opened scan of the spool says of the pass that went through, for the memory. */
export function passingOf(
  code: string,
  at: number,
  place: string,
  direction: 'in' | 'out',
): Passing | undefined {
  const parsed = parseCode(code);
  if ('malformed' in parsed) return undefined;
  const { pass, showing } = parsed;
  return {
    cti: toHex(pass.claims.cti),
    moment: showing === undefined ? null : { iat: showing.iat, seq: showing.seq },
    direction,
    place,
    at: secondsOf(instantOfMilliseconds(at)),
  };
}
