/**
 * A use that a gate decided by itself: it is recorded whatever we know by now, since the gate has
 * opened and the partner has let somebody in. What the server says of it stands beside it.
 */
import { type Instant, secondsOf } from '@liyu/domain/kernel';
import { parameterOn, type Venue } from '@liyu/domain/programme';
import type { Standing } from '@liyu/domain/standing';
import { toHex } from '@liyu/pass';
import { leafOf, leafOfRow } from '../audit/leaf.ts';
import type { Core } from '../core.ts';
import type { Attempt } from './attempt.ts';
import { dayKey, printedPlace, type UseFacts } from './gate-facts.ts';
import type { SendingDevice } from './gate-record.ts';
import type { ProvenScan, ScanRead } from './gate-signed.ts';
import { type Judgement, judge } from './judge.ts';
import { recordOf } from './redeem.ts';
import { passageLimit, type Recognised } from './repetition.ts';
import type { DayEntry, RedemptionRecord, RefusalRecord, Sent } from './scan-record.ts';
import type { StoredUse } from './store.ts';

/** A use to be recorded, and the row that says how the gate came to it. */
export interface OfflineUse {
  readonly record: RedemptionRecord;
  readonly row: object;
  readonly leaf: RedemptionRecord['leaf'];
}

/** Judges the use and makes its record; `entry` is the entry that an exit ends. */
export function judgeUse(
  core: Core,
  device: SendingDevice,
  venue: Venue,
  scan: ProvenScan,
  entry: StoredUse | undefined,
  facts: UseFacts,
): OfflineUse {
  const attempt = attemptOf(device, venue, scan);
  const standing = facts.standing(scan.person, scan.day);
  const recognised: Recognised = { person: scan.person, standing, entry, shown: scan.shown };
  const repeated = findRepeated(core, venue, attempt, recognised, facts);
  const counted = countOfDay(core, venue, scan, facts);
  const own = judge(core.programme, attempt, venue, standing, entry, counted.atVenue);
  const judged = scan.refusal ?? repeated ?? counted.refusal ?? own.decision.code;
  const judgement = own.decision.granted
    ? own
    : inGoodFaith(core, attempt, venue, recognised, scan.honour, own);
  const made = recordOf(core, attempt, venue, recognised, judgement, counted.entries);
  const { use } = made;
  const record = { ...made, sent: { ...made.sent, answer: answerFor(use.redemptionId) } };
  const { lists } = scan.read.says;
  const row = {
    donor_id: use.donorId,
    redemption_id: use.redemptionId,
    gate_id: device.gateId,
    device_id: device.deviceId,
    boot_epoch: scan.read.bootEpoch,
    seq: scan.read.seq,
    judged,
    marks: scan.marks,
    skew_seconds: scan.shown?.skewSeconds ?? null,
    trust_version: lists.trust,
    status_at: lists.status,
    programme_version: lists.programme,
    recorded_at: use.recordedAt,
  };
  return { record, row, leaf: leafOfRow(core, 'offline_use', use.redemptionId, row) };
}

/** A gate needs no words: its receipt says which use it was, and nothing of where or who. */
function answerFor(redemptionId: string | null): Sent['answer'] {
  return { redemptionId } as Sent['answer'];
}

function attemptOf(device: SendingDevice, venue: Venue, { read, at }: ProvenScan): Attempt {
  const { says } = read;
  const fee = says.fee ?? { level: 'general' as const, feeFen: 0, insuredFen: 0 };
  return {
    venueId: venue.id,
    venue,
    direction: says.direction,
    at,
    visit: venue.benefit === 'clinic' ? fee : null,
    admission: says.admission ?? null,
    mark: { id: device.deviceId, bootEpoch: read.bootEpoch, seq: read.seq },
    body: null,
    bodyHash: read.bodyHash,
  };
}

