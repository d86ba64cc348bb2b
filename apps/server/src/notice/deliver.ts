/** Sends what is due: takes notices, makes their texts, tries them, and writes what became of it. */
import { type CivilDate, dayText, instantOf, secondsOf } from '@liyu/domain/kernel';
import { findFreeze } from '../card/workflow.ts';
import type { Core } from '../core.ts';
import { findDonorByDonation } from '../donation/known-donation.ts';
import { findDonorsByPhone, findPerson, findPersonPhone, phoneHash } from '../donor/workflow.ts';
import type { Channels, Outcome } from './channel.ts';
import { deleteSettled, type StoredNotice, settleTry, takeDue } from './store.ts';
import { bodyPlace, choiceOf, type NoticeBody } from './workflow.ts';

const BATCH = 20;
/** Longer than all timeouts of a batch together. */
const LEASE_SECONDS = 120;
/** With these waits the last try is some four hours after the first. */
const MOST_TRIES = 12;
const FIRST_WAIT_SECONDS = 10;
const LONGEST_WAIT_SECONDS = 3600;
/** How long what became of a one-time code is kept. */
const CODES_KEPT_SECONDS = 86_400;

/** How many notices went where. */
export interface Delivery {
  readonly sent: number;
  readonly failed: number;
  readonly waiting: number;
}

/**
 * Sends everything that is due now, and no more once `stopping` says so. Another process may do the
 * same at the same time. A notice that cannot be made holds up no other.
 */
export async function deliverDue(
  core: Core,
  channels: Channels,
  stopping?: AbortSignal,
): Promise<Delivery> {
  const counts: Record<string, number> = {};
  for (;;) {
    const now = secondsOf(core.clock.now());
    const leasedUntil = instantOf(now + LEASE_SECONDS);
    const due = await takeDue(core.database, core.clock.now(), leasedUntil, BATCH);
    const states = await Promise.all(due.map((notice) => deliver(core, channels, notice)));
    for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
    if (due.length < BATCH || stopping?.aborted) break;
  }
  const kept = instantOf(secondsOf(core.clock.now()) - CODES_KEPT_SECONDS);
  await deleteSettled(core.database, 'one_time_code', kept);
  return { sent: counts.sent ?? 0, failed: counts.failed ?? 0, waiting: counts.waiting ?? 0 };
}

/** One try, and the state after it. */
async function deliver(core: Core, channels: Channels, notice: StoredNotice): Promise<string> {
  const outcome = await attempt(core, channels, notice).catch(
    (cause: unknown): Outcome => ({ kind: 'again', why: `a fault of ours: ${nameOf(cause)}` }),
  );
  if ('state' in outcome) return settle(core, notice, outcome.state);
  if (outcome.kind === 'sent') return settle(core, notice, 'sent');
  if (outcome.kind === 'never' || notice.tries >= MOST_TRIES) {
    return settle(core, notice, 'failed', outcome.why);
  }
  return retry(core, notice, outcome);
}

const nameOf = (cause: unknown): string => (cause instanceof Error ? cause.name : 'unknown');

/** Why there is nothing to send. */
interface Needless {
  readonly state: 'expired' | 'no_address' | 'not_wanted';
}

async function attempt(
  core: Core,
  channels: Channels,
  notice: StoredNotice,
): Promise<Outcome | Needless> {
  const { expires_at: expiresAt } = notice;
  if (expiresAt !== null && expiresAt <= core.clock.now()) return { state: 'expired' };
  const body = openBody(core, notice);
  const address = await findAddress(core, notice, body);
  if (typeof address === 'string') return { state: address };
  const channel = channels[address.channel];
  if (channel === undefined) {
    return { kind: 'never', why: `there is no channel for ${address.channel}` };
  }
  const { subject, text } = textsOf(core, notice.kind, body, address.language);
  return channel.send({
    id: notice.notice_id,
    kind: notice.kind,
    to: address.to,
    subject,
    text,
  });
}

async function settle(
  core: Core,
  notice: StoredNotice,
  state: string,
  failure: string | null = null,
): Promise<string> {
  await settleTry(core.database, notice, { state, failure });
  return state;
}

/** The wait doubles with every try, give or take a half, so that not all come back at once. */
async function retry(core: Core, notice: StoredNotice, { why }: Outcome & { kind: 'again' }) {
  const wait = Math.min(FIRST_WAIT_SECONDS * 2 ** (notice.tries - 1), LONGEST_WAIT_SECONDS);
  const jitter = 0.5 + Buffer.from(core.random.bytes(2)).readUInt16BE() / 0x10000;
  const dueAt = instantOf(secondsOf(core.clock.now()) + Math.ceil(wait * jitter));
  await settleTry(core.database, notice, { state: 'waiting', failure: why, dueAt });
  return 'waiting';
}

function openBody(core: Core, { notice_id: id, body }: StoredNotice): NoticeBody {
  if (body === null) throw new Error('invariant broken: a waiting notice has a body');
  return JSON.parse(core.cipher.open(body, bodyPlace(id))) as NoticeBody;
}

interface Address {
  readonly channel: 'sms' | 'email';
  readonly to: string;
  readonly language: 'zh' | 'en';
}

/** Where the notice goes, or the state that says why nowhere. */
async function findAddress(
  core: Core,
  { donor_id: donorId }: StoredNotice,
  body: NoticeBody,
): Promise<Address | 'no_address' | 'not_wanted'> {
  if (donorId === null) {
    const { phone = '', email: staff, knownDonation } = body;
    if (staff !== undefined) return { channel: 'email', to: staff, language: 'zh' };
    const known = await findDonorsByPhone(core.database, phoneHash(core.cipher, phone));
    const proven =
      knownDonation !== undefined && (await findDonorByDonation(core, knownDonation)) !== undefined;
    if (known.length === 0 && !proven) return 'no_address';
    return { channel: 'sms', to: phone, language: 'zh' };
  }
  // Nothing is told to the dead, nor of a card that opens nothing.
  const { donorIds } = await findPerson(core.database, donorId);
  if ((await findFreeze(core.database, donorIds)) !== undefined) return 'not_wanted';
  const { channel, language, email } = await choiceOf(core, donorId);
  if (channel === 'none') return 'not_wanted';
  const phone =
    channel === 'sms' ? await findPersonPhone(core.database, core.cipher, donorId) : null;
  const to = channel === 'sms' ? phone : email;
  return to === null ? 'no_address' : { channel, to, language };
}

function textsOf(core: Core, kind: string, { values }: NoticeBody, language: 'zh' | 'en') {
  const notice = core.programme.notices.get(kind);
  if (notice === undefined) throw new Error(`invariant broken: no text for the notice ${kind}`);
  const text = notice.text[language].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? '';
    return name === 'validThrough' ? dayText(value as CivilDate)[language] : value;
  });
  return { subject: notice.subject[language], text };
}
