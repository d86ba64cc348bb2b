/** I9: one code opens once in a station; who has just gone in does not go in again. */
import type { Checker } from './evidence.ts';
import { type Opening, openingsOf } from './story.ts';

/** Seconds within which the same way again is passback. */
const PASSBACK_SECONDS = 600;
/** Gates of a station that could not ask each other say so on what they opened. */
const SILENT = 'peer_silent';

/** Where the gate stands: `s1-2` is the second gate of station `s1`. */
export function stationOf(gate: string): string {
  return gate.replace(/-\d+$/, '');
}

/** Codes and ways, at each station. */
export const opensOnce: Checker = {
  invariant: 'I9',
  says: 'at a station (a vehicle, a site) a showing opens one gate once, and a pass does not go the same way twice within ten minutes, across restarts; but for gates that say they could not ask the others',
  check({ stories }) {
    const found: string[] = [];
    const shown = new Map<string, Opening>();
    const gone = new Map<string, Opening>();
    for (const opening of openingsOf(stories)) {
      const { gate, pass, iat, seq, way, answer, scan } = opening;
      const place = stationOf(gate);
      const wasAlone = (first: Opening): boolean =>
        first.gate !== gate && answer.marks.includes(SILENT);
      if (iat !== null) {
        const key = `${place}/${pass}/${iat}/${seq}`;
        const first = shown.get(key);
        if (first !== undefined && !wasAlone(first)) {
          found.push(`scans ${first.scan} at ${first.gate} and ${scan} at ${gate}: one showing`);
        }
        shown.set(key, opening);
      }
      if (place.startsWith('site')) continue;
      const key = `${place}/${pass}/${way}`;
      const first = gone.get(key);
      gone.set(key, opening);
      if (first === undefined || wasAlone(first)) continue;
      if (opening.clock === undefined || first.clock === undefined) continue;
      const apart = Math.abs(Math.floor(opening.clock / 1000) - Math.floor(first.clock / 1000));
      if (apart <= PASSBACK_SECONDS) {
        found.push(`scans ${first.scan} and ${scan} at ${place}: ${way} again after ${apart} s`);
      }
    }
    return found;
  },
};
