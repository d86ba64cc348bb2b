/**
 * Frames: how bytes stand in a gate's files so that a torn or flipped one is found. Little-endian:
 * u32 length of the body, u32 CRC-32C over length and body, the body.
 */
import { crc32c } from './crc32c.ts';

/** Bytes before a body. */
export const FRAME_HEAD_BYTES = 8;
/** No body is longer; a greater length is a flipped bit. */
export const LONGEST_BODY = 32 * 1024 * 1024;

/** One frame that was read. */
export interface Frame {
  /** Where the frame begins. */
  readonly offset: number;
  readonly body: Uint8Array;
}

/** The body with its length and checksum before it. Throws a RangeError on an empty one. */
export function frameOf(body: Uint8Array): Uint8Array {
  if (body.length === 0 || body.length > LONGEST_BODY) {
    throw new RangeError(`a frame of ${body.length} bytes`);
  }
  const bytes = new Uint8Array(FRAME_HEAD_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length, true);
  view.setUint32(4, checksumOf(bytes.subarray(0, 4), body), true);
  bytes.set(body, FRAME_HEAD_BYTES);
  return bytes;
}

function checksumOf(length: Uint8Array, body: Uint8Array): number {
  return crc32c(body, crc32c(length));
}

/** The frame that begins at the offset, or `undefined` where none does that is whole and sound. */
export function readFrame(bytes: Uint8Array, offset: number): Frame | undefined {
  if (bytes.length - offset < FRAME_HEAD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, FRAME_HEAD_BYTES);
  const length = view.getUint32(0, true);
  const start = offset + FRAME_HEAD_BYTES;
  if (length === 0 || length > bytes.length - start) return undefined;
  const body = bytes.subarray(start, start + length);
  const checksum = checksumOf(bytes.subarray(offset, offset + 4), body);
  return view.getUint32(4, true) === checksum ? { offset, body } : undefined;
}

/** The frames up to the first that is not sound, and how many bytes they take. */
export function readFrames(bytes: Uint8Array): { frames: Frame[]; intactBytes: number } {
  const frames: Frame[] = [];
  let offset = 0;
  for (;;) {
    const frame = readFrame(bytes, offset);
    if (frame === undefined) return { frames, intactBytes: offset };
    frames.push(frame);
    offset += FRAME_HEAD_BYTES + frame.body.length;
  }
}

/** The body of a file that is one frame and nothing else; `undefined` for any other bytes. */
export function readSoleFrame(bytes: Uint8Array): Uint8Array | undefined {
  const frame = readFrame(bytes, 0);
  if (frame === undefined) return undefined;
  return FRAME_HEAD_BYTES + frame.body.length === bytes.length ? frame.body : undefined;
}
