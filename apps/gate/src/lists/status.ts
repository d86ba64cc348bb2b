/**
 * One key's status list on a gate's disk: the whole list in the first frame, the deltas taken since
 * behind it, each with the moment at which it was taken.
 */
import {
  type PassCrypto,
  type StatusList,
  type StatusListVerification,
  type TrustEntry,
  verifyStatusDelta,
  verifyStatusList,
} from '@liyu/pass';
import type { Disk } from '../disk.ts';
import { frameOf, readFrames } from '../spool/frame.ts';

/** Holds one key's list. */
export interface StatusHolder {
  readonly list: StatusList | undefined;
  /** The list's own moment, to ask for a delta from; `null`: a whole one is wanted. */
  readonly since: number | null;
  load(entry: TrustEntry): Promise<void>;
  /** Takes a whole list or a delta, or answers why not. */
  take(bytes: Uint8Array, entry: TrustEntry, now: number): Promise<string | undefined>;
}

/** A day of deltas, one in five minutes; then a whole list is asked for again. */
const MOST_DELTAS = 288;
const TAKEN_BYTES = 4;

/** An empty holder; `kid` is the key's id in hexadecimal. */
export function createStatusHolder(disk: Disk, kid: string, crypto: PassCrypto): StatusHolder {
  const name = `lists/status-${kid}`;
  let list: StatusList | undefined;
  let deltas = 0;
  let wantsWhole = true;

  /** A delta follows the list that is held; whatever else is a whole list. */
  async function verify(bytes: Uint8Array, entry: TrustEntry, now: number) {
    const whole = await verifyStatusList(bytes, entry, { now, crypto });
    if (whole.ok || whole.code !== 'malformed' || list === undefined) {
      return { isWhole: true, read: whole };
    }
    const delta = await verifyStatusDelta(bytes, entry, list, { now, crypto });
    return { isWhole: false, read: delta };
  }

  async function store(bytes: Uint8Array, isWhole: boolean, now: number): Promise<void> {
    const body = new Uint8Array(TAKEN_BYTES + bytes.length);
    new DataView(body.buffer).setUint32(0, now, true);
    body.set(bytes, TAKEN_BYTES);
    wantsWhole = true;
    if (isWhole) {
      await disk.replace(name, frameOf(body));
    } else {
      await disk.append(name, frameOf(body));
      await disk.sync(name);
    }
    deltas = isWhole ? 0 : deltas + 1;
    wantsWhole = deltas >= MOST_DELTAS;
  }

  return {
    get list() {
      return list;
    },
    get since() {
      return wantsWhole || list === undefined ? null : list.iat;
    },
    async load(entry) {
      const bytes = (await disk.read(name)) ?? new Uint8Array();
      const { frames, intactBytes } = readFrames(bytes);
      for (const { body } of frames) {
        if (body.length <= TAKEN_BYTES) break;
        const taken = new DataView(body.buffer, body.byteOffset, TAKEN_BYTES).getUint32(0, true);
        const { isWhole, read } = await verify(body.subarray(TAKEN_BYTES), entry, taken);
        if (!read.ok) return;
        list = read.list;
        deltas = isWhole ? 0 : deltas + 1;
      }
      if (intactBytes !== bytes.length) await disk.truncate(name, intactBytes);
      wantsWhole = list === undefined || deltas >= MOST_DELTAS;
    },
    async take(bytes, entry, now) {
      const { isWhole, read } = await verify(bytes, entry, now);
      if (!read.ok) {
        wantsWhole = true;
        return refused(read);
      }
      if (list !== undefined && read.list.iat < list.iat) {
        return `status list: an older one, of ${read.list.iat}`;
      }
      list = read.list;
      await store(bytes, isWhole, now);
      return undefined;
    },
  };
}

function refused(read: Exclude<StatusListVerification, { ok: true }>): string {
  return `status list: ${read.code}, ${read.detail}`;
}
