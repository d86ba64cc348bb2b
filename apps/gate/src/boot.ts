/**
 * A gate's start: the spool is read and the memory filled from it, the next boot epoch is on the
 * medium before it is used, and the first record says what was found.
 */
import { instantOfMilliseconds, parseInstant } from '@liyu/domain/kernel';
import type { GateBoot, GateRecord } from '@liyu/domain/redemption';
import type { CorrectedClock } from './corrected-clock.ts';
import { passingOf } from './decide.ts';
import type { Disk } from './disk.ts';
import { createMemory, type Memory } from './memory.ts';
import { readSmallFile, writeSmallFile } from './small-file.ts';
import { openSpool, type Spool } from './spool/spool.ts';
import type { SpoolLimits } from './spool/writer.ts';

/** A gate that may record. */
export interface Started {
  readonly spool: Spool;
  readonly memory: Memory;
  readonly bootEpoch: number;
}

/** What a start needs. */
export interface BootParts {
  readonly disk: Disk;
  readonly limits: SpoolLimits;
  readonly clock: CorrectedClock;
  readonly place: string;
  readonly isSynced: () => boolean;
}

const EPOCH = 'boot';

/** Starts; rejects with a `DiskFault`, and may then be tried again. */
export async function boot({ disk, limits, clock, place, isSynced }: BootParts): Promise<Started> {
  const memory = createMemory();
  const spool = await openSpool(disk, limits, ({ text }) => {
    const record = JSON.parse(text) as GateRecord;
    if (record.kind !== 'scan' || !record.opened) return;
    const at = Date.parse(parseInstant(record.at) ?? '');
    clock.isAtLeast(at);
    clock.opened(at);
    const passing = passingOf(record.code, at, place, record.direction);
    if (passing !== undefined) memory.take(passing);
  });
  const { newest } = spool;
  const bootEpoch = await nextEpoch(disk, newest?.bootEpoch ?? 0, clock.now());
  spool.begin(bootEpoch);
  const at = clock.now();
  const record: GateBoot = {
    v: 1,
    kind: 'boot',
    at: instantOfMilliseconds(at),
    previous: newest && { bootEpoch: newest.bootEpoch, lastSeq: newest.seq },
    cutBytes: spool.cuts.reduce((sum, { bytes }) => sum + bytes, 0),
    clock: isSynced() ? 'synced' : 'unsynced',
  };
  await spool.append(JSON.stringify(record), at);
  return { spool, memory, bootEpoch };
}

/**
 * One more than any before, and no less than the second of the start: an epoch comes again only
 * if the file, the spool and the clock are all wrong at once.
 */
async function nextEpoch(disk: Disk, spooled: number, now: number): Promise<number> {
  const kept = await readSmallFile(disk, EPOCH);
  const before = Math.max(spooled, typeof kept === 'number' ? kept : 0);
  const epoch = Math.max(before + 1, Math.floor(now / 1000));
  await writeSmallFile(disk, EPOCH, epoch);
  return epoch;
}
