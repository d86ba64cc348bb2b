/**
 * What a gate remembers of those it has let through: that one code opens once, one pass goes the
 * same way once in a while, and so often in a day. It keeps what happened; how much is too much is
 * said by the programme when it is asked. After a restart it is filled from the spool again.
 */
import type { StationKey } from './station-seam.ts';

/** Somebody who was let through, or is about to be. Times in seconds. */
export interface Passing {
  /** The pass's pseudonym in hexadecimal. */
  readonly cti: string;
  /** `null` for a printed card, whose copies cannot be told apart. */
  readonly moment: { readonly iat: number; readonly seq: number } | null;
  readonly direction: 'in' | 'out';
  /** The station, vehicle, site or hospital. */
  readonly place: string;
  readonly at: number;
}

/** What is too much. */
export interface PassingLimits {
  /** The same way again within so many seconds is refused, included; `null` where it may be. */
  readonly passbackSeconds: number | null;
  /** So many times a day at this place, which the benefit's own rule judges; `null`: no matter. */
  readonly atPlaceADay: number | null;
  /** So many times a day anywhere. */
  readonly anywhereADay: number | null;
  /** The seconds between which the day lies, the end excluded. */
  readonly day: { readonly begin: number; readonly end: number };
}

/** The memory of one gate. All of it is synchronous: between asking and taking nothing comes in. */
export interface Memory {
  readonly size: number;
  judge(passing: Passing, limits: PassingLimits): StationKey['kind'] | undefined;
  /** Remembers; the answer takes it back, for when the gate could not open. */
  take(passing: Passing): () => void;
  /** How often this pass was let in at the place on the day. */
  usesAt(passing: Passing, day: PassingLimits['day']): number;
  /** When the pseudonym went in here, if it has not gone out since. */
  openEntry(cti: string): number | undefined;
  /** What this gate would answer for at its station, with how long it is still taken. */
  remembered(now: number, limits: PassingLimits): StationKey[];
}

/** Showings are kept for twice the widest window, included. */
export const SHOWING_SECONDS = 360;
/** Passings and uses are kept for two days: no day of a limit is longer ago. */
const PASSING_SECONDS = 2 * 86_400;
const CAPACITY = 200_000;

/** The keys under which a passing is known at its station. */
export function keysOf(passing: Passing, limits: PassingLimits, ordinal: number): StationKey[] {
  const keys: StationKey[] = [];
  const { passbackSeconds, atPlaceADay, day } = limits;
  const { moment, cti, place, at } = passing;
  if (moment !== null) {
    keys.push({ kind: 'replayed', text: showingText(cti, moment), keepSeconds: SHOWING_SECONDS });
  }
  if (passbackSeconds !== null) {
    keys.push({ kind: 'passback', text: wayText(passing), keepSeconds: passbackSeconds });
  }
  if (atPlaceADay !== null) {
    const text = `${cti}/${place}/${day.begin}/${ordinal}`;
    keys.push({ kind: 'already_today', text, keepSeconds: Math.max(1, day.end - at) });
  }
  return keys;
}

function showingText(cti: string, { iat, seq }: { iat: number; seq: number }): string {
  return `${cti}/${iat}/${seq}`;
}

function wayText({ cti, direction, place }: Pick<Passing, 'cti' | 'direction' | 'place'>): string {
  return `${cti}/${direction}/${place}`;
}

