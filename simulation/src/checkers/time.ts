/** I12: a clock that steps back opens nothing again, and no start is taken for another. */
import { SECOND } from '../world/city-time.ts';
import { factsOf } from '../world/truth.ts';
import type { Checker } from './evidence.ts';
import { readBody } from './evidence.ts';
import { openingsOf } from './story.ts';

/** Furthest that a phone's clock may be from the gate's, seconds: in time, and unsynced. */
const BEHIND = 30;
const AHEAD = 15;
const UNSYNCED = 120;

/** Clocks. That the process's time zone changes nothing is shown by running seeds in two zones. */
export const timeGoesOn: Checker = {
  invariant: 'I12',
  says: 'what a gate opened for is never recorded at a moment before its last opening, a showing opens one gate once whatever its clock did, codes are taken only from 30 s ago to 15 s ahead (120 s where marked unsynced), and each start of a gate has a number of its own',
  check({ facts, stories, sent }) {
    const found: string[] = [];
    const last = new Map<string, number>();
    const once = new Map<string, number>();
    for (const { gate, scan, pass, iat, seq, answer, clock } of openingsOf(stories)) {
      if (clock === undefined) continue;
      const before = last.get(gate);
      if (before !== undefined && clock < before - SECOND) {
        found.push(`scan ${scan} at ${gate}: opened ${before - clock} ms in the past`);
      }
      last.set(gate, Math.max(before ?? 0, clock));
      if (iat === null) continue;
      const key = `${gate}/${pass}/${iat}/${seq}`;
      const first = once.get(key);
      if (first !== undefined) found.push(`scans ${first} and ${scan}: ${gate} opened again`);
      once.set(key, scan);
      const skew = iat - Math.floor(clock / 1000);
      const isWide = answer.marks.includes('unsynced');
      if (skew < -(isWide ? UNSYNCED : BEHIND) || skew > (isWide ? UNSYNCED : AHEAD)) {
        found.push(`scan ${scan} at ${gate}: took a phone that is ${skew} s ahead`);
      }
    }
    const epochs = new Map<string, Set<number>>();
    for (const { gate, epoch, seq, body } of sent) {
      if (seq !== 0) continue;
      const kind = readBody(body)?.kind;
      if (kind !== 'boot') found.push(`${gate}/${epoch}/0 is no start, but ${String(kind)}`);
      const own = epochs.get(gate) ?? new Set();
      epochs.set(gate, own.add(epoch));
    }
    for (const [gate, own] of epochs) {
      const starts = factsOf(facts, 'gate').filter((f) => f.gate === gate && f.is === 'started');
      if (own.size > starts.length)
        found.push(`${gate}: ${own.size} starts recorded of ${starts.length}`);
    }
    return found;
  },
};
