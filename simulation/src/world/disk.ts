/**
 * A gate's disk, simulated: what was not synced is lost when the power goes, of the last write a
 * part may be there, it fills up, it breaks, it is slow. It outlives the agents that run on it;
 * an agent that was ended gets no answer any more.
 */
import { type Disk, DiskFault } from '../../../apps/gate/src/disk.ts';
import type { Dice } from './dice.ts';
import type { FaultCounter } from './faults.ts';
import type { Schedule } from './schedule.ts';

interface File {
  content: Buffer;
  /** What a power cut leaves for sure; `undefined` where the name itself may be lost. */
  durable: Buffer | undefined;
}

/** One run of an agent on the disk. */
export interface DiskSession {
  readonly disk: Disk;
  /** From now on nothing is answered, and nothing done. */
  end(): void;
  /** Ends the session at the n-th step from now, before or after the step is done. */
  endAtStep(steps: number, onEnd: () => void): void;
}

/** The medium. */
export interface SimulatedDisk {
  /** A run of the agent begins. */
  begin(): DiskSession;
  /** Whatever was not synced is gone, or partly there. */
  losePower(): void;
  /** Takes no byte more, or takes them again. */
  setFull(isFull: boolean): void;
  /** Answers EIO to every write, or works again. */
  setBroken(isBroken: boolean): void;
  /** How long a sync takes from now on, milliseconds. */
  setSync(milliseconds: number): void;
  /** The bytes of a file, as an inspector sees them. */
  read(name: string): Uint8Array | undefined;
  names(): string[];
}

/** A disk without files. */
export function createDisk(schedule: Schedule, dice: Dice, faults: FaultCounter): SimulatedDisk {
  const files = new Map<string, File>();
  /** Taken away since, and perhaps not for good. */
  const removed = new Map<string, File>();
  const state = { full: false, broken: false, syncMilliseconds: 2 };

  function fileOf(name: string): File {
    const known = files.get(name);
    if (known !== undefined) return known;
    const made: File = { content: Buffer.alloc(0), durable: undefined };
    files.set(name, made);
    return made;
  }

  function requireWritable(name: string, bytes: number): void {
    if (state.broken) {
      faults.count('disk_broken');
      throw new DiskFault('EIO', `write ${name}`);
    }
    if (state.full && bytes > 0) {
      faults.count('disk_full');
      throw new DiskFault('ENOSPC', `write ${name}`);
    }
  }

  function begin(): DiskSession {
    let ended = false;
    let steps = Number.POSITIVE_INFINITY;
    let onEnd = (): void => {};
    const forever = <T>(): Promise<T> => new Promise<T>(() => {});

    /** One step; a killed agent has done it or not, and never hears of it. */
    async function step<T>(act: () => T, milliseconds = 0): Promise<T> {
      if (ended) return forever();
      steps -= 1;
      if (steps <= 0) {
        ended = true;
        if (dice.chance(0.5)) tryQuietly(act);
        onEnd();
        return forever();
      }
      if (milliseconds > 0) await schedule.sleep(milliseconds);
      if (ended) return forever();
      return act();
    }

    const disk: Disk = {
      list: (prefix) => step(() => [...files.keys()].filter((n) => n.startsWith(prefix)).sort()),
      read: (name) => step(() => copyOf(files.get(name)?.content)),
      readPart: (name, offset, length) =>
        step(() => {
          const file = files.get(name);
          if (file === undefined) throw new DiskFault('ENOENT', `read ${name}`);
          return new Uint8Array(file.content.subarray(offset, offset + length));
        }),
      append: (name, bytes) =>
        step(() => {
          const file = fileOf(name);
          try {
            requireWritable(name, bytes.length);
          } catch (fault) {
            // A disk that fills up has taken the beginning.
            const taken = dice.below(bytes.length);
            if (!state.broken) file.content = Buffer.concat([file.content, bytes.slice(0, taken)]);
            throw fault;
          }
          file.content = Buffer.concat([file.content, bytes]);
        }),
      sync: (name) => {
        // What is appended while it syncs is not in it.
        const { content } = fileOf(name);
        return step(() => {
          requireWritable(name, 0);
          fileOf(name).durable = content;
        }, state.syncMilliseconds);
      },
      truncate: (name, length) =>
        step(() => {
          requireWritable(name, 0);
          const file = fileOf(name);
          file.content = file.content.subarray(0, length);
        }),
      replace: (name, bytes) =>
        step(() => {
          requireWritable(name, bytes.length);
          const content = Buffer.from(bytes);
          files.set(name, { content, durable: content });
          removed.delete(name);
        }),
      remove: (name) =>
        step(() => {
          requireWritable(name, 0);
          const file = files.get(name);
          if (file?.durable !== undefined) removed.set(name, file);
          files.delete(name);
        }),
    };
    return {
      disk,
      end() {
        ended = true;
      },
      endAtStep(count, act) {
        steps = count;
        onEnd = act;
      },
    };
  }

  function losePower(): void {
    for (const [name, file] of removed) {
      if (!files.has(name) && dice.chance(0.3)) files.set(name, file);
    }
    removed.clear();
    for (const [name, file] of files) {
      if (file.content === file.durable) continue;
      const left = afterPowerCut(dice, file);
      if (left.torn) faults.count('write_torn');
      if (left.content === undefined) files.delete(name);
      else files.set(name, { content: left.content, durable: left.content });
    }
  }

  return {
    begin,
    losePower,
    setFull: (isFull) => {
      state.full = isFull;
    },
    setBroken: (isBroken) => {
      state.broken = isBroken;
    },
    setSync: (milliseconds) => {
      state.syncMilliseconds = milliseconds;
    },
    read: (name) => copyOf(files.get(name)?.content),
    names: () => [...files.keys()].sort(),
  };
}

function copyOf(content: Buffer | undefined): Uint8Array | undefined {
  return content === undefined ? undefined : new Uint8Array(content);
}

function tryQuietly(act: () => unknown): void {
  try {
    act();
  } catch {
    // The agent that would have heard of it is gone.
  }
}

/** What is on the medium of a file with unsynced changes: the old, the new, or something between. */
function afterPowerCut(
  dice: Dice,
  { content, durable }: File,
): { content: Buffer | undefined; torn: boolean } {
  if (durable === undefined && dice.chance(0.5)) return { content: undefined, torn: false };
  const kept = durable ?? Buffer.alloc(0);
  if (content.length < kept.length)
    return { content: dice.chance(0.5) ? kept : content, torn: false };
  const tail = content.subarray(kept.length);
  const part = dice.below(tail.length + 1);
  const isTorn = part > 0 && part < tail.length;
  const written = tail.subarray(0, part);
  // The length may have got there without the bytes.
  const blank = isTorn && dice.chance(0.3) ? Buffer.alloc(dice.below(tail.length - part)) : '';
  return { content: Buffer.concat([kept, written, Buffer.from(blank)]), torn: isTorn };
}
