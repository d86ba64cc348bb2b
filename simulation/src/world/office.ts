/**
 * What people do at the server while the city rides, and what becomes of the server. What is done
 * after a backup is done again when the server has been put back to it: that is what the operating
 * guide asks of people.
 */
import type { Instant } from '@liyu/domain/kernel';
import { WHOLE_CITY } from '../../../apps/server/src/access/caller.ts';
import { endNights, reverse } from '../../../apps/server/src/redemption/workflow.ts';
import { settlePeriod } from '../../../apps/server/src/settlement/workflow.ts';
import type { StatementCopy } from '../checkers/evidence.ts';
import type { Centre } from './centre.ts';
import { cityDay, dayAfter, HOUR, isoOf, MINUTE } from './city-time.ts';
import type { Counter, Remembered } from './counter.ts';
import type { Dice } from './dice.ts';
import type { FaultCounter } from './faults.ts';
import { createPhone, phoneIdFrom } from './phone.ts';
import type { Donor, Gift } from './population.ts';
import { type Rider, type Streets, steal } from './riders.ts';
import type { Moment, Schedule } from './schedule.ts';
import type { TruthLog } from './truth.ts';

/** What the office needs of the world. */
export interface OfficeWorld {
  readonly schedule: Schedule;
  readonly dice: Dice;
  readonly truth: TruthLog;
  readonly faults: FaultCounter;
  readonly centre: Centre;
  readonly counter: Counter;
  readonly streets: Streets;
  readonly riders: readonly Rider[];
  readonly partners: readonly string[];
}

/** The office. */
export interface Office {
  /** Does it now if the server is up, else when it is; and again after a restore. */
  perform(act: () => Promise<void>): Promise<void>;
  /** The statements of all partners for a month, as they would be sent. */
  settle(month: string): Promise<void>;
  readonly statements: readonly StatementCopy[];
  /** The server works, and everything has been done. */
  calm(): Promise<void>;
}

/** An office whose day is planned between the moments. */
export function openOffice(world: OfficeWorld, from: Moment, until: Moment): Office {
  const { schedule, dice, centre, counter, faults } = world;
  const statements: StatementCopy[] = [];
  let journal: (() => Promise<void>)[] = [];
  const waiting: (() => Promise<void>)[] = [];
  let kept: Remembered | undefined;
  /** One thing after another: the world's people do not race each other. */
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (doing: () => Promise<void>): Promise<void> => {
    const mine = turn.then(() => schedule.work(doing));
    turn = mine.catch(() => undefined);
    return mine;
  };

  const office: Office = {
    statements,
    perform: (act) =>
      inTurn(async () => {
        if (!centre.isUp) {
          waiting.push(act);
          return;
        }
        await act();
        journal.push(act);
      }),
    settle: (month) =>
      inTurn(async () => {
        if (!centre.isUp) return;
        for (const partner of world.partners)
          statements.push(await settleOne(world, partner, month));
      }),
    async calm() {
      centre.calm();
      await start();
    },
  };

  function start(): Promise<void> {
    return inTurn(async () => {
      if (centre.isUp) return;
      await centre.start();
      for (const act of waiting.splice(0)) {
        await act();
        journal.push(act);
      }
    });
  }

  async function restart(minutes: number): Promise<void> {
    if (!centre.isUp) return;
    faults.count('server_restarted');
    centre.stop();
    await schedule.sleep(minutes * MINUTE);
    await start();
  }

  function keep(): Promise<void> {
    return inTurn(async () => {
      if (!centre.isUp) return;
      await centre.keep();
      kept = counter.remember();
      journal = [];
    });
  }

  function restore(): Promise<void> {
    const back = kept;
    if (back === undefined) return Promise.resolve();
    return inTurn(async () => {
      faults.count('server_restored');
      await centre.restore();
      counter.forget(back);
      await centre.start();
      for (const act of [...journal, ...waiting.splice(0)]) await act();
    });
  }

  const hours = (until - from) / HOUR;
  const some = (): Moment => from + dice.below(Math.max(1, until - from));
  for (let at = 0; at < Math.ceil(hours / 8); at += 1) {
    schedule.at(some(), () =>
      restart(dice.chance(0.7) ? dice.between(1, 10) : dice.between(10, 60)),
    );
  }
  if (dice.chance(0.3)) {
    const at = from + dice.below(Math.floor((until - from) / 3));
    schedule.at(at, keep);
    schedule.at(at + dice.between(20, 60 * Math.max(1, Math.floor(hours / 3))) * MINUTE, restore);
  } else planReversals(world, office, some);
  planGifts(world, office, some);
  planLosses(world, office, some);
  for (let at = from; at < until; at += HOUR) {
    schedule.at(at + dice.below(HOUR), () =>
      inTurn(async () => {
        if (centre.isUp) await endNights(centre.core, isoOf(schedule.now) as Instant);
      }),
    );
  }
  return office;
}

