/**
 * A gate's machine in the world: its disk and its clock outlive the agents that run on it. The
 * agent is the real gate core and the real agreement between the gates of a station; here is only
 * what the real agent does around them, on simulated time.
 */

import { type Gate, type GateAnswer, openGate } from '@liyu/gate';
import type { PublicPoint } from '@liyu/pass';
import { nodeCrypto } from '@liyu/pass/node';
import { createKeyMemory, type KeyMemory } from '../../../apps/gate/src/station/key-memory.ts';
import type { Peer } from '../../../apps/gate/src/station/peer.ts';
import { answerPeer, createStation } from '../../../apps/gate/src/station/station.ts';
import { MINUTE, SECOND } from './city-time.ts';
import type { Dice } from './dice.ts';
import { createDisk, type DiskSession, type SimulatedDisk } from './disk.ts';
import type { FaultCounter } from './faults.ts';
import type { Way } from './network.ts';
import type { Schedule } from './schedule.ts';
import type { Way as Direction, TruthLog } from './truth.ts';

/** Where a machine stands and what it is given. */
export interface Site {
  /** `s1-2`: the second gate of station `s1`. */
  readonly name: string;
  readonly station: string;
  readonly venue: string;
  readonly partner: string;
  readonly gateId: string;
  readonly clientId: string;
  readonly rootKey: PublicPoint;
}

/** The clocks of a machine. */
export interface MachineTime {
  /** Milliseconds since the epoch, as the machine believes. */
  wall(): number;
  /** Milliseconds since some moment; never steps back. */
  monotonic(): number;
  /** From now on the wall clock is so many milliseconds ahead, and both run so much too fast. */
  set(ahead: number, milliAhead: number): void;
}

function createTime(schedule: Schedule): MachineTime {
  let [since, ahead, rate, counted] = [schedule.now, 0, 1, 0];
  const passed = (): number => (schedule.now - since) * rate;
  return {
    wall: () => Math.floor(since + ahead + passed()),
    monotonic: () => Math.floor(counted + passed()),
    set(newAhead, milliAhead) {
      counted += passed();
      since = schedule.now;
      ahead = newAhead;
      rate = 1 + milliAhead / 1000;
    },
  };
}

/** A machine. */
export interface Machine extends Site {
  readonly disk: SimulatedDisk;
  readonly way: Way;
  readonly time: MachineTime;
  readonly isRunning: boolean;
  isStolen: boolean;
  /** The other gates of the station are not reached. */
  isAlone: boolean;
  peers: readonly Machine[];
  start(): Promise<void>;
  /** The agent ends here and now; with the power, what was not synced is lost. */
  end(how: 'killed' | 'dark'): void;
  /** The agent is killed at the n-th step that it takes on its disk from now on. */
  endAtStep(steps: number): void;
  /** `undefined` where nobody answered: the agent ended meanwhile. */
  scan(code: string, direction: Direction): Promise<GateAnswer | undefined>;
  /** Lists and records are exchanged now; answers when the gate wants to again, milliseconds. */
  refresh(): Promise<number>;
  send(): Promise<number>;
  /** Records that the server does not have. */
  readonly waiting: number;
  /** A gate of the same station asks; `undefined` where it gets no answer. */
  answer(question: Parameters<typeof answerPeer>[2]): ReturnType<typeof answerPeer> | undefined;
}

interface Run {
  readonly session: DiskSession;
  readonly memory: KeyMemory;
  readonly ended: Promise<void>;
  readonly end: () => void;
  gate: Gate | undefined;
}

/** Between the gates of a station; longer ones are silence. */
const PEERS_WITHIN = 150;

/** A machine that is switched off. */
export function createMachine(
  site: Site,
  way: Way,
  world: { schedule: Schedule; dice: Dice; truth: TruthLog; faults: FaultCounter },
): Machine {
  const { schedule, dice, truth, faults } = world;
  const disk = createDisk(schedule, dice.fork('disk'), faults);
  const time = createTime(schedule);
  let run: Run | undefined;

  function begin(): Run {
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const memory = createKeyMemory(site.name);
    return { session: disk.begin(), memory, ended, end, gate: undefined };
  }

  function over(how: 'killed' | 'dark'): void {
    if (run === undefined) return;
    faults.count(how === 'dark' ? 'power_lost' : 'gate_killed');
    run.session.end();
    run.end();
    run = undefined;
    if (how === 'dark') disk.losePower();
    truth.tell({ what: 'gate', gate: site.name, is: 'ended' });
  }

  /** A turn of the agent that runs now; one that ends meanwhile, or none, says a minute. */
  async function turn(take: (gate: Gate) => Promise<{ nextDelayMs: number }>): Promise<number> {
    const mine = run;
    if (mine?.gate === undefined) return MINUTE;
    const done = await Promise.race([take(mine.gate), mine.ended]);
    return done?.nextDelayMs ?? MINUTE;
  }

  const machine: Machine = {
    ...site,
    disk,
    way,
    time,
    isStolen: false,
    isAlone: false,
    peers: [],
    get isRunning() {
      return run?.gate !== undefined;
    },
    get waiting() {
      return run?.gate?.status().spool?.waiting ?? 0;
    },
    async start() {
      if (run !== undefined || machine.isStolen) return;
      const mine = begin();
      run = mine;
      truth.tell({ what: 'gate', gate: site.name, is: 'started' });
      const station = createStation(
        { name: site.name, secret: new Uint8Array(32), nowMs: time.monotonic },
        mine.memory,
        machine.peers.map((peer) => peerOf(machine, peer)),
      );
      const opening = openGate({
        config: { venue: site.venue, place: site.station, staffed: false, rootKey: site.rootKey },
        disk: mine.session.disk,
        clock: time,
        random: { bytes: (length) => dice.bytes(length) },
        server: way.server,
        crypto: nodeCrypto,
        station,
      });
      const gate = await Promise.race([opening, mine.ended.then(() => undefined)]);
      if (gate === undefined || run !== mine) return;
      mine.gate = gate;
      station.remember(gate.remembered());
    },
    end: over,
    endAtStep(steps) {
      run?.session.endAtStep(steps, () => over('killed'));
    },
    async scan(code, direction) {
      const mine = run;
      if (mine?.gate === undefined) return undefined;
      return Promise.race([mine.gate.scan(code, { direction }), mine.ended.then(() => undefined)]);
    },
    refresh: () => turn((gate) => gate.refreshOnce()),
    send: () => turn((gate) => gate.syncOnce()),
    answer(question) {
      if (run?.gate === undefined || machine.isAlone) return undefined;
      return answerPeer(run.memory, site.name, question, time.monotonic());
    },
  };
  return machine;

  function peerOf(self: Machine, other: Machine): Pick<Peer, 'ask'> {
    return {
      async ask(question, withinMs) {
        const there = dice.between(1, 12);
        await schedule.sleep(there);
        if (!self.isAlone) {
          const reply = other.answer(question);
          if (reply !== undefined) {
            await schedule.sleep(dice.between(1, 12));
            return reply;
          }
        }
        await schedule.sleep(Math.min(withinMs, PEERS_WITHIN) - there);
        return undefined;
      },
    };
  }
}

/** How often a machine does what its agent does by itself. */
export const ROUNDS = {
  /** Lists and a sign of life. The real agent asks every 20 s: see `approach` in riders.ts. */
  quiet: 25 * MINUTE,
  send: 10 * SECOND,
} as const;
