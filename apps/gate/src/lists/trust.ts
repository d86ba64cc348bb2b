/** The trust list on a gate's disk. Its version never goes down, not even when the file is lost. */
import { type PassCrypto, type PublicPoint, type TrustList, verifyTrustList } from '@liyu/pass';
import type { Disk } from '../disk.ts';
import { readSmallFile, writeSmallFile } from '../small-file.ts';
import { frameOf, readSoleFrame } from '../spool/frame.ts';

/** Holds the list that is in force here. */
export interface TrustHolder {
  readonly list: TrustList | undefined;
  load(): Promise<void>;
  /** Takes signed bytes, or answers why not. */
  take(bytes: Uint8Array, now: number): Promise<string | undefined>;
}

const LIST = 'lists/trust';
const VERSION = 'lists/trust-version';

/** An empty holder for the root's key. */
export function createTrustHolder(
  disk: Disk,
  rootKey: PublicPoint,
  crypto: PassCrypto,
): TrustHolder {
  let list: TrustList | undefined;
  let lowestVersion = 0;
  return {
    get list() {
      return list;
    },
    async load() {
      const version = await readSmallFile(disk, VERSION);
      if (typeof version === 'number') lowestVersion = Math.max(lowestVersion, version);
      const bytes = readSoleFrame((await disk.read(LIST)) ?? new Uint8Array());
      if (bytes === undefined) return;
      // The verifier judges the expiry at each scan, by a clock that may be right by then.
      const read = await verifyTrustList(bytes, rootKey, { now: 0, lowestVersion, crypto });
      if (read.ok) list = read.list;
    },
    async take(bytes, now) {
      const read = await verifyTrustList(bytes, rootKey, { now, lowestVersion, crypto });
      if (!read.ok) return `trust list: ${read.code}, ${read.detail}`;
      await disk.replace(LIST, frameOf(bytes));
      list = read.list;
      if (read.list.version === lowestVersion) return undefined;
      lowestVersion = read.list.version;
      await writeSmallFile(disk, VERSION, lowestVersion);
      return undefined;
    },
  };
}
