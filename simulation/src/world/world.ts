/** One seed: the city's day from its beginning to the moment at which everything has healed. */
import type { Caller } from '../../../apps/server/src/access/caller.ts';
import type { SentBody, StatementCopy } from '../checkers/evidence.ts';
import { recordName } from '../checkers/evidence.ts';
import { type Centre, createCentre } from './centre.ts';
import type { City } from './city.ts';
import { cityDay, cityMonth, dayAfter, dayStart, HOUR, MINUTE, SECOND } from './city-time.ts';
import { createCounter } from './counter.ts';
import { createDice } from './dice.ts';
import { createFaultCounter, type FaultCounts } from './faults.ts';
import { createMachine, type Machine, ROUNDS } from './machine.ts';
import { createWay } from './network.ts';
import { openOffice } from './office.ts';
import { createPhone } from './phone.ts';
import { goThrough, groupOf, planDay, type Rider, ride, type Streets } from './riders.ts';
import { createScanner } from './scans.ts';
import { BEFORE, type EnrolledPlace, type Scene } from './scene.ts';
import { createSchedule, type Moment, type Schedule } from './schedule.ts';
import { planThefts } from './theft.ts';
import { calm, planTroubles } from './troubles.ts';
import { createTruthLog, type TruthLog } from './truth.ts';

/** What a seed leaves behind. */
export interface Outcome {
  readonly truth: TruthLog;
  readonly faults: FaultCounts;
  readonly sent: readonly SentBody[];
  readonly waiting: readonly { gate: string; records: number }[];
  readonly statements: readonly StatementCopy[];
  /** Which gate a device is, by the name under which it signs in. */
  readonly devices: ReadonlyMap<string, string>;
  readonly gates: ReadonlyMap<string, string>;
  readonly events: number;
}

/** Faults end so long before the run does, and then the city has that long to heal. */
const HEALS_WITHIN = 10 * MINUTE;

/** Runs the seed's day of so many hours. */
export async function runDay(
  city: City,
  scene: Scene,
  seed: string,
  hours: number,
): Promise<Outcome> {
  const dice = createDice(seed);
  const { start } = scene;
  const end = start + hours * HOUR;
  const calmAt = end - 2 * HEALS_WITHIN;
  await city.engine.bringBack(scene.name);
  const schedule = createSchedule(start - BEFORE + MINUTE);
  const truth = createTruthLog(schedule);
  truth.begin(scene.facts);
  const faults = createFaultCounter();
  const world = { schedule, truth, faults };
  const centre = createCentre(city, { ...world, dice: dice.fork('centre') });
  await centre.start();
  const counter = createCounter(() => centre.core, schedule, truth, scene.made);
  const sent = new Map<string, SentBody>();
  const machines = scene.places.map((place) => placeMachine(place, centre, scene, sent));
  for (const machine of machines) {
    machine.peers = machines.filter(
      (other) => other !== machine && other.station === machine.station,
    );
  }
  const rounds = createRounds(schedule, machines);
  const streets: Streets = {
    schedule,
    dice: dice.fork('streets'),
    faults,
    machines,
    scan: createScanner(truth, rounds.poke),
    counter,
    isUp: () => centre.isUp,
  };
  const riders = scene.inhabitants.map((one) => riderOf(one, dice.fork(one.donor.name)));
  // Lists are fetched the day before; then nothing happens until the run begins.
  for (const machine of machines) {
    schedule.after(SECOND, async () => {
      await machine.start();
      await machine.refresh();
    });
  }
  await schedule.runUntil(start);
  rounds.begin(end + HEALS_WITHIN);
  const partners = [...new Set(scene.places.map(({ partner }) => partner))];
  const officeWorld = { ...world, dice: dice.fork('office'), centre, counter, streets, riders };
  const office = openOffice({ ...officeWorld, partners }, start, calmAt);
  const troubles = { ...world, dice: dice.fork('troubles'), machines };
  planTroubles(troubles, start, calmAt);
  planThefts({ ...world, dice: dice.fork('theft'), centre, machines, sent }, start, calmAt);
  for (const rider of riders) planRider(streets, rider, start, calmAt);
  planMonthEnd(schedule, office.settle, start, end);
  await schedule.runUntil(calmAt);
  schedule.at(calmAt, async () => {
    await office.calm();
    await calm(troubles);
    for (const machine of machines) rounds.poke(machine);
    for (const machine of machines) void machine.refresh();
  });
  await schedule.runUntil(calmAt + HEALS_WITHIN);
  truth.tell({ what: 'healed' });
  const waiting = machines
    .filter(({ isStolen }) => !isStolen)
    .map((machine) => ({ gate: machine.name, records: machine.waiting }));
  const spares = riders.filter(({ donor }) => donor.kind === 'spare');
  for (const [at, machine] of machines.entries()) {
    const spare = spares[at];
    if (machine.isStolen || spare === undefined) continue;
    schedule.after(SECOND, async () => void (await goThrough(streets, spare, [machine], 'in')));
  }
  await schedule.runUntil(end);
  schedule.at(end, async () => {
    for (const month of monthsOf(start, end)) await office.settle(month);
  });
  await schedule.runUntil(end + SECOND);
  centre.stop();
  return {
    truth,
    faults: faults.counts,
    sent: [...sent.values()],
    waiting,
    statements: office.statements,
    devices: new Map(scene.places.map(({ clientId, name }) => [clientId, name])),
    gates: new Map(scene.places.map(({ gateId, name }) => [gateId, name])),
    events: schedule.begun,
  };

  function placeMachine(
    place: EnrolledPlace,
    at: Centre,
    { rootKey }: Scene,
    all: Map<string, SentBody>,
  ): Machine {
    const who: Caller = {
      kind: 'machine',
      id: place.clientId,
      role: 'device',
      partner: place.partner,
    };
    const own = dice.fork(place.name);
    const caller = { who, gateId: place.gateId };
    const way = createWay(at, caller, { ...world, dice: own.fork('way') }, (records) => {
      for (const { bootEpoch: epoch, seq, body } of records) {
        const one = { gate: place.name, epoch, seq, body, at: schedule.now };
        const name = recordName(one);
        if (!all.has(name)) all.set(name, one);
      }
    });
    return createMachine({ ...place, rootKey }, way, { ...world, dice: own });
  }
}

