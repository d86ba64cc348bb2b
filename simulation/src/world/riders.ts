/** Donors on their ways: they ride, visit sites, try again, and some of them cheat. */

import { MINUTE, SECOND } from './city-time.ts';
import type { Counter } from './counter.ts';
import type { Dice } from './dice.ts';
import type { FaultCounter } from './faults.ts';
import type { Machine } from './machine.ts';
import type { HeldPass, Phone, ShownCode } from './phone.ts';
import type { Donor } from './population.ts';
import type { Scanner, Shown } from './scans.ts';
import type { Moment, Schedule } from './schedule.ts';
import { cutOut, twinOf } from './tampering.ts';
import type { Shower, Way } from './truth.ts';

/** A donor with what he carries. */
export interface Rider {
  readonly donor: Donor;
  phone: Phone;
  /** A card on paper, for who has one. */
  readonly card: Phone | undefined;
  isAlive: boolean;
  /** He may have no right any more: where he comes, gates have just asked for their lists. */
  isSuspect: boolean;
}

/** What riders need of the world. */
export interface Streets {
  readonly schedule: Schedule;
  readonly dice: Dice;
  readonly faults: FaultCounter;
  readonly machines: readonly Machine[];
  readonly scan: Scanner;
  readonly counter: Counter;
  /** The server answers phones. */
  readonly isUp: () => boolean;
}

const TRIES = 3;
/** How often a gate asks for lists. */
const ROUND = 20 * SECOND;

/** Plans the donor's day between the two moments. */
export function planDay(streets: Streets, rider: Rider, from: Moment, until: Moment): void {
  const { schedule, dice, machines } = streets;
  const stations = groupOf(machines, 's');
  const buses = groupOf(machines, 'bus');
  const sites = groupOf(machines, 'site');
  let next = from + dice.between(5, 180) * MINUTE;
  while (next < until - 70 * MINUTE) {
    const kind = dice.next();
    const at = next;
    if (rider.card !== undefined) {
      if (kind < 0.4 && sites.length > 0)
        schedule.at(at, () => visit(streets, rider, dice.pick(sites)));
      else schedule.at(at, () => tryPrinted(streets, rider, dice.pick(machines)));
    } else if (kind < 0.65 && stations.length > 1) {
      const first = dice.below(stations.length);
      const second = (first + dice.between(1, stations.length - 1)) % stations.length;
      const [a, b] = [stations[first], stations[second]];
      if (a && b) schedule.at(at, () => ride(streets, rider, a, b));
    } else if (kind < 0.85 && buses.length > 0) {
      schedule.at(at, () => visit(streets, rider, dice.pick(buses)));
    } else if (sites.length > 0) {
      schedule.at(at, () => visit(streets, rider, dice.pick(sites)));
    }
    next += dice.between(95, 420) * MINUTE;
  }
}

/** Stations, buses or sites: the machines of each together. */
export function groupOf(machines: readonly Machine[], prefix: string): Machine[][] {
  const groups = new Map<string, Machine[]>();
  for (const machine of machines) {
    if (
      !machine.station.startsWith(prefix) ||
      (prefix === 's' && machine.station.startsWith('site'))
    )
      continue;
    groups.set(machine.station, [...(groups.get(machine.station) ?? []), machine]);
  }
  return [...groups.values()];
}

/** In at one station, out at another some time later; who is not let in does not come out. */
export async function ride(
  streets: Streets,
  rider: Rider,
  from: readonly Machine[],
  to: readonly Machine[],
  minutes = streets.dice.between(6, 55),
): Promise<void> {
  if (!(await goThrough(streets, rider, from, 'in'))) return;
  await streets.schedule.sleep(minutes * MINUTE);
  await goThrough(streets, rider, to, 'out');
}

/** A bus or a site. */
async function visit(streets: Streets, rider: Rider, gates: readonly Machine[]): Promise<void> {
  await goThrough(streets, rider, gates, 'in');
}

