/**
 * The spool: what a gate has answered, on its disk before it opens, and kept until the server has
 * it, then seven days more. Records of one moment share a sync. It never drops what the server
 * does not have: when there is no room, nothing is recorded, and so nothing opens.
 */
import type { Disk } from '../disk.ts';
import type { RecordKey, SentRecord } from '../server-seam.ts';
import { readFrame } from './frame.ts';
import { type ReadRecord, readRecord } from './record.ts';
import {
  type Cut,
  cutAt,
  dropReceipts,
  listSegments,
  loadSegment,
  removeSegment,
  type Segment,
  segmentName,
  shorten,
  writeReceipts,
} from './segment.ts';
import { type Append, bytesOn, createWriter, type Shelf, type SpoolLimits } from './writer.ts';

/** 64 MB are some 90,000 scans: two years of one metro gate, or a day of a hundred. */
export const SPOOL_LIMITS: SpoolLimits = {
  mostBytes: 64 * 1024 * 1024,
  segmentBytes: 256 * 1024,
  keepMilliseconds: 7 * 86_400_000,
};

/** How full the spool is. */
export interface SpoolStatus {
  /** Records that the server does not have yet. */
  readonly waiting: number;
  /** The moment of the oldest of them, milliseconds since the epoch. */
  readonly oldestAt: number | null;
  readonly records: number;
  readonly bytes: number;
  readonly segments: number;
}

/** The spool of one run of the gate. Its methods reject with a `DiskFault` and change nothing then. */
export interface Spool {
  /** The last record on the disk, or `null` on one without any. */
  readonly newest: RecordKey | null;
  /** What was put aside because it could not be read: at the start, and since. */
  readonly cuts: readonly Cut[];
  status(): SpoolStatus;
  /** Records are of this boot epoch from here on, counted from 0. */
  begin(bootEpoch: number): void;
  /** See `Append`; `at` in milliseconds. */
  readonly append: Append;
  /** Records that the server does not have, oldest first, within the bounds. */
  waiting(bounds: WaitingBounds): Promise<SentRecord[]>;
  /** The server has these; once this has answered they are not sent again. Unknown ones are let be. */
  acknowledge(keys: readonly RecordKey[]): Promise<void>;
  /** What is kept of these is sent again; answers how many records that are. */
  sendAgain(isAsked: (key: RecordKey) => boolean): Promise<number>;
  /** Lets go what the server has had for seven days. */
  prune(now: number): Promise<void>;
}

/** What `waiting` may answer; bytes as they stand in a JSON text. */
export interface WaitingBounds {
  readonly most: number;
  readonly mostBytes: number;
  readonly isDue: (key: RecordKey) => boolean;
}

/** Reads what is on the disk and answers the spool. `visit` sees every record, oldest first. */
export async function openSpool(
  disk: Disk,
  limits: SpoolLimits,
  visit: (record: ReadRecord) => void,
): Promise<Spool> {
  const segments: Segment[] = [];
  const cuts: Cut[] = [];
  let lastNumber = 0;
  for (const number of await listSegments(disk)) {
    const { segment, cut } = await loadSegment(disk, number, visit);
    if (segment !== undefined) segments.push(segment);
    if (cut !== undefined) cuts.push(cut);
    lastNumber = Math.max(lastNumber, number);
  }
  const last = segments.at(-1);
  const newest = last === undefined ? null : keyAt(last, last.offsets.length - 1);
  const next = { bootEpoch: 0, seq: 0 };
  const current = undefined;
  return createSpool({ disk, limits, segments, cuts, lastNumber, newest, next, current });
}

function keyAt(segment: Segment, index: number): RecordKey {
  return { bootEpoch: segment.bootEpoch, seq: segment.firstSeq + index };
}

