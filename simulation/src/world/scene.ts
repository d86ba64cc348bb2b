/**
 * A day on which seeds begin, with its population: donors taken in, cards claimed, phones bound,
 * gates enrolled, by the server's own workflows. It takes a second, so it is made once a process
 * and copied for each seed that begins with it.
 */
import type { PublicPoint } from '@liyu/pass';
import { pointFromJwk } from '@liyu/pass/node';
import { addGate, enrolGate } from '../../../apps/server/src/gate/workflow.ts';
import { createCentre } from './centre.ts';
import type { City } from './city.ts';
import { dayStart, HOUR, MINUTE } from './city-time.ts';
import { createCounter, type Made } from './counter.ts';
import { createDice } from './dice.ts';
import { createFaultCounter } from './faults.ts';
import { layOut, type Place } from './layout.ts';
import { createPhone, type HeldPass, jwkFrom, phoneIdFrom } from './phone.ts';
import { type Donor, populate } from './population.ts';
import { createSchedule, type Moment } from './schedule.ts';
import { createTruthLog, type Fact } from './truth.ts';

/** Days with something about them, city time. */
const DAYS = [
  // An ordinary Tuesday.
  { day: '2026-11-24', hour: 6 },
  // The month ends in the night.
  { day: '2026-11-30', hour: 16 },
  // Passes turn in the night to Monday.
  { day: '2026-11-29', hour: 17 },
  // The year ends, and the month.
  { day: '2026-12-31', hour: 15 },
] as const;

/** How many different scenes there are. */
export const SCENES = DAYS.length;

/** Gates fetch their lists so long before the run, which is nearly as old as lists may be. */
export const BEFORE = 20 * HOUR;

/** A gate that is enrolled. */
export interface EnrolledPlace extends Place {
  readonly gateId: string;
  readonly clientId: string;
}

/** What a donor carries. */
export interface Inhabitant {
  readonly donor: Donor;
  readonly phone: { readonly id: string; readonly passes: readonly HeldPass[] } | undefined;
  readonly card: { readonly id: string; readonly passes: readonly HeldPass[] } | undefined;
}

/** A scene. */
export interface Scene {
  readonly name: string;
  readonly start: Moment;
  readonly inhabitants: readonly Inhabitant[];
  readonly places: readonly EnrolledPlace[];
  readonly made: readonly Made[];
  readonly facts: readonly Fact[];
  readonly rootKey: PublicPoint;
}

/** How large the city is. */
export interface CitySize {
  readonly donors: number;
  readonly gates: number;
}

/** Makes the scene, leaving it in the engine under its name. */
export async function makeScene(city: City, which: number, size: CitySize): Promise<Scene> {
  const { day, hour } = DAYS[which % DAYS.length] ?? DAYS[0];
  const start = dayStart(day) + hour * HOUR;
  const name = `scene_${which}_${size.donors}_${size.gates}`;
  const dice = createDice(name);
  const schedule = createSchedule(start - BEFORE);
  const truth = createTruthLog(schedule);
  await city.engine.empty();
  const centre = createCentre(city, { schedule, dice, truth, faults: createFaultCounter() });
  await centre.start();
  const counter = createCounter(() => centre.core, schedule, truth);
  const donors = populate(dice.fork('donors'), size, start);
  await counter.takeIn(donors.flatMap((donor) => donor.gifts.map((gift) => ({ donor, gift }))));
  const inhabitants: Inhabitant[] = [];
  for (const donor of donors) {
    await counter.claim(donor);
    const carried = createPhone(phoneIdFrom(dice), dice, 0);
    if (donor.kind === 'printed') await counter.print(donor, carried);
    else await counter.bind(donor, carried);
    const own = { id: carried.id, passes: carried.passes };
    const isPrinted = donor.kind === 'printed';
    inhabitants.push({
      donor,
      phone: isPrinted ? undefined : own,
      card: isPrinted ? own : undefined,
    });
  }
  const places: EnrolledPlace[] = [];
  for (const place of layOut(dice.fork('layout'), city.programme, size.gates)) {
    const added = await addGate(centre.core, { venue: place.venue, name: place.name }, 'operator');
    if ('refused' in added) throw new Error(`no gate at ${place.venue}: ${added.refused}`);
    const { d: _secret, ...jwk } = jwkFrom(dice);
    const key = { ...jwk, kid: 'device', alg: 'ES256' } as const;
    const enrolled = await enrolGate(centre.core, added.id, added.secret, key);
    if ('refused' in enrolled) throw new Error(`${place.name} is not enrolled`);
    places.push({ ...place, gateId: added.id, clientId: enrolled.clientId });
  }
  await city.engine.keep(name);
  const { x, y } = centre.core.keyring.rootKey();
  const rootKey = pointFromJwk({ kty: 'EC', crv: 'P-256', x, y });
  centre.stop();
  await schedule.runUntil(start - BEFORE + MINUTE);
  const facts = truth.facts.filter(({ what }) => what !== 'server');
  return { name, start, inhabitants, places, made: [...counter.made], facts, rootKey };
}