/** An empty memory of at most so many showings, ways and passes. */
export function createMemory(capacity = CAPACITY): Memory {
  const showings = new Map<string, { readonly iat: number; readonly at: number }>();
  const ways = new Map<string, Passing>();
  const entries = new Map<string, number>();
  const uses = new Map<string, readonly Passing[]>();
  /** No code drawn up to here can be told from one that was shown and forgotten since. */
  let forgottenIat = Number.NEGATIVE_INFINITY;

  function makeRoom(now: number): void {
    dropFirst(showings, ({ iat, at }) => {
      const isOver = now - at > SHOWING_SECONDS || showings.size >= capacity;
      if (isOver) forgottenIat = Math.max(forgottenIat, iat);
      return isOver;
    });
    const isOld = (at: number) => now - at > PASSING_SECONDS;
    dropFirst(ways, ({ at }) => isOld(at) || ways.size >= capacity);
    dropFirst(entries, (at) => isOld(at) || entries.size >= capacity);
    dropFirst(uses, (all) => isOld(all.at(-1)?.at ?? 0) || uses.size >= capacity);
  }

  function usesOf(cti: string, day: PassingLimits['day']): readonly Passing[] {
    return (uses.get(cti) ?? []).filter(({ at }) => day.begin <= at && at < day.end);
  }

  function usesAt({ cti, place }: Passing, day: PassingLimits['day']): number {
    return usesOf(cti, day).filter((use) => use.place === place).length;
  }

  function isReplayed({ cti, moment }: Passing): boolean {
    if (moment === null) return false;
    return showings.has(showingText(cti, moment)) || moment.iat <= forgottenIat;
  }

  return {
    get size() {
      return showings.size + ways.size + uses.size;
    },
    judge(passing, limits) {
      const { passbackSeconds, anywhereADay, day } = limits;
      if (isReplayed(passing)) return 'replayed';
      const before = ways.get(wayText(passing));
      if (before !== undefined && passbackSeconds !== null) {
        if (Math.abs(passing.at - before.at) <= passbackSeconds) return 'passback';
      }
      const isFull = anywhereADay !== null && usesOf(passing.cti, day).length >= anywhereADay;
      return isFull ? 'already_today' : undefined;
    },
    take(passing) {
      const { cti, moment, direction, at } = passing;
      makeRoom(at);
      const undo: (() => void)[] = [];
      if (moment !== null) {
        const shown = { iat: moment.iat, at };
        undo.push(put(showings, showingText(cti, moment), shown));
      }
      undo.push(put(ways, wayText(passing), passing));
      undo.push(put(entries, cti, direction === 'in' ? at : undefined));
      undo.push(put(uses, cti, [...(uses.get(cti) ?? []).filter(isRecent(at)), passing]));
      return () => {
        for (const step of undo.reverse()) step();
      };
    },
    usesAt,
    openEntry: (cti) => entries.get(cti),
    remembered(now, limits) {
      const keys: StationKey[] = [];
      const left = (at: number, seconds: number) => Math.ceil(seconds - (now - at));
      for (const [text, { at }] of showings) {
        keys.push({ kind: 'replayed', text, keepSeconds: left(at, SHOWING_SECONDS) });
      }
      for (const [text, { at }] of ways) {
        const seconds = limits.passbackSeconds ?? 0;
        keys.push({ kind: 'passback', text, keepSeconds: left(at, seconds) });
      }
      const { atPlaceADay, day } = limits;
      for (const cti of atPlaceADay === null ? [] : uses.keys()) {
        for (const [ordinal, { place }] of usesOf(cti, day).entries()) {
          const text = `${cti}/${place}/${day.begin}/${ordinal}`;
          keys.push({ kind: 'already_today', text, keepSeconds: day.end - now });
        }
      }
      return keys.filter(({ keepSeconds }) => keepSeconds > 0);
    },
  };
}

function isRecent(now: number): (passing: Passing) => boolean {
  return ({ at }) => now - at <= PASSING_SECONDS;
}

/** Sets or takes away, at the end of the order; the answer puts it back as it was. */
function put<T>(map: Map<string, T>, key: string, value: T | undefined): () => void {
  const before = map.get(key);
  map.delete(key);
  if (value !== undefined) map.set(key, value);
  return () => {
    if (map.get(key) !== value) return;
    if (before === undefined) map.delete(key);
    else map.set(key, before);
  };
}

/** Removes what stands first while it is over; a Map keeps the order of coming. */
function dropFirst<T>(map: Map<string, T>, isOver: (kept: T) => boolean): void {
  for (const [key, kept] of map) {
    if (!isOver(kept)) break;
    map.delete(key);
  }
}
