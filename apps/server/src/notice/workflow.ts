/**
 * Notices (通知): written in the transaction of what they tell of, sent afterwards (`deliver.ts`).
 * What is written is which text and its values, sealed; the text is made when it is sent.
 */
import type { Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import type { KnownDonation } from '../donation/known-donation.ts';
import type { NoticeKind } from '../programme/check-notices.ts';
import { findChoice, insertNewNotices, insertNotices, loadNotices, putChoice } from './store.ts';

/** What is to be told. */
export interface NewNotice {
  /** Names the event across all nouns; it is told once. */
  readonly eventKey: string;
  readonly kind: NoticeKind;
  /** Whom; `null` when the body names the number itself. */
  readonly donorId: string | null;
  readonly body: NoticeBody;
  readonly expiresAt?: Instant;
  /** Known now, and not to be told: later the event is no news. */
  readonly untold?: boolean;
}

/** What is sealed until it is sent. */
export interface NoticeBody {
  /** What stands in the braces of the text; days are civil days. */
  readonly values: Readonly<Record<string, string>>;
  /** For a one-time code: where it goes, and what shows that it may when nobody has the number. */
  readonly phone?: string;
  /** For a notice to staff: where it goes. */
  readonly email?: string;
  readonly knownDonation?: KnownDonation;
}

/** Where the body of a notice stands. */
export const bodyPlace = (noticeId: string) =>
  ({ table: 'notice', column: 'body', row: noticeId }) as const;

/**
 * Writes notices within the caller's transaction; an event that has one gets no other. Of donors who
 * are recorded in the transaction no event has: `areNew`, which is faster.
 */
export async function enqueueNotices(
  core: Core,
  transaction: Kysely<Schema>,
  notices: readonly NewNotice[],
  areNew = false,
): Promise<void> {
  const now = core.clock.now();
  const rows = notices.map(({ eventKey, kind, donorId, body, expiresAt, untold = false }) => {
    const noticeId = core.newId();
    return {
      notice_id: noticeId,
      event_key: eventKey,
      kind,
      donor_id: donorId,
      body: untold ? null : core.cipher.seal(JSON.stringify(body), bodyPlace(noticeId)),
      urgent: kind === 'one_time_code',
      state: untold ? 'not_wanted' : 'waiting',
      tries: 0,
      failure: null,
      due_at: now,
      expires_at: expiresAt ?? null,
      recorded_at: now,
    };
  });
  if (areNew) await insertNewNotices(transaction, rows);
  else await insertNotices(transaction, rows);
}

/**
 * Tells staff, at the address of the configuration, that something waits for a person; without an
 * address they see it in their lists only. Nothing personal is said.
 */
export async function tellStaff(
  core: Core,
  transaction: Kysely<Schema>,
  eventKey: string,
  kind: NoticeKind,
): Promise<void> {
  const { staffEmail } = core.config;
  if (staffEmail === undefined) return;
  const body = { values: {}, email: staffEmail };
  await enqueueNotices(core, transaction, [{ eventKey, kind, donorId: null, body }]);
}

/** How a donor wants to be told. */
export interface NoticeChoice {
  readonly channel: 'sms' | 'email' | 'none';
  readonly language: 'zh' | 'en';
  readonly email: string | null;
}

const emailPlace = (row: string) => ({ table: 'notice_choice', column: 'email', row }) as const;

/** The donor's choice; SMS in Chinese for who has made none. */
export async function choiceOf(core: Core, donorId: string): Promise<NoticeChoice> {
  const row = await findChoice(core.database, donorId);
  if (row === undefined) return { channel: 'sms', language: 'zh', email: null };
  return {
    channel: row.channel as NoticeChoice['channel'],
    language: row.language as NoticeChoice['language'],
    email: row.email && core.cipher.open(row.email, emailPlace(donorId)),
  };
}

/** Keeps the donor's choice; the one before is forgotten. */
export async function chooseNotices(
  core: Core,
  donorId: string,
  { channel, language, email }: NoticeChoice,
): Promise<void> {
  await putChoice(core.database, {
    donor_id: donorId,
    channel,
    language,
    email: email === null ? null : core.cipher.seal(email, emailPlace(donorId)),
    recorded_at: core.clock.now(),
  });
}

/** A notice as operators see it: nothing of what it says, and nothing of whom. */
export interface NoticeLine {
  readonly noticeId: string;
  readonly kind: string;
  readonly state: string;
  readonly tries: number;
  readonly failure: string | null;
  readonly recordedAt: string;
}

const MOST_LINES = 200;

/** The last notices of a state, newest first. */
export async function listNotices(core: Core, state: string): Promise<NoticeLine[]> {
  const rows = await loadNotices(core.database, state, MOST_LINES);
  return rows.map((row) => ({
    noticeId: row.notice_id,
    kind: row.kind,
    state: row.state,
    tries: row.tries,
    failure: row.failure,
    recordedAt: row.recorded_at,
  }));
}