/** Whether the code had opened a gate, or the pass had just passed; both are remembered. */
function findRepeated(
  core: Core,
  venue: Venue,
  attempt: Attempt,
  { person, shown, standing: { on: day } }: Recognised,
  facts: UseFacts,
): 'replayed' | 'passback' | undefined {
  let found: 'replayed' | 'passback' | undefined;
  if (shown?.showing) {
    const { shownAt, seq } = shown.showing;
    const key = `${toHex(shown.pseudonym)}/${shownAt}/${seq}`;
    if (facts.shown.has(key)) found = 'replayed';
    facts.shown.add(key);
  }
  const limit = passageLimit(core.programme, venue, attempt, { person, shown }, day);
  if (limit === null) return found;
  const key = `${limit.key}/${limit.direction}`;
  const passedAt = facts.passed.get(key);
  if (passedAt === undefined || passedAt < attempt.at) facts.passed.set(key, attempt.at);
  if (passedAt === undefined || found !== undefined) return found;
  const apart = Math.abs(secondsOf(attempt.at) - secondsOf(passedAt as Instant));
  return apart <= limit.seconds ? 'passback' : undefined;
}

interface Counted {
  readonly entries: readonly DayEntry[];
  readonly atVenue: number;
  readonly refusal: 'already_today' | undefined;
}

/** What the use takes of the day's places: none where they are all taken, and it is recorded still. */
function countOfDay(core: Core, venue: Venue, scan: ProvenScan, facts: UseFacts): Counted {
  const { programme } = core;
  const { person, shown, day } = scan;
  const entries: DayEntry[] = [];
  const take = (venueId: string, most: number): number => {
    const key = dayKey(person.personId, venueId, day);
    const taken = facts.dayEntries.get(key) ?? [];
    if (taken.length >= most) return taken.length;
    let ordinal = 0;
    while (taken.includes(ordinal)) ordinal += 1;
    facts.dayEntries.set(key, [...taken, ordinal]);
    entries.push({ venueId, ordinal });
    return taken.length;
  };
  let refusal: Counted['refusal'];
  if (shown?.printed) {
    const most = parameterOn(programme, 'code.printed_limits', day).value.usesADay;
    const before = take(printedPlace(shown), most);
    if (before >= most) refusal = 'already_today';
  }
  if (venue.benefit !== 'site') return { entries, atVenue: 0, refusal };
  const most = parameterOn(programme, 'site.entries_a_day', day).value;
  return { entries, atVenue: take(venue.id, most), refusal };
}

/** What the gate believed: the pass says the kind of card, and that it is good. */
function inGoodFaith(
  core: Core,
  attempt: Attempt,
  venue: Venue,
  { standing, entry }: Recognised,
  honour: boolean,
  own: Judgement,
): Judgement {
  const { on } = standing;
  const signed = { validFrom: on, evidence: standing.card?.evidence ?? [], because: [] };
  const card: Standing['card'] = honour
    ? { ...signed, kind: 'honour', validThrough: null }
    : { ...signed, kind: 'annual', validThrough: on };
  const believed = judge(core.programme, attempt, venue, { ...standing, card }, entry, 0);
  if (believed.decision.granted) return believed;
  const decision = { ...own.decision, granted: true, code: 'granted' as const, toPayFen: 0 };
  return { ...own, decision };
}

/** The record of a scan after which the gate stayed shut; `person` where the code proves who. */
export function refusalOf(
  core: Core,
  device: SendingDevice,
  venue: Venue,
  read: ScanRead,
  proven: ProvenScan | undefined,
): RefusalRecord {
  const { says } = read;
  const refusalId = core.newId();
  const refusal: RefusalRecord['refusal'] = {
    refusalId,
    donorId: proven?.person.personId ?? null,
    venueId: venue.id,
    direction: venue.kind === 'metro' ? says.direction : null,
    refusedAt: says.at,
    code: says.reason,
    rule: null,
    version: null,
    skewSeconds: says.skewSeconds,
    evidence: [],
    recordedAt: core.clock.now(),
  };
  return {
    sent: sentOf(core, device, read),
    refusal,
    leaf: leafOf(core, 'refusal', refusalId, refusal),
  };
}

/** The receipt of a record that is no use. */
export function sentOf(
  core: Core,
  device: SendingDevice,
  read: { readonly bootEpoch: number; readonly seq: number; readonly bodyHash: string },
): Sent {
  return {
    deviceId: device.deviceId,
    bootEpoch: read.bootEpoch,
    seq: read.seq,
    bodyHash: read.bodyHash,
    body: null,
    answer: answerFor(null),
    quarantineId: '',
    recordedAt: core.clock.now(),
  };
}
