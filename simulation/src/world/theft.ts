/**
 * A gate is stolen: nothing of it is sent any more but what the thief makes up with its key, until
 * it is revoked. And now and then a sound gate sends what nobody can read.
 */
import type { Caller } from '../../../apps/server/src/access/caller.ts';
import { revokeGate } from '../../../apps/server/src/gate/workflow.ts';
import type { SentBody } from '../checkers/evidence.ts';
import type { Centre } from './centre.ts';
import { isoOf, MINUTE } from './city-time.ts';
import type { Dice } from './dice.ts';
import type { FaultCounter } from './faults.ts';
import type { Machine } from './machine.ts';
import type { Moment, Schedule } from './schedule.ts';
import type { TruthLog } from './truth.ts';

interface TheftWorld {
  readonly schedule: Schedule;
  readonly dice: Dice;
  readonly truth: TruthLog;
  readonly faults: FaultCounter;
  readonly centre: Centre;
  readonly machines: readonly Machine[];
  readonly sent: ReadonlyMap<string, SentBody>;
}

/** A run of the gate that it never had. */
const FORGED_EPOCH = 4_000_000_000;

/** Plans them between the moments: one gate of fifty is stolen. */
export function planThefts(world: TheftWorld, from: Moment, until: Moment): void {
  const { schedule, dice, machines } = world;
  for (const machine of machines) {
    if (!dice.chance(0.02)) continue;
    schedule.at(from + dice.below(until - from), () => stealGate(world, machine));
  }
}

async function stealGate(world: TheftWorld, machine: Machine): Promise<void> {
  const { schedule, dice, truth, faults, centre } = world;
  if (machine.isStolen) return;
  faults.count('gate_stolen');
  machine.end('dark');
  machine.isStolen = true;
  truth.tell({ what: 'gate', gate: machine.name, is: 'stolen' });
  for (let turn = 0; turn < 2; turn += 1) {
    await schedule.sleep(dice.between(1, 20) * MINUTE);
    await forge(world, machine, turn);
  }
  await schedule.work(async () => {
    if (centre.isUp) await revokeGate(centre.core, machine.gateId, 'stolen', 'operator');
  });
  await schedule.sleep(dice.between(1, 20) * MINUTE);
  await forge(world, machine, 2);
}

/** Rides that nobody rode: texts that look like codes, and codes that were seen, changed a little. */
async function forge(world: TheftWorld, machine: Machine, turn: number): Promise<void> {
  const { schedule, dice, truth, centre, sent, faults } = world;
  const codes = [...sent.values()].flatMap(
    ({ body }) => /"code":"(LY1:[^"]{300,})"/.exec(body)?.[1] ?? [],
  );
  const seen = codes.length === 0 ? `LY1:${'0'.repeat(350)}` : dice.pick(codes);
  const at = dice.between(250, 330);
  const code = seen.slice(0, at) + (seen[at] === 'A' ? 'B' : 'A') + seen.slice(at + 1);
  const record = {
    v: 1,
    kind: 'scan',
    at: isoOf(schedule.now),
    venue: machine.venue,
    direction: 'in',
    code,
    opened: true,
    reason: 'granted',
    skewSeconds: 0,
    marks: [],
    lists: { trust: 1, status: isoOf(schedule.now), programme: '2026-06-09' },
  };
  faults.count('poison');
  const bodies = [JSON.stringify(record), '{"v":9,"kind":"nothing"}', 'not JSON'];
  const records = bodies.map((body, seq) => ({ bootEpoch: FORGED_EPOCH + turn, seq, body }));
  for (const { bootEpoch: epoch, seq } of records) {
    truth.tell({ what: 'forged', gate: machine.name, epoch, seq });
  }
  const who: Caller = {
    kind: 'machine',
    id: machine.clientId,
    role: 'device',
    partner: machine.partner,
  };
  const body = JSON.stringify({ sentAt: isoOf(schedule.now), records });
  const url = `/api/v1/gates/${machine.gateId}/batches`;
  await schedule
    .work(() => centre.ask(who, { method: 'POST', url, etag: null, body }))
    .catch(() => undefined);
}
