/**
 * The spool's way in: records of one moment are written together and share a sync. What could not
 * be written for sure is taken back before anything else is written.
 */
import { codeOfFault, type Disk, DiskFault } from '../disk.ts';
import type { RecordKey } from '../server-seam.ts';
import { recordFrame } from './record.ts';
import {
  type Cut,
  newSegment,
  noteRecord,
  removeSegment,
  type Segment,
  segmentName,
} from './segment.ts';

/** How much a spool may take, and how long it keeps what the server has. */
export interface SpoolLimits {
  readonly mostBytes: number;
  readonly segmentBytes: number;
  readonly keepMilliseconds: number;
}

/** The segments of one run of the gate; the last may still be written to. */
export interface Shelf {
  readonly disk: Disk;
  readonly limits: SpoolLimits;
  readonly segments: Segment[];
  readonly cuts: Cut[];
  current: Segment | undefined;
  /** The next record's name. */
  next: RecordKey;
  newest: RecordKey | null;
  lastNumber: number;
}

/** Answers a record's name once it is on the medium; rejects with a `DiskFault`. */
export type Append = (text: string, at: number) => Promise<RecordKey>;

interface Queued {
  readonly text: string;
  readonly at: number;
  readonly settle: (key: RecordKey) => void;
  readonly fail: (fault: unknown) => void;
}

/** More in one sync gain little, and hold the others up. */
const MOST_IN_A_SYNC = 64;

/** Bytes of all segments and their receipts. */
export function bytesOn(shelf: Shelf): number {
  return shelf.segments.reduce((sum, { bytes, receiptBytes }) => sum + bytes + receiptBytes, 0);
}

/** The way in to the shelf. */
export function createWriter(shelf: Shelf): Append {
  const { disk, limits, segments } = shelf;
  const queue: Queued[] = [];
  /** A segment whose end is in doubt since a fault: what stands there was never answered for. */
  let doubtful: Segment | undefined;
  let isWriting = false;

  async function drain(): Promise<void> {
    isWriting = true;
    while (queue.length > 0) {
      const group = queue.splice(0, MOST_IN_A_SYNC);
      try {
        const keys = await write(group);
        for (const [at, { settle }] of group.entries()) settle(keys[at] as RecordKey);
      } catch (fault) {
        for (const { fail } of group) fail(fault);
      }
    }
    isWriting = false;
  }

  /** Oldest first, what the server has makes room for what it does not have. */
  async function write(group: readonly Queued[]): Promise<RecordKey[]> {
    for (;;) {
      try {
        await settleDoubt();
        return await writeOnce(group);
      } catch (fault) {
        const isFull = fault instanceof DiskFault && fault.code === 'ENOSPC';
        if (isFull && (await dropOldest())) continue;
        // At once, so that a power cut finds nothing there that was never answered for.
        await settleDoubt().catch(codeOfFault);
        throw fault;
      }
    }
  }

  async function writeOnce(group: readonly Queued[]): Promise<RecordKey[]> {
    const { bootEpoch, seq } = shelf.next;
    const keys = group.map((_, at) => ({ bootEpoch, seq: seq + at }));
    const frames = group.map(({ text }, at) => recordFrame(keys[at] as RecordKey, text));
    const added = frames.reduce((sum, frame) => sum + frame.length, 0);
    if (bytesOn(shelf) + added > limits.mostBytes) {
      throw new DiskFault('ENOSPC', `keep more than ${limits.mostBytes} bytes`);
    }
    const segment = segmentFor(added);
    const start = segment.bytes;
    doubtful = segment;
    await disk.append(segmentName(segment.number), joined(frames, added));
    await disk.sync(segmentName(segment.number));
    doubtful = undefined;
    if (start === 0) segments.push(segment);
    for (const [at, frame] of frames.entries()) {
      noteRecord(segment, segment.bytes, (group[at] as Queued).at);
      segment.bytes += frame.length;
    }
    shelf.next = { bootEpoch, seq: seq + group.length };
    shelf.newest = { bootEpoch, seq: shelf.next.seq - 1 };
    return keys;
  }

  function segmentFor(added: number): Segment {
    const { current } = shelf;
    const hasRoom = (bytes: number) => bytes === 0 || bytes + added <= limits.segmentBytes;
    if (current !== undefined && hasRoom(current.bytes)) return current;
    shelf.lastNumber += 1;
    const segment = newSegment(shelf.lastNumber, shelf.next);
    shelf.current = segment;
    return segment;
  }

  /** After a fault: what may stand behind the last answered record is taken back first. */
  async function settleDoubt(): Promise<void> {
    if (doubtful === undefined) return;
    const name = segmentName(doubtful.number);
    if ((await disk.list(name)).length > 0) {
      await disk.truncate(name, doubtful.bytes);
      await disk.sync(name);
      if (doubtful.bytes === 0) await disk.remove(name);
    }
    doubtful = undefined;
    shelf.current = undefined;
  }

  async function dropOldest(): Promise<boolean> {
    const at = segments.findIndex((one) => one.unacknowledged === 0 && one !== shelf.current);
    const oldest = segments[at];
    if (oldest === undefined) return false;
    await removeSegment(disk, oldest.number);
    segments.splice(at, 1);
    return true;
  }

  return (text, at) =>
    new Promise((settle, fail) => {
      queue.push({ text, at, settle, fail });
      if (!isWriting) void drain();
    });
}

function joined(frames: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}
