/** What the tests of the spool share: records, a spool on a disk, and what is found on it. */
import type { Disk } from '../src/disk.ts';
import type { RecordKey } from '../src/server-seam.ts';
import { openSpool, SPOOL_LIMITS, type Spool } from '../src/spool/spool.ts';
import type { SpoolLimits } from '../src/spool/writer.ts';

/** Noon, in milliseconds. */
export const NOON = Date.parse('2026-11-25T04:00:00.000Z');

/** A record's text, as a gate writes it. */
export function textOf(number: number, at = NOON): string {
  return JSON.stringify({ v: 1, at: new Date(at).toISOString(), number, 字: '献血' });
}

/** A spool with what was found on the disk. */
export interface Opened {
  readonly spool: Spool;
  readonly found: string[];
}

/** Opens the spool on the disk. */
export async function reopen(disk: Disk, limits: Partial<SpoolLimits> = {}): Promise<Opened> {
  const found: string[] = [];
  const all = { ...SPOOL_LIMITS, ...limits };
  const spool = await openSpool(disk, all, ({ text }) => found.push(text));
  return { spool, found };
}

/** Opens the spool and begins the boot epoch. */
export async function begin(
  disk: Disk,
  bootEpoch = 1,
  limits: Partial<SpoolLimits> = {},
): Promise<Spool> {
  const { spool } = await reopen(disk, limits);
  spool.begin(bootEpoch);
  return spool;
}

/** Appends records with these numbers, one after another. */
export async function appendAll(spool: Spool, numbers: readonly number[]): Promise<RecordKey[]> {
  const keys: RecordKey[] = [];
  for (const number of numbers) keys.push(await spool.append(textOf(number), NOON));
  return keys;
}

/** The texts that wait for the server. */
export async function waitingTexts(spool: Spool): Promise<string[]> {
  const bounds = { most: 10_000, mostBytes: 100_000_000, isDue: () => true };
  return (await spool.waiting(bounds)).map(({ body }) => body);
}
