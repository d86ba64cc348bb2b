/** A record as it stands in a segment: boot epoch and running number (u32 each), then its JSON. */
import type { RecordKey } from '../server-seam.ts';
import { frameOf } from './frame.ts';

const KEY_BYTES = 8;
const writer = new TextEncoder();
const reader = new TextDecoder('utf-8', { fatal: true });

/** A record as it was read back: its name, its exact text, its moment in milliseconds. */
export interface ReadRecord {
  readonly key: RecordKey;
  readonly text: string;
  readonly at: number;
}

/** The frame of a record. */
export function recordFrame(key: RecordKey, text: string): Uint8Array {
  const json = writer.encode(text);
  const body = new Uint8Array(KEY_BYTES + json.length);
  const view = new DataView(body.buffer);
  view.setUint32(0, key.bootEpoch, true);
  view.setUint32(4, key.seq, true);
  body.set(json, KEY_BYTES);
  return frameOf(body);
}

/** Reads a frame's body; `undefined` for what no gate wrote. */
export function readRecord(body: Uint8Array): ReadRecord | undefined {
  if (body.length <= KEY_BYTES) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, KEY_BYTES);
  const key = { bootEpoch: view.getUint32(0, true), seq: view.getUint32(4, true) };
  try {
    const text = reader.decode(body.subarray(KEY_BYTES));
    const at = Date.parse((JSON.parse(text) as { at: string }).at);
    return Number.isNaN(at) ? undefined : { key, text, at };
  } catch {
    return undefined;
  }
}
