/**
 * Scans as they are recorded, without a gate: rides by bus, into the metro and out of it, and a
 * site, in turn; each by a donor of its own, but for a metro ride, which is one donor's.
 */
import { createHash } from 'node:crypto';
import type { DonationNumber } from '@liyu/domain/donation';
import type { CivilDate } from '@liyu/domain/kernel';
import type { ClauseId } from '@liyu/domain/programme';
import type { ScanAnswer } from '../src/redemption/answer.ts';
import type {
  RedemptionRecord,
  RefusalRecord,
  StoredPosting,
  Use,
} from '../src/redemption/scan-record.ts';
import { instant } from './test-core.ts';

const MOMENT = instant('2026-11-24T08:00:00+08:00');
const DAY = '2026-11-24';
const RIDE = 'ride.free' as ClauseId;
const VALIDITY = 'card.annual.validity' as ClauseId;
const DONATION = 'TY0000227' as DonationNumber;
const LAST_DAY = '2027-11-23' as CivilDate;
const KINDS = [
  { benefit: 'ride', venueId: 'bus-regular', direction: null },
  { benefit: 'ride', venueId: 'metro-demo', direction: 'in' },
  { benefit: 'ride', venueId: 'metro-1-05', direction: 'out' },
  { benefit: 'site', venueId: 'jinci-museum', direction: null },
] as const;

/** Makes records with running numbers of the device. */
export function createScanRecords(newId: () => string, deviceId: string) {
  let seq = 0;
  let entered: Use | undefined;
  const next = (): RedemptionRecord => {
    seq += 1;
    const kind = KINDS[seq % KINDS.length] ?? KINDS[0];
    const use = useOf(newId, kind, kind.direction === 'out' ? entered : undefined);
    entered = kind.direction === 'in' ? use : undefined;
    const passage = { key: use.pseudonym ?? '', direction: kind.direction ?? 'in', seconds: 600 };
    return {
      sent: sentOf(newId, deviceId, seq, use.redemptionId),
      use,
      showing: { shownAt: 1_795_478_400, seq },
      passage: kind.benefit === 'ride' ? passage : null,
      entriesOfDay: kind.benefit === 'site' ? [{ venueId: use.venueId, ordinal: 0 }] : [],
      postings: postingsOf(newId, use),
      leaf: leafOf(newId, 'redemption', use.redemptionId, use),
    };
  };
  return {
    next,
    /** So many of them. */
    many: (count: number) => Array.from({ length: count }, next),
    refusal(): RefusalRecord {
      seq += 1;
      const refusal = {
        refusalId: newId(),
        donorId: null,
        venueId: 'metro-demo',
        direction: 'in',
        refusedAt: MOMENT,
        code: 'stale',
        rule: null,
        version: null,
        skewSeconds: -31,
        evidence: [],
        recordedAt: MOMENT,
      };
      const leaf = leafOf(newId, 'refusal', refusal.refusalId, refusal);
      return { sent: sentOf(newId, deviceId, seq, null), refusal, leaf };
    },
  };
}

function useOf(
  newId: () => string,
  { benefit, venueId, direction }: (typeof KINDS)[number],
  entry: Use | undefined,
): Use {
  return {
    donorId: entry?.donorId ?? newId(),
    redemptionId: newId(),
    benefit,
    venueId,
    direction,
    redeemedAt: MOMENT,
    redeemedOn: DAY,
    pseudonym: entry?.pseudonym ?? newId().replaceAll('-', '').slice(-16),
    entryId: entry?.redemptionId ?? null,
    mark: null,
    admittedBy: 'code',
    clerk: null,
    reason: null,
    code: 'granted',
    rule: `${benefit}.free`,
    version: '2026-06-09',
    waivedFen: direction === 'in' ? 0 : 200,
    toPayFen: 0,
    evidence: ['TY0000227'],
    reversalOf: null,
    recordedAt: MOMENT,
  };
}

/** An entry posts nothing, an exit to both operators, everything else once. */
function postingsOf(newId: () => string, use: Use): StoredPosting[] {
  if (use.direction === 'in') return [];
  const partners = use.direction === 'out' ? ['metro-1', 'metro-2'] : [use.venueId];
  return partners.map((partner) => ({
    redemptionId: use.redemptionId,
    benefit: use.benefit,
    partner,
    redeemedAt: use.redeemedAt,
    month: '2026-11',
    debit: `programme:${use.benefit}`,
    credit: `partner:${partner}`,
    fareFen: 200,
    amountFen: 200 / partners.length,
    reversalOf: null,
    postingId: newId(),
    recordedAt: use.recordedAt,
  }));
}

function sentOf(newId: () => string, deviceId: string, seq: number, redemptionId: string | null) {
  const body = { code: `LY1:${'7'.repeat(400)}${seq}`, venue: 'metro-demo', at: MOMENT };
  return {
    deviceId,
    bootEpoch: 1,
    seq,
    bodyHash: sha256(JSON.stringify(body)),
    body,
    answer: answerOf(redemptionId),
    quarantineId: newId(),
    recordedAt: MOMENT,
  };
}

function answerOf(redemptionId: string | null): ScanAnswer {
  return {
    open: redemptionId !== null,
    code: redemptionId === null ? 'stale' : 'granted',
    message: { zh: '请通行，谢谢您。', en: 'Please pass. Thank you.' },
    wayOn: { zh: '', en: '' },
    skewSeconds: -3,
    redemptionId,
    refusalId: null,
    rule: 'ride.free',
    version: '2026-06-09',
    waivedFen: 200,
    toPayFen: 0,
    mark: null,
    evidence: ['TY0000227'],
    because: [
      { clause: RIDE, zh: '常规公交和地铁免费。', en: 'Buses and the metro are free.' },
      {
        clause: VALIDITY,
        donation: DONATION,
        day: LAST_DAY,
        zh: '年卡自献血之日起一年内有效。（献血 TY0000227，2027年11月23日）',
        en: 'The annual card is good for one year from the donation. (donation TY0000227)',
      },
    ],
  };
}

function leafOf(newId: () => string, subject: string, subjectId: string, record: unknown) {
  const body = JSON.stringify(record);
  return {
    leafId: newId(),
    subject,
    subjectId,
    body,
    leafHash: sha256(`\0${body}`),
    recordedAt: MOMENT,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
