/**
 * Brings the spool to the server: in batches, acknowledged one by one. A record that the server
 * does not take waits by itself, longer each time, and holds up no other.
 */
import { instantOfMilliseconds } from '@liyu/domain/kernel';
import { createBackOff } from './back-off.ts';
import type { Random } from './clock.ts';
import type { CorrectedClock } from './corrected-clock.ts';
import { DiskFault } from './disk.ts';
import {
  type BatchAnswer,
  BatchRefused,
  type RecordKey,
  type SentRecord,
  type Server,
} from './server-seam.ts';
import type { Spool } from './spool/spool.ts';

/** What one turn did. */
export interface SyncTurn {
  readonly sent: number;
  readonly acknowledged: number;
  /** Records that the server did not take this time. */
  readonly failed: number;
  /** Records that still wait. */
  readonly waiting: number;
  /** What went wrong with the turn as a whole, or `null`. */
  readonly fault: string | null;
  /** When the next turn is due, milliseconds from now. */
  readonly nextDelayMs: number;
}

/** What a turn needs. */
export interface SyncParts {
  readonly server: Server;
  readonly clock: CorrectedClock;
  readonly random: Random;
  /** The ledger whose records the spool's receipts speak of; `null` before the first answer. */
  readonly ledger: () => string | null;
  /** Keeps what the ledger is now; only after everything is set to be sent again. */
  readonly setLedger: (ledger: string) => Promise<void>;
}

/** One gate's way to its server. */
export interface Sync {
  once(spool: Spool): Promise<SyncTurn>;
  /** A turn in which the disk let nothing be read. */
  blocked(fault: string | null): SyncTurn;
}

const MOST_RECORDS = 500;
const MOST_BYTES = 900_000;
const USUAL_MILLISECONDS = 5000;
/** Without anything to send, a sign of life so often: it brings the clock and asks for a resend. */
const SIGN_OF_LIFE_SECONDS = 60;
const FIRST_WAIT_MILLISECONDS = 10_000;
const LONGEST_WAIT_MILLISECONDS = 300_000;
/** Of so many records the waiting times are known; more than that fail only if all fail. */
const MOST_WAITING = 10_000;

interface Waiting {
  readonly tries: number;
  readonly until: number;
}

/** A way that has not been gone yet. */
export function createSync({ server, clock, random, ledger, setLedger }: SyncParts): Sync {
  const backOff = createBackOff(random);
  const failing = new Map<string, Waiting>();
  let most = MOST_RECORDS;
  let lastAnswerAt = Number.NEGATIVE_INFINITY;

  function putOff(key: RecordKey): void {
    const name = nameOf(key);
    const tries = (failing.get(name)?.tries ?? 0) + 1;
    const wait = Math.min(LONGEST_WAIT_MILLISECONDS, FIRST_WAIT_MILLISECONDS * 2 ** (tries - 1));
    if (failing.size < MOST_WAITING || failing.has(name)) {
      failing.set(name, { tries, until: clock.monotonic() + wait });
    }
  }

  function isDue(key: RecordKey): boolean {
    const waiting = failing.get(nameOf(key));
    return waiting === undefined || waiting.until <= clock.monotonic();
  }

  async function send(records: readonly SentRecord[]): Promise<BatchAnswer> {
    const asked = clock.monotonic();
    const answer = await server.sendBatch(records, instantOfMilliseconds(clock.now()));
    clock.contact(Date.parse(answer.now), asked);
    lastAnswerAt = clock.monotonic();
    return answer;
  }

  async function takeReceipts(spool: Spool, records: readonly SentRecord[], answer: BatchAnswer) {
    const sent = new Set(records.map(nameOf));
    const has: RecordKey[] = [];
    for (const { bootEpoch, seq, outcome } of answer.receipts) {
      const key = { bootEpoch, seq };
      if (!sent.delete(nameOf(key))) continue;
      if (outcome === 'failed') putOff(key);
      else has.push(key);
    }
    // What the answer does not speak of is not acknowledged.
    for (const record of records) if (sent.has(nameOf(record))) putOff(record);
    await spool.acknowledge(has);
    for (const key of has) failing.delete(nameOf(key));
    return has.length;
  }

  /** The server was restored, or misses some: what is kept of it is sent again. */
  async function sendAgain(spool: Spool, { ledger: now, resendFrom, gaps }: BatchAnswer) {
    const before = ledger();
    const isOther = typeof now === 'string' && before !== null && now !== before;
    if (isOther) await spool.sendAgain(() => true);
    if (typeof now === 'string' && now !== before) await setLedger(now);
    if (isOther) return;
    if (resendFrom) await spool.sendAgain((key) => !isBefore(key, resendFrom));
    if (gaps.length === 0) return;
    await spool.sendAgain(({ bootEpoch, seq }) =>
      gaps.some((gap) => gap.bootEpoch === bootEpoch && gap.from <= seq && seq <= gap.to),
    );
  }

  /** A refused batch is halved; a single record that is refused waits by itself. */
  function onFault(fault: unknown, records: readonly SentRecord[]): string {
    const [only] = records;
    if (fault instanceof BatchRefused && records.length === 1 && only !== undefined) {
      putOff(only);
      most = MOST_RECORDS;
      backOff.failed();
      return fault.message;
    }
    most = Math.max(1, Math.ceil(records.length / 2));
    if (!(fault instanceof BatchRefused)) backOff.failed();
    return fault instanceof Error ? fault.message : String(fault);
  }

  return {
    blocked(fault) {
      backOff.failed();
      const nothing = { sent: 0, acknowledged: 0, failed: 0, waiting: 0 };
      return { ...nothing, fault: `the disk answers ${fault}`, nextDelayMs: backOff.delay(0) };
    },
    async once(spool) {
      const turn = { sent: 0, acknowledged: 0, failed: 0, fault: null as string | null };
      let records: SentRecord[] = [];
      try {
        records = await spool.waiting({ most, mostBytes: MOST_BYTES, isDue });
        const idleSeconds = (clock.monotonic() - lastAnswerAt) / 1000;
        if (records.length > 0 || idleSeconds >= SIGN_OF_LIFE_SECONDS) {
          const answer = await send(records);
          turn.sent = records.length;
          turn.acknowledged = await takeReceipts(spool, records, answer);
          turn.failed = turn.sent - turn.acknowledged;
          await sendAgain(spool, answer);
          most = Math.min(MOST_RECORDS, most * 2);
          if (turn.sent > 0 && turn.acknowledged === 0) backOff.failed();
          else backOff.succeeded();
        }
        await spool.prune(clock.now());
      } catch (fault) {
        turn.fault = onFault(fault, fault instanceof DiskFault ? [] : records);
      }
      const { waiting } = spool.status();
      const hasMore = backOff.failures === 0 && waiting > failing.size;
      return { ...turn, waiting, nextDelayMs: hasMore ? 0 : backOff.delay(USUAL_MILLISECONDS) };
    },
  };
}

function nameOf({ bootEpoch, seq }: RecordKey): string {
  return `${bootEpoch}/${seq}`;
}

function isBefore(key: RecordKey, other: RecordKey): boolean {
  if (key.bootEpoch !== other.bootEpoch) return key.bootEpoch < other.bootEpoch;
  return key.seq < other.seq;
}
