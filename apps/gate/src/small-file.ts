/** Small files of a gate: JSON in one frame, so that a flipped bit is found, replaced as a whole. */
import type { Disk } from './disk.ts';
import { frameOf, readSoleFrame } from './spool/frame.ts';

const reader = new TextDecoder();
const writer = new TextEncoder();

/** What stands in the file; `undefined` where there is none or it is not sound. */
export async function readSmallFile(disk: Disk, name: string): Promise<unknown> {
  const body = readSoleFrame((await disk.read(name)) ?? new Uint8Array());
  return body === undefined ? undefined : JSON.parse(reader.decode(body));
}

/** Durably, or not at all. */
export function writeSmallFile(disk: Disk, name: string, content: unknown): Promise<void> {
  return disk.replace(name, frameOf(writer.encode(JSON.stringify(content))));
}