async function settleOne(
  { centre, truth, schedule }: OfficeWorld,
  partner: string,
  month: string,
): Promise<StatementCopy> {
  const statement = await settlePeriod(centre.core, WHOLE_CITY, partner, month);
  if (statement === undefined) throw new Error(`invariant broken: there is no partner ${partner}`);
  const { lines, adjustments, totalFen, closedAt } = statement;
  const closed = closedAt !== null;
  truth.tell({ what: 'settled', partner, month, closed, totalFen });
  const amounts = [...lines, ...adjustments].map(({ waivedFen }) => waivedFen);
  const text = JSON.stringify(statement, sortedKeys);
  return { at: schedule.now, partner, month, isClosed: closed, totalFen, amounts, text };
}

/** Objects with their keys in order, so that the same statement is the same text. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Donations come in late; some were recorded by mistake; a file is taken in again. */
function planGifts(world: OfficeWorld, office: Office, some: () => Moment): void {
  const { schedule, dice, counter, faults, riders } = world;
  const donors = riders.filter(({ donor }) => donor.kind === 'annual');
  for (let at = 0; at < 3 && donors.length > 0; at += 1) {
    const rider = dice.pick(donors);
    const gift = lateGift(dice, rider.donor, schedule.now, at);
    schedule.at(some(), async () => {
      faults.count('donation_late');
      rider.donor.gifts.push(gift);
      await office.perform(() => counter.takeIn([{ donor: rider.donor, gift }]));
      if (dice.chance(0.5)) {
        faults.count('import_twice');
        await office.perform(() => counter.takeInAgain());
      }
      if (!dice.chance(0.4)) return;
      await schedule.sleep(dice.between(5, 90) * MINUTE);
      faults.count('record_mistaken');
      await office.perform(() => counter.correct(rider.donor, gift));
      rider.isSuspect = true;
      await schedule.sleep(dice.between(5, 60) * MINUTE);
      await office.perform(async () => void (await counter.bind(rider.donor, rider.phone)));
    });
    schedule.at(some(), async () => {
      await office.perform(async () => void (await counter.bind(rider.donor, rider.phone)));
    });
  }
}

function lateGift(dice: Dice, { name }: Donor, now: Moment, ordinal: number): Gift {
  const on = dayAfter(cityDay(now), -dice.between(1, 200));
  const number = `L${name}N${ordinal}${dice.below(1000)}`.toUpperCase();
  return { number, on, millilitres: 400 };
}

/** Phones are lost and donors die; the cards are frozen, and somebody tries the codes. */
function planLosses(world: OfficeWorld, office: Office, some: () => Moment): void {
  const { schedule, dice, counter, faults, riders, streets } = world;
  const alive = riders.filter(({ donor, card }) => donor.kind === 'annual' && card === undefined);
  for (let at = 0; at < 3 && alive.length > 0; at += 1) {
    const rider = dice.pick(alive);
    schedule.at(some(), async () => {
      if (!rider.isAlive) return;
      const old = rider.phone;
      faults.count('phone_lost');
      if (dice.chance(0.5)) {
        // Another phone takes the card, and the lost one’s passes end.
        rider.phone = createPhone(phoneIdFrom(dice), dice.fork(old.id), 0);
        await office.perform(async () => void (await counter.bind(rider.donor, rider.phone)));
      } else {
        rider.isAlive = false;
        await office.perform(() => counter.freeze(rider.donor, 'suspended', 'lost'));
      }
      steal(streets, rider, old);
    });
  }
  const dying = riders.filter(({ donor }) => donor.kind === 'honour');
  if (dying.length === 0) return;
  const rider = dice.pick(dying);
  schedule.at(some(), async () => {
    if (!rider.isAlive) return;
    faults.count('donor_died');
    rider.isAlive = false;
    await office.perform(() => counter.freeze(rider.donor, 'revoked', 'death'));
    steal(streets, rider, rider.phone, 'heir');
  });
}

/** Uses are taken back, by their ids in the books. */
function planReversals(world: OfficeWorld, office: Office, some: () => Moment): void {
  const { schedule, dice, centre, faults, truth } = world;
  for (let at = 0; at < 2; at += 1) {
    schedule.at(some(), () =>
      office.perform(async () => {
        const { database } = centre.core;
        const uses = await database
          .selectFrom('redemption')
          .select(['redemption_id'])
          .where('reversal_of', 'is', null)
          .orderBy('redeemed_at')
          .orderBy('redemption_id')
          .execute();
        if (uses.length === 0) return;
        const use = dice.pick(uses);
        const moment = isoOf(schedule.now) as Instant;
        const done = await reverse(centre.core, use.redemption_id, 'simulation', moment);
        if ('refused' in done) return;
        faults.count('use_reversed');
        truth.tell({ what: 'reversed', fen: done.waivedFen });
      }),
    );
  }
}
