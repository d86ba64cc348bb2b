/** One code from the reader to the answer: decide, take, write down, and only then open. */
import { instantOfMilliseconds } from '@liyu/domain/kernel';
import type {
  AdmissionRecord,
  FeeShown,
  GateScan,
  ListsUsed,
  ScanMark,
} from '@liyu/domain/redemption';
import { CODE_PREFIX, LONGEST_CODE, type Verifier } from '@liyu/pass';
import { answerOf, type GateAnswer, type Ruling, type Unrecorded } from './answer.ts';
import type { Started } from './boot.ts';
import { claimPassing } from './claim.ts';
import type { CorrectedClock } from './corrected-clock.ts';
import { type Here, type Judgement, judge, placeMarks } from './decide.ts';
import type { DiskWatch } from './disk-watch.ts';
import type { Lists } from './lists/lists.ts';
import type { RecordKey } from './server-seam.ts';
import type { Station } from './station-seam.ts';

/** A second word on a yes, before it is recorded; `undefined`: nobody was reached. */
export type Confirm = (
  answer: Unrecorded,
) => Promise<{ readonly open: boolean; readonly code: string } | undefined>;

/** How a code was shown. */
export interface Shown {
  /** `in` unless said; it matters in the metro only. */
  readonly direction?: 'in' | 'out';
  /** What is to be paid, at a hospital's desk. */
  readonly fee?: FeeShown;
  readonly confirm?: Confirm;
}

/** Staff let somebody in who shows card or document. */
export interface Admission extends AdmissionRecord {
  readonly direction?: 'in' | 'out';
  readonly code?: string;
}

/** What scans share. */
export interface ScanParts {
  readonly venue: string;
  readonly place: string;
  readonly staffed: boolean;
  readonly clock: CorrectedClock;
  readonly lists: Lists;
  readonly verifier: Verifier;
  readonly station: Station | undefined;
  readonly watch: DiskWatch;
  /** The spool and the memory, or `undefined` while the disk does not let the gate start. */
  readonly start: () => Promise<Started | undefined>;
}

interface Attempt {
  readonly here: Here;
  readonly text: string;
  readonly used: ListsUsed;
  readonly admission?: AdmissionRecord;
}

/** Answers a code. See `Gate`. */
export async function scan(parts: ScanParts, text: string, shown: Shown): Promise<GateAnswer> {
  const to = await parts.start();
  const asked = hereOf(parts, shown);
  if (to === undefined) return cannotRecord(parts, asked);
  const judged = await judge({ ...parts, memory: to.memory }, asked, text);
  const here = { ...asked, direction: judged.direction };
  const attempt = { here, text, used: judged.used };
  if (judged.granted === null) return record(parts, to, attempt, judged.answer);
  const claim = await claimPassing(parts.station, judged.granted);
  if ('refused' in claim) {
    return record(parts, to, attempt, refusal(parts, here, judged, { code: claim.refused }));
  }
  const no = await askSecondWord(judged, shown.confirm);
  if (no !== undefined) {
    claim.giveBack();
    return record(parts, to, attempt, refusal(parts, here, judged, no));
  }
  const marks = [...judged.answer.marks, ...claim.marks];
  const answer = await record(parts, to, attempt, { ...judged.answer, marks });
  if (!answer.open) claim.giveBack();
  return answer;
}

/** Writes down that staff let somebody in. See `Gate`. */
export async function admit(parts: ScanParts, admission: Admission): Promise<GateAnswer> {
  const { clerk, reason, person, direction, code = '' } = admission;
  const to = await parts.start();
  const here = hereOf(parts, direction === undefined ? {} : { direction });
  if (to === undefined) return cannotRecord(parts, here);
  const held = parts.lists.programme.at(secondsAt(here));
  const used = {
    trust: parts.lists.trust.list?.version ?? 0,
    status: null,
    programme: held?.version ?? '',
  };
  const marks: ScanMark[] = placeMarks({ ...here, staffed: true });
  const answer = answerOf(held?.programme, { code: 'granted', marks });
  const attempt = { here, text: code, used, admission: { clerk, reason, person } };
  return record(parts, to, attempt, answer);
}

function secondsAt({ at }: Here): number {
  return Math.floor(at / 1000);
}

function hereOf({ venue, place, staffed, clock }: ScanParts, shown: Shown): Here {
  return {
    at: clock.now(),
    venue,
    place,
    staffed,
    direction: shown.direction ?? 'in',
    fee: shown.fee ?? null,
    contactAgeSeconds: clock.contactAgeSeconds(),
  };
}

/** Why the yes is none after all, or `undefined`. */
async function askSecondWord(
  { answer, granted }: Judgement,
  confirm: Confirm | undefined,
): Promise<Ruling | undefined> {
  const word = await confirm?.(answer);
  if (word === undefined) {
    const detail = 'a waiver of this size needs the server';
    return granted?.wantsServer ? { code: 'list_too_old', detail } : undefined;
  }
  return word.open ? undefined : { code: word.code };
}

function refusal(parts: ScanParts, here: Here, judged: Judgement, ruling: Ruling): Unrecorded {
  const programme = parts.lists.programme.at(secondsAt(here))?.programme;
  const { skewSeconds, marks } = judged.answer;
  return answerOf(programme, { skewSeconds, marks, ...ruling });
}

function cannotRecord({ lists, watch }: ScanParts, here: Here): GateAnswer {
  const programme = lists.programme.at(secondsAt(here))?.programme;
  const detail = `the disk answers ${watch.fault}`;
  return { ...answerOf(programme, { code: 'cannot_record', detail }), mark: null };
}

/** Writes the answer down and gives it; what cannot be written down does not open. */
async function record(
  parts: ScanParts,
  to: Started,
  { here, text, used, admission }: Attempt,
  answer: Unrecorded,
): Promise<GateAnswer> {
  const line: GateScan = {
    v: 1,
    kind: 'scan',
    at: instantOfMilliseconds(here.at),
    venue: here.venue,
    direction: here.direction,
    code: text.startsWith(CODE_PREFIX) ? text.slice(0, LONGEST_CODE) : '',
    opened: answer.open,
    reason: answer.code,
    skewSeconds: answer.skewSeconds,
    marks: answer.marks,
    lists: used,
    ...(here.fee === null ? {} : { fee: here.fee }),
    ...(admission === undefined ? {} : { admission }),
  };
  const mark: RecordKey | undefined = await parts.watch.run(() =>
    to.spool.append(JSON.stringify(line), here.at),
  );
  if (mark === undefined)
    return answer.open ? cannotRecord(parts, here) : { ...answer, mark: null };
  if (answer.open) parts.clock.opened(here.at);
  return { ...answer, mark };
}
