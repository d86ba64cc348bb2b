/** I2: who is let in had a valid card, or the lists used were inside the offline window. */
import { cityDay, HOUR, MINUTE, SECOND } from '../world/city-time.ts';
import type { Moment } from '../world/schedule.ts';
import type { Checker, Evidence } from './evidence.ts';
import { type Opening, openingsOf } from './story.ts';

/** Rides and sites: hours that lists may be old. */
const WINDOW = 24 * HOUR;
/** What was decided in the second before a list was signed may not be in it. */
const SLACK = 2 * SECOND;
/** A list may be signed by a server whose clock the gate has not seen for a while. */
const DRIFT = 2 * MINUTE;

/** Every way in was somebody's right, or an old list says it was. */
export const noFreeRider: Checker = {
  invariant: 'I2',
  says: 'whoever was let in showed a genuine code of a pass good to the second, for a card that covers the day; where right or pass had ended before, the lists in the gate’s record are older than that, and at most 24 hours old',
  check(evidence) {
    return openingsOf(evidence.stories).flatMap((opening) => judge(evidence, opening));
  },
};

function judge({ rights }: Evidence, opening: Opening): string[] {
  const { scan, gate, pass: name, by, way } = opening;
  const head = `scan ${scan} at ${gate}`;
  if (by === 'forger') return [`${head}: a forged code opened`];
  if (by === 'cutter') return [`${head}: a pass without its phone’s signature opened`];
  if (by === 'printed' && !gate.startsWith('site'))
    return [`${head}: a printed card opened a gate`];
  const pass = rights.passes.get(name);
  if (pass === undefined) return [`${head}: nobody made the pass ${name}`];
  const found: string[] = [];
  if (opening.clock === undefined) return found;
  const clock = Math.floor(opening.clock / 1000);
  if (clock < pass.begins) found.push(`${head}: the pass begins in ${pass.begins - clock} s`);
  // Who is inside is let out.
  if (way === 'out') return found;
  if (clock >= pass.ends) found.push(`${head}: the pass ended ${clock - pass.ends} s before`);
  const list = listMoment(opening);
  if (list === undefined) return [...found, `${head}: its record names no list`];
  const age = opening.clock - list;
  if (age > WINDOW + SECOND) found.push(`${head}: lists ${Math.round(age / HOUR)} h old`);
  const lost = lostSince(rights, opening, pass.donor);
  if (lost !== undefined && list > lost + SLACK && opening.at > lost + DRIFT) {
    const late = seconds(opening.at - lost);
    const newer = seconds(list - lost);
    found.push(`${head}: ${by} let in ${late} after the right was lost, by lists ${newer} newer`);
  }
  return found;
}

/** Since when the showing was nobody's right any more; `undefined` where it was. */
export function lostSince(
  rights: Evidence['rights'],
  { at, pass }: Pick<Opening, 'at' | 'pass'>,
  donor: string,
): Moment | undefined {
  const status = rights.statusAt(pass, at);
  if (status.is === 'revoked' || status.is === 'suspended') return status.since;
  const day = cityDay(at);
  return rights.isCovered(donor, day, at) ? undefined : rights.uncoveredSince(donor, day, at);
}

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 1000)} s`;

/** When the oldest list was signed that the record says it was judged by. */
function listMoment({ body }: Opening): Moment | undefined {
  const lists = body?.lists as { status?: unknown } | undefined;
  return typeof lists?.status === 'string' ? Date.parse(lists.status) : undefined;
}
