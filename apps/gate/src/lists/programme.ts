/** The programme on a gate's disk: the one in force, and the one that follows. */
import { type CivilDate, dayOf, instantOf, parseCivilDate } from '@liyu/domain/kernel';
import { findVersion, type Programme, parseProgramme } from '@liyu/domain/programme';
import type { Disk } from '../disk.ts';
import type { ServedProgramme } from '../server-seam.ts';
import { readSmallFile, writeSmallFile } from '../small-file.ts';

/** A programme with the name of its version. */
export interface HeldProgramme {
  readonly version: string;
  readonly programme: Programme;
}

/** Holds what a gate decides by. */
export interface ProgrammeHolder {
  /** The one of the moment, in seconds; none before its first version. */
  at(now: number): HeldProgramme | undefined;
  load(): Promise<void>;
  /** Takes what the server serves, or answers why not. */
  take(served: ServedProgramme): Promise<string | undefined>;
}

interface Held {
  readonly current: HeldProgramme;
  readonly next: (HeldProgramme & { readonly from: CivilDate }) | null;
}

const NAME = 'lists/programme';

/** An empty holder. */
export function createProgrammeHolder(disk: Disk): ProgrammeHolder {
  let held: Held | undefined;
  return {
    at(now) {
      if (held === undefined) return undefined;
      const { current, next } = held;
      const day = dayOf(instantOf(now), current.programme.zone);
      const chosen = next !== null && day >= next.from ? next : current;
      return findVersion(chosen.programme, day) === undefined ? undefined : chosen;
    },
    async load() {
      const read = readServed(await readSmallFile(disk, NAME));
      if (!('malformed' in read)) held = read;
    },
    async take(served) {
      const read = readServed(served);
      if ('malformed' in read) return `programme: ${read.malformed}`;
      await writeSmallFile(disk, NAME, served);
      held = read;
      return undefined;
    },
  };
}

function readServed(served: unknown): Held | { readonly malformed: string } {
  if (typeof served !== 'object' || served === null) return { malformed: 'no object' };
  const { version, programme, next } = served as Partial<ServedProgramme>;
  const current = readOne(version, programme);
  if ('malformed' in current) return current;
  if (next === null || next === undefined) return { current, next: null };
  const from = parseCivilDate(String(next.from));
  if (from === undefined) return { malformed: 'the next one begins on no day' };
  const later = readOne(next.version, next.programme);
  return 'malformed' in later ? later : { current, next: { ...later, from } };
}

function readOne(version: unknown, json: unknown): HeldProgramme | { readonly malformed: string } {
  if (typeof version !== 'string') return { malformed: 'a version is a text' };
  const programme = parseProgramme(json);
  return 'malformed' in programme ? programme : { version, programme };
}