function createSpool(shelf: Shelf): Spool {
  const { disk, limits, segments, cuts } = shelf;
  const append = createWriter(shelf);

  /** A record that was sound once and is not any more: it and what follows are put aside. */
  async function putAside(segment: Segment, offset: number): Promise<void> {
    // The one that is written to is left to its writer, and put aside at the next turn.
    if (segment === shelf.current) {
      shelf.current = undefined;
      return;
    }
    const bytes = (await disk.read(segmentName(segment.number))) ?? new Uint8Array();
    const cut = await cutAt(disk, segment.number, bytes, offset);
    if (cut !== undefined) cuts.push(cut);
    shorten(segment, offset);
    if (offset === 0) segments.splice(segments.indexOf(segment), 1);
  }

  /** Adds what waits of the segment; answers whether the bounds are reached. */
  async function readWaiting(segment: Segment, bounds: WaitingBounds, into: SentRecord[]) {
    const isWanted = (index: number) =>
      segment.acknowledged[index] === false && bounds.isDue(keyAt(segment, index));
    const first = segment.offsets.findIndex((_, index) => isWanted(index));
    const start = segment.offsets[first];
    if (start === undefined) return false;
    const length = segment.bytes - start;
    const bytes = await disk.readPart(segmentName(segment.number), start, length);
    let room = bounds.mostBytes - into.reduce((sum, { body }) => sum + sizeOf(body), 0);
    for (const [index, offset] of segment.offsets.entries()) {
      if (index < first || !isWanted(index)) continue;
      if (into.length >= bounds.most) return true;
      const frame = readFrame(bytes, offset - start);
      const record = frame && readRecord(frame.body);
      if (record === undefined) {
        await putAside(segment, offset);
        return false;
      }
      room -= sizeOf(record.text);
      if (room < 0 && into.length > 0) return true;
      into.push({ ...keyAt(segment, index), body: record.text });
    }
    return false;
  }

  return {
    get newest() {
      return shelf.newest;
    },
    cuts,
    status() {
      const first = segments.find(({ unacknowledged }) => unacknowledged > 0);
      return {
        waiting: segments.reduce((sum, { unacknowledged }) => sum + unacknowledged, 0),
        oldestAt: first?.moments[first.acknowledged.indexOf(false)] ?? null,
        records: segments.reduce((sum, { offsets }) => sum + offsets.length, 0),
        bytes: bytesOn(shelf),
        segments: segments.length,
      };
    },
    begin(bootEpoch) {
      shelf.next = { bootEpoch, seq: 0 };
      shelf.current = undefined;
    },
    append,
    async waiting(bounds) {
      const found: SentRecord[] = [];
      for (const segment of [...segments]) {
        if (segment.unacknowledged === 0) continue;
        if (await readWaiting(segment, bounds, found)) break;
      }
      return found;
    },
    async acknowledge(keys) {
      for (const segment of segments) {
        const indexes = keys
          .filter(({ bootEpoch }) => bootEpoch === segment.bootEpoch)
          .map(({ seq }) => seq - segment.firstSeq)
          .filter((index) => segment.acknowledged[index] === false);
        if (indexes.length > 0) await writeReceipts(disk, segment, indexes);
      }
    },
    async sendAgain(isAsked) {
      let records = 0;
      for (const segment of segments) {
        const asked = segment.offsets.some(
          (_, index) => segment.acknowledged[index] === true && isAsked(keyAt(segment, index)),
        );
        if (!asked) continue;
        await dropReceipts(disk, segment);
        records += segment.offsets.length;
      }
      return records;
    },
    async prune(now) {
      for (const segment of [...segments]) {
        const isOver = (segment.moments.at(-1) ?? 0) < now - limits.keepMilliseconds;
        if (!isOver || segment.unacknowledged > 0 || segment === shelf.current) continue;
        await removeSegment(disk, segment.number);
        segments.splice(segments.indexOf(segment), 1);
      }
    },
  };
}

/** What a text takes in a batch, in characters: it stands there as a JSON string. */
function sizeOf(text: string): number {
  return JSON.stringify(text).length + 64;
}
