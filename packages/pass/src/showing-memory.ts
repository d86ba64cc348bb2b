/**
 * What a station or vehicle remembers of showings, shared by its gates, lanes and desks: that one
 * code opens once, and that one pass does not go the same way twice in a short time. Synchronous,
 * so that between asking and remembering nothing can come in between.
 */
import { toLatin1 } from './bytes.ts';
import type { Moment } from './code.ts';
import type { Reason } from './refusal.ts';
import { reasonOfTime } from './refusal.ts';

/** Through which gate, and which way. */
export interface Passage {
  readonly direction: 'in' | 'out';
  /** The station's or the vehicle's name; passback is judged within it. */
  readonly place: string;
}

/** One showing of a verified pass. Judged by (cti, iat, seq), never by signature or text. */
export interface Showing {
  readonly cti: Uint8Array;
  /** Absent for a printed card, whose copies cannot be told apart. */
  readonly moment?: Moment;
  /** Absent at desks and sites, where nobody passes through. */
  readonly passage?: Passage;
  /** The verifier's time in seconds. */
  readonly now: number;
}

/** How long and how much is remembered. */
export interface ShowingMemoryOptions {
  /** How long a showing is kept, included: 360 s, and never less: twice the widest window. */
  readonly keepSeconds?: number;
  /** Within which the same direction is passback, included: 600 s. */
  readonly passbackSeconds?: number;
  /** How long an entry stays open without an exit: a day. */
  readonly entrySeconds?: number;
  /** The most showings, and the most passages, that are kept: 200,000 each. */
  readonly capacity?: number;
}

/** The memory. `remember` is for what other gates or a spool report; `judge` asks and remembers. */
export interface ShowingMemory {
  readonly size: number;
  /** Showings that had to go before their time because the memory was full. */
  readonly dropped: number;
  /** Remembers the showing and answers undefined, or answers why it is refused. */
  judge(showing: Showing): Reason | undefined;
  /** Remembers without judging: a gate fills its memory from its spool after a restart. */
  remember(showing: Showing): void;
  /** Takes a showing back whose gate could not open (its spool could not be written). */
  forget(showing: Showing): void;
  /** Whether the pseudonym went in here and has not gone out since. */
  hasOpenEntry(cti: Uint8Array): boolean;
}

/** Showings are kept 360 s. */
export const SHOWING_KEEP_SECONDS = 360;
/** The same direction again within 10 minutes is passback. */
export const PASSBACK_SECONDS = 600;

interface KeptShowing {
  readonly iat: number;
  readonly shownAt: number;
}

function showingKey(cti: string, moment: Moment): string {
  return `${cti}${moment.iat}.${moment.seq}`;
}

function passageKey(cti: string, passage: Passage): string {
  return `${cti}${passage.direction}.${passage.place}`;
}

/** Removes what stands first while it is over; a Map keeps the order of coming. */
function dropFirst<T>(map: Map<string, T>, isOver: (kept: T) => boolean): T[] {
  const gone: T[] = [];
  for (const [key, kept] of map) {
    if (!isOver(kept)) break;
    map.delete(key);
    gone.push(kept);
  }
  return gone;
}

/** An empty memory. Throws a RangeError on a `keepSeconds` that the windows could outlast. */
export function createShowingMemory(options: ShowingMemoryOptions = {}): ShowingMemory {
  const keepSeconds = options.keepSeconds ?? SHOWING_KEEP_SECONDS;
  const passbackSeconds = options.passbackSeconds ?? PASSBACK_SECONDS;
  const entrySeconds = options.entrySeconds ?? 86_400;
  const capacity = options.capacity ?? 200_000;
  if (keepSeconds < SHOWING_KEEP_SECONDS) throw new RangeError('showings are kept 360 s at least');
  const showings = new Map<string, KeptShowing>();
  const passages = new Map<string, number>();
  const entries = new Map<string, number>();
  let dropped = 0;
  /** No code drawn up to here can be told from one that was shown and forgotten since. */
  let forgottenIat = Number.NEGATIVE_INFINITY;

  function makeRoom(now: number): void {
    for (const { iat } of dropFirst(showings, (kept) => now - kept.shownAt > keepSeconds)) {
      forgottenIat = Math.max(forgottenIat, iat);
    }
    dropFirst(passages, (at) => now - at > passbackSeconds);
    dropFirst(entries, (at) => now - at > entrySeconds);
    dropped += dropFirst(showings, () => showings.size >= capacity).length;
    dropFirst(passages, () => passages.size >= capacity);
    dropFirst(entries, () => entries.size >= capacity);
  }

  function findReplay(cti: string, moment: Moment, now: number): Reason | undefined {
    const kept = showings.get(showingKey(cti, moment));
    if (kept !== undefined) {
      const ago = now - kept.shownAt;
      return reasonOfTime('replayed', ago, `the same showing was taken ${ago} s ago`);
    }
    if (moment.iat > forgottenIat) return undefined;
    const back = forgottenIat - moment.iat;
    return reasonOfTime(
      'replayed',
      back,
      `the clock went back ${back} s behind what is remembered`,
    );
  }

  function findPassback(cti: string, passage: Passage, now: number): Reason | undefined {
    const passedAt = passages.get(passageKey(cti, passage));
    if (passedAt === undefined || now - passedAt > passbackSeconds) return undefined;
    const ago = now - passedAt;
    return reasonOfTime('passback', ago, `went ${passage.direction} here ${ago} s ago`);
  }

  function remember(showing: Showing): void {
    const { moment, passage, now } = showing;
    const cti = toLatin1(showing.cti);
    makeRoom(now);
    if (moment !== undefined) {
      showings.set(showingKey(cti, moment), { iat: moment.iat, shownAt: now });
    }
    if (passage === undefined) return;
    const key = passageKey(cti, passage);
    passages.delete(key);
    passages.set(key, now);
    entries.delete(cti);
    if (passage.direction === 'in') entries.set(cti, now);
  }

  return {
    get size() {
      return showings.size;
    },
    get dropped() {
      return dropped;
    },
    judge(showing) {
      const { moment, passage, now } = showing;
      const cti = toLatin1(showing.cti);
      makeRoom(now);
      const replay = moment === undefined ? undefined : findReplay(cti, moment, now);
      const found = replay ?? (passage && findPassback(cti, passage, now));
      if (found === undefined) remember(showing);
      return found;
    },
    remember,
    forget({ cti: bytes, moment, passage }) {
      const cti = toLatin1(bytes);
      if (moment !== undefined) showings.delete(showingKey(cti, moment));
      if (passage === undefined) return;
      passages.delete(passageKey(cti, passage));
      if (passage.direction === 'in') entries.delete(cti);
    },
    hasOpenEntry: (cti) => entries.has(toLatin1(cti)),
  };
}