function riderOf(
  { donor, phone, card }: Scene['inhabitants'][number],
  dice: ReturnType<typeof createDice>,
): Rider {
  const isOff = donor.kind !== 'spare' && dice.chance(0.06);
  const errors = isOff ? dice.between(-90, 90) : dice.between(-4, 4);
  const own = createPhone(phone?.id ?? `${donor.name}-0`, dice, errors * SECOND);
  own.passes = [...(phone?.passes ?? [])];
  const carried = card && createPhone(card.id, dice, 0);
  if (carried !== undefined) carried.passes = [...(card?.passes ?? [])];
  // The world adds gifts; the scene's own stay as they are.
  return {
    donor: { ...donor, gifts: [...donor.gifts] },
    phone: own,
    card: carried,
    isAlive: true,
    isSuspect: false,
  };
}

/** The day, and for a card that ends at 24:00 a ride over midnight, and a try after it. */
function planRider(streets: Streets, rider: Rider, from: Moment, until: Moment): void {
  const { schedule, machines, dice } = streets;
  if (rider.donor.kind === 'spare') return;
  const midnight = dayStart(dayAfter(cityDay(from), 1));
  const [a, b] = groupOf(machines, 's');
  if (rider.donor.kind === 'ends_today' && midnight + HOUR < until && a && b) {
    const entry = midnight - dice.between(1, 20) * MINUTE;
    schedule.at(entry, () => ride(streets, rider, a, b, dice.between(21, 40)));
    schedule.at(midnight + dice.between(0, 30) * MINUTE, async () => {
      await goThrough(streets, rider, dice.chance(0.5) ? a : b, 'in');
    });
    return;
  }
  planDay(streets, rider, from, until);
}

/** Half an hour into a new month the old one is settled, and once more later: it must not change. */
function planMonthEnd(
  schedule: Schedule,
  settle: (month: string) => Promise<void>,
  from: Moment,
  until: Moment,
): void {
  for (const month of monthsOf(from, until).slice(1)) {
    const begins = dayStart(`${month}-01`);
    const old = cityMonth(begins - HOUR);
    schedule.at(begins + 30 * MINUTE, () => settle(old));
    schedule.at(begins + 150 * MINUTE, () => settle(old));
  }
}

function monthsOf(from: Moment, until: Moment): string[] {
  return [...new Set([cityMonth(from), cityMonth(until)])];
}

/** The rounds of all machines: lists now and then, uploads when there is something to send. */
function createRounds(schedule: Schedule, machines: readonly Machine[]) {
  let until = Number.NEGATIVE_INFINITY;
  const sending = new Set<Machine>();

  async function send(machine: Machine): Promise<void> {
    if (sending.has(machine) || machine.isStolen) return;
    sending.add(machine);
    let pause: number = ROUNDS.send;
    while (schedule.now < until) {
      await schedule.sleep(pause);
      pause = Math.max(SECOND, await machine.send());
      if (machine.isRunning && machine.waiting === 0) break;
    }
    sending.delete(machine);
  }

  function round(machine: Machine): void {
    if (schedule.now >= until) return;
    void machine.refresh();
    void send(machine);
    schedule.after(ROUNDS.quiet, () => round(machine));
  }

  return {
    poke: (machine: Machine): void => void send(machine),
    /** From now on, until then. */
    begin(end: Moment): void {
      until = end;
      for (const [at, machine] of machines.entries()) {
        schedule.after(((at * 97) % 600) * SECOND, () => round(machine));
      }
    },
  };
}
