/**
 * This server as a device: its id and how often it has started, kept on its disk. With a running
 * number they name every scan once and for all.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** The name of one scan: no two scans have the same. */
export interface DeviceMark {
  readonly id: string;
  readonly bootEpoch: number;
  readonly seq: number;
}

const FILE = z.strictObject({ id: z.string().min(1), bootEpoch: z.number().int().min(0) });

/**
 * Starts the device: the next boot epoch is on disk before the first mark is given. Answers the
 * function that gives marks.
 */
export function startDevice(home: string, newId: () => string): () => DeviceMark {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = path.join(home, 'device.json');
  const before = existsSync(file)
    ? FILE.parse(JSON.parse(readFileSync(file, 'utf8')))
    : { id: `server-${newId()}`, bootEpoch: 0 };
  const device = { id: before.id, bootEpoch: before.bootEpoch + 1 };
  const aside = openSync(`${file}.new`, 'w', 0o600);
  writeSync(aside, JSON.stringify(device));
  fsyncSync(aside);
  closeSync(aside);
  renameSync(`${file}.new`, file);
  const folder = openSync(home, 'r');
  fsyncSync(folder);
  closeSync(folder);
  let seq = 0;
  return () => {
    seq += 1;
    return { ...device, seq };
  };
}
