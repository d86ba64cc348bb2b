/**
 * A segment: one file of the spool, records of one boot epoch, numbered without a gap. Beside it
 * stands a file of receipts: which of its records the server has. What is not readable is put
 * aside, never deleted.
 */
import type { Disk } from '../disk.ts';
import type { RecordKey } from '../server-seam.ts';
import { FRAME_HEAD_BYTES, frameOf, readFrames } from './frame.ts';
import { type ReadRecord, readRecord } from './record.ts';

/** What is known of a segment without its records, which stay on the disk. */
export interface Segment {
  readonly number: number;
  readonly bootEpoch: number;
  readonly firstSeq: number;
  /** Bytes that are sound and on the medium. */
  bytes: number;
  /** Where each record begins, and its moment in milliseconds. */
  readonly offsets: number[];
  readonly moments: number[];
  readonly acknowledged: boolean[];
  unacknowledged: number;
  /** Bytes of the receipts' file that are sound; behind them something torn may stand. */
  receiptBytes: number;
  receiptsTorn: boolean;
}

/** Bytes that could not be read any more, and where they are kept now. */
export interface Cut {
  readonly segment: string;
  readonly offset: number;
  readonly bytes: number;
  readonly keptAs: string;
}

const SEGMENTS = 'spool/';
const SUFFIX = '.spool';

/** The name of a segment's file. */
export function segmentName(number: number): string {
  return `${SEGMENTS}${String(number).padStart(10, '0')}${SUFFIX}`;
}

function receiptsName(number: number): string {
  return `${SEGMENTS}${String(number).padStart(10, '0')}.receipts`;
}

/** A segment that is about to be written. */
export function newSegment(number: number, first: RecordKey): Segment {
  return {
    number,
    bootEpoch: first.bootEpoch,
    firstSeq: first.seq,
    bytes: 0,
    offsets: [],
    moments: [],
    acknowledged: [],
    unacknowledged: 0,
    receiptBytes: 0,
    receiptsTorn: false,
  };
}

/** The numbers of the segments on the disk, rising. */
export async function listSegments(disk: Disk): Promise<number[]> {
  const names = await disk.list(SEGMENTS);
  return names
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => Number(name.slice(SEGMENTS.length, -SUFFIX.length)))
    .filter((number) => Number.isSafeInteger(number));
}

/** Notes a record that is on the medium. */
export function noteRecord(segment: Segment, offset: number, at: number): void {
  segment.offsets.push(offset);
  segment.moments.push(at);
  segment.acknowledged.push(false);
  segment.unacknowledged += 1;
}

/**
 * Reads a segment up to its first byte that is not sound, and puts aside what comes after it.
 * Answers no segment where nothing was left. Safe to do again after a power cut at any point.
 */
export async function loadSegment(
  disk: Disk,
  number: number,
  visit: (record: ReadRecord) => void,
): Promise<{ segment: Segment | undefined; cut: Cut | undefined }> {
  const bytes = (await disk.read(segmentName(number))) ?? new Uint8Array();
  let segment: Segment | undefined;
  for (const { offset, body } of readFrames(bytes).frames) {
    const record = readRecord(body);
    if (record === undefined || !follows(segment, record.key)) break;
    segment ??= newSegment(number, record.key);
    noteRecord(segment, offset, record.at);
    segment.bytes = offset + FRAME_HEAD_BYTES + body.length;
    visit(record);
  }
  const cut = await cutAt(disk, number, bytes, segment?.bytes ?? 0);
  if (segment !== undefined) await loadReceipts(disk, segment);
  return { segment, cut };
}

function follows(segment: Segment | undefined, key: RecordKey): boolean {
  if (segment === undefined) return true;
  const next = segment.firstSeq + segment.offsets.length;
  return key.bootEpoch === segment.bootEpoch && key.seq === next;
}

/** Keeps the bytes from the offset on under another name, and cuts them off. */
export async function cutAt(
  disk: Disk,
  number: number,
  bytes: Uint8Array,
  offset: number,
): Promise<Cut | undefined> {
  const segment = segmentName(number);
  const rest = bytes.subarray(offset);
  const keptAs = `cut/${String(number).padStart(10, '0')}-${offset}.bytes`;
  if (rest.length > 0) {
    await disk.replace(keptAs, rest);
    await disk.truncate(segment, offset);
    await disk.sync(segment);
  }
  if (offset === 0) await removeSegment(disk, number);
  return rest.length === 0 ? undefined : { segment, offset, bytes: rest.length, keptAs };
}

/** Takes a segment away; left over by a power cut in between are receipts, which say nothing. */
export async function removeSegment(disk: Disk, number: number): Promise<void> {
  await disk.remove(segmentName(number));
  await disk.remove(receiptsName(number));
}

/** Forgets what was noted from the record at the offset on. */
export function shorten(segment: Segment, offset: number): void {
  const kept = segment.offsets.filter((at) => at < offset).length;
  segment.offsets.length = kept;
  segment.moments.length = kept;
  segment.acknowledged.length = kept;
  segment.unacknowledged = segment.acknowledged.filter((is) => !is).length;
  segment.bytes = offset;
}

async function loadReceipts(disk: Disk, segment: Segment): Promise<void> {
  const bytes = await disk.read(receiptsName(segment.number));
  if (bytes === undefined) return;
  const { frames, intactBytes } = readFrames(bytes);
  for (const { body } of frames) {
    const view = new DataView(body.buffer, body.byteOffset, body.length);
    for (let at = 0; at + 4 <= body.length; at += 4) setReceipt(segment, view.getUint32(at, true));
  }
  segment.receiptBytes = intactBytes;
  segment.receiptsTorn = intactBytes !== bytes.length;
}

function setReceipt(segment: Segment, index: number): void {
  if (segment.acknowledged[index] !== false) return;
  segment.acknowledged[index] = true;
  segment.unacknowledged -= 1;
}

/** Notes durably that the server has these records (by index); only then are they acknowledged. */
export async function writeReceipts(
  disk: Disk,
  segment: Segment,
  indexes: readonly number[],
): Promise<void> {
  const body = new Uint8Array(indexes.length * 4);
  const view = new DataView(body.buffer);
  for (const [at, index] of indexes.entries()) view.setUint32(at * 4, index, true);
  const frame = frameOf(body);
  const name = receiptsName(segment.number);
  if (segment.receiptsTorn) await disk.truncate(name, segment.receiptBytes);
  segment.receiptsTorn = true;
  await disk.append(name, frame);
  await disk.sync(name);
  segment.receiptsTorn = false;
  segment.receiptBytes += frame.length;
  for (const index of indexes) setReceipt(segment, index);
}

/** All records of the segment are to be sent again; durably, so that a power cut forgets nothing. */
export async function dropReceipts(disk: Disk, segment: Segment): Promise<void> {
  await disk.replace(receiptsName(segment.number), new Uint8Array());
  segment.receiptBytes = 0;
  segment.receiptsTorn = false;
  segment.acknowledged.fill(false);
  segment.unacknowledged = segment.acknowledged.length;
}
