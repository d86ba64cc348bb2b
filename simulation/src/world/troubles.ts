/** What goes wrong: at gates, on the way, at the server. All of it ends when `calm` is called. */
import { HOUR, MINUTE, SECOND } from './city-time.ts';
import type { Dice } from './dice.ts';
import type { FaultCounter } from './faults.ts';
import type { Machine } from './machine.ts';
import { groupOf } from './riders.ts';
import type { Moment, Schedule } from './schedule.ts';
import type { TruthLog } from './truth.ts';

/** What trouble needs of the world. */
export interface TroubleWorld {
  readonly schedule: Schedule;
  readonly dice: Dice;
  readonly truth: TruthLog;
  readonly faults: FaultCounter;
  readonly machines: readonly Machine[];
}

type Trouble = (world: TroubleWorld, machine: Machine) => void;

/** What happens to a gate, and how much more often than the others. */
const TROUBLES: readonly (readonly [weight: number, trouble: Trouble])[] = [
  [4, killSoon],
  [2, killNow],
  [4, losePower],
  [3, cutOff],
  [1, stickLists],
  [2, fillDisk],
  [1, breakDisk],
  [1, slowDown],
  [2, setBack],
  [1, loseClock],
  [1, drift],
  [2, partPeers],
];

/** Plans the gates' troubles between the two moments: one every two to three hours at each. */
export function planTroubles(world: TroubleWorld, from: Moment, until: Moment): void {
  const { schedule, dice, machines } = world;
  const bag = TROUBLES.flatMap(([weight, trouble]) =>
    Array.from({ length: weight }, () => trouble),
  );
  for (const machine of machines) {
    machine.way.trouble = dice.chance(0.3) ? 0.25 : 0.05;
    let next = from + dice.between(1, 150) * MINUTE;
    while (next < until) {
      const trouble = dice.pick(bag);
      schedule.at(next, () => trouble(world, machine));
      next += dice.between(40, 260) * MINUTE;
    }
  }
}

/** Everything works again. */
export async function calm({ truth, machines }: TroubleWorld): Promise<void> {
  for (const machine of machines) {
    if (machine.isStolen) continue;
    machine.disk.setFull(false);
    machine.disk.setBroken(false);
    machine.disk.setSync(2);
    machine.isAlone = false;
    machine.way.trouble = 0;
    join({ truth }, machine);
    free({ truth }, machine);
    machine.time.set(0, 0);
    machine.endAtStep(Number.POSITIVE_INFINITY);
    await machine.start();
  }
}

function startLater({ schedule, dice }: TroubleWorld, machine: Machine): void {
  const pause = dice.chance(0.8) ? dice.between(3, 90) * SECOND : dice.between(5, 40) * MINUTE;
  schedule.after(pause, () => machine.start());
}

/** In the middle of what it does next: at any step of a scan, an upload, a start. */
function killSoon(world: TroubleWorld, machine: Machine): void {
  const steps = world.dice.between(1, 14);
  machine.endAtStep(steps);
  // The power may be what ends it.
  const check = (): void => {
    if (!machine.isRunning) startLater(world, machine);
    else world.schedule.after(MINUTE, check);
  };
  world.schedule.after(MINUTE, check);
}

function killNow(world: TroubleWorld, machine: Machine): void {
  machine.end('killed');
  startLater(world, machine);
}

function losePower(world: TroubleWorld, machine: Machine): void {
  machine.end('dark');
  startLater(world, machine);
}

function join({ truth }: Pick<TroubleWorld, 'truth'>, machine: Machine): void {
  if (!machine.way.isCut) return;
  machine.way.isCut = false;
  truth.tell({ what: 'gate', gate: machine.name, is: 'joined' });
}

function cutOff(world: TroubleWorld, machine: Machine): void {
  if (machine.way.isCut) return;
  const { schedule, dice, truth, faults } = world;
  machine.way.isCut = true;
  faults.count('gate_cut_off');
  truth.tell({ what: 'gate', gate: machine.name, is: 'cut_off' });
  const minutes = dice.chance(0.5) ? dice.between(2, 40) : dice.between(40, 300);
  schedule.after(minutes * MINUTE, () => join(world, machine));
}

function free({ truth }: Pick<TroubleWorld, 'truth'>, machine: Machine): void {
  if (!machine.way.isStuck) return;
  machine.way.isStuck = false;
  truth.tell({ what: 'gate', gate: machine.name, is: 'free' });
}

function stickLists(world: TroubleWorld, machine: Machine): void {
  if (machine.way.isStuck) return;
  const { schedule, dice, truth, faults } = world;
  machine.way.isStuck = true;
  faults.count('lists_late');
  truth.tell({ what: 'gate', gate: machine.name, is: 'stuck' });
  schedule.after(dice.between(30, 240) * MINUTE, () => free(world, machine));
}

function fillDisk({ schedule, dice }: TroubleWorld, machine: Machine): void {
  machine.disk.setFull(true);
  schedule.after(dice.between(5, 60) * MINUTE, () => machine.disk.setFull(false));
}

function breakDisk({ schedule, dice }: TroubleWorld, machine: Machine): void {
  machine.disk.setBroken(true);
  schedule.after(dice.between(1, 30) * MINUTE, () => machine.disk.setBroken(false));
}

function slowDown({ schedule, dice, faults }: TroubleWorld, machine: Machine): void {
  faults.count('sync_slow');
  machine.disk.setSync(dice.between(500, 6000));
  schedule.after(dice.between(5, 40) * MINUTE, () => machine.disk.setSync(2));
}

function setBack(world: TroubleWorld, machine: Machine): void {
  const { dice, truth, faults } = world;
  faults.count('clock_back');
  truth.tell({ what: 'gate', gate: machine.name, is: 'set_back' });
  machine.time.set(-dice.between(1, 7200) * SECOND, 0);
  world.schedule.after(dice.between(5, 120) * MINUTE, () => machine.time.set(0, 0));
}

/** Starts with a clock that is hours off, and cannot ask anybody. */
function loseClock(world: TroubleWorld, machine: Machine): void {
  const { schedule, dice, faults } = world;
  faults.count('clock_lost');
  machine.end('dark');
  cutOff(world, machine);
  machine.time.set(dice.between(-20, 20) * HOUR, 0);
  schedule.after(dice.between(5, 60) * SECOND, () => machine.start());
  schedule.after(dice.between(10, 200) * MINUTE, () => machine.time.set(0, 0));
}

function drift(world: TroubleWorld, machine: Machine): void {
  const { dice, faults } = world;
  faults.count('clock_drifts');
  // Up to 5 s an hour, either way: a bad quartz.
  machine.time.set(0, dice.between(-14, 14) / 10);
}

function partPeers({ schedule, dice, faults, machines }: TroubleWorld, { station }: Machine): void {
  const group = groupOf(machines, station).flat();
  if (group.length < 2) return;
  faults.count('peers_cut_off');
  for (const one of group) one.isAlone = true;
  schedule.after(dice.between(3, 60) * MINUTE, () => {
    for (const one of group) one.isAlone = false;
  });
}