/** Tries a few times, at the other gate where one does not answer; answers whether one opened. */
export async function goThrough(
  streets: Streets,
  rider: Rider,
  gates: readonly Machine[],
  way: Way,
): Promise<boolean> {
  const { schedule, dice } = streets;
  const by: Shower = rider.isAlive ? 'holder' : 'heir';
  let gate = dice.pick(gates);
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (rider.isSuspect || !rider.isAlive) await approach(streets, gate);
    const shown = await showFrom(streets, rider, by, choosePass(way, schedule.now));
    if (shown === undefined) return false;
    const answer = await streets.scan(gate, shown, way);
    if (answer?.open) {
      cheatAfterwards(streets, shown, gates, gate, way);
      return true;
    }
    if (answer === undefined || answer.staffedLane) gate = dice.pick(gates);
    else if (['revoked', 'suspended', 'pass_expired', 'pass_not_yet'].includes(answer.code)) {
      if (by !== 'holder' || !streets.isUp() || tries > 0) return false;
      await schedule.work(() => streets.counter.bind(rider.donor, rider.phone));
    } else if (answer.code !== 'stale' && answer.code !== 'ahead') return false;
    await schedule.sleep(dice.between(10, 25) * SECOND);
  }
  return false;
}

/**
 * The gate's last two rounds for lists before somebody shows a code. The real agent makes one every
 * 20 s all day; most of them change nothing, and a seed has no time for them.
 */
async function approach({ schedule, dice }: Streets, gate: Machine): Promise<void> {
  void gate.refresh();
  await schedule.sleep(ROUND);
  void gate.refresh();
  await schedule.sleep(dice.below(ROUND));
}

/** From midnight to the night's end a phone has its ended pass at hand for the way out. */
function choosePass(way: Way, now: Moment) {
  return (passes: readonly HeldPass[]): HeldPass | undefined => {
    const good = passes.filter((pass) => pass.ends * 1000 > now);
    return (way === 'out' ? (good.at(-1) ?? passes.at(-1)) : good.at(-1)) ?? passes.at(-1);
  };
}

/** What the phone shows now; phones that are far off are a fault of the world's. */
export async function showFrom(
  { schedule, faults }: Streets,
  { donor, phone }: Pick<Rider, 'donor' | 'phone'>,
  by: Shower,
  choose?: (passes: readonly HeldPass[]) => HeldPass | undefined,
): Promise<Shown | undefined> {
  if (Math.abs(phone.clockError) > 15 * SECOND) faults.count('phone_wrong');
  const shown: ShownCode | undefined = await phone.show(schedule.now, choose);
  return shown === undefined ? undefined : { ...shown, donor: donor.name, by };
}

async function tryPrinted(streets: Streets, rider: Rider, gate: Machine): Promise<void> {
  if (rider.card === undefined) return;
  const shown = await rider.card.show(streets.schedule.now);
  if (shown === undefined) return;
  streets.faults.count('printed_at_gate');
  await streets.scan(gate, { ...shown, donor: rider.donor.name, by: 'printed' }, 'in');
}

/** Now and then somebody makes use of a code that he has seen. */
function cheatAfterwards(
  streets: Streets,
  shown: Shown,
  gates: readonly Machine[],
  gate: Machine,
  way: Way,
): void {
  const { schedule, dice, faults, machines } = streets;
  const kind = dice.next();
  const show = (by: Shower, text: string, at: Machine, to: Way): void => {
    schedule.after(dice.between(1, 40) * SECOND, async () => {
      await streets.scan(at, { ...shown, text, by }, to);
    });
  };
  if (shown.iat === null) return;
  if (kind < 0.1) {
    faults.count('screenshot');
    const text = dice.chance(0.4) ? twinOf(shown.text) : shown.text;
    const other = dice.pick(gates);
    show('screenshot', text, other, dice.chance(0.8) ? way : 'out');
    if (dice.chance(0.5)) show('screenshot', shown.text, gate, way);
  } else if (kind < 0.14) {
    faults.count('relay');
    show('relay', shown.text, dice.pick(machines), way);
  } else if (kind < 0.18) {
    faults.count('pass_cut_out');
    show('cutter', cutOut(shown.pass.bytes), dice.pick(machines), 'in');
  }
}

/** A thief has the phone; he tries at gates for some time, whatever becomes of it. */
export function steal(streets: Streets, rider: Rider, phone: Phone, by: Shower = 'thief'): void {
  const { schedule, dice, machines } = streets;
  const later = dice.between(3600, 3 * 3600);
  for (const after of [0, 22, 34, 45, 60, 75, 90, 120, 300, later]) {
    schedule.after((after + dice.below(10)) * SECOND, async () => {
      const gate = dice.pick(machines);
      await approach(streets, gate);
      const shown = await showFrom(streets, { donor: rider.donor, phone }, by);
      if (shown !== undefined) await streets.scan(gate, shown, 'in');
    });
  }
}
