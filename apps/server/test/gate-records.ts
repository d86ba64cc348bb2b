/** Records as a gate writes them, and a gate's device that sends them without HTTP. */
import { parseInstant } from '@liyu/domain/kernel';
import type { GateScan } from '@liyu/domain/redemption';
import type { Core } from '../src/core.ts';
import {
  type GateReceipt,
  readRecord,
  type SendingDevice,
  type SentRecord,
  takeIn,
} from '../src/redemption/workflow.ts';

/** What a test says of a scan; the rest has defaults. */
export type ScanOf = Partial<Omit<GateScan, 'at' | 'code'>> & {
  readonly at: string;
  readonly code: string;
};

/** A scan after which the gate opened, as its exact text. */
export function scanText({ at, ...more }: ScanOf): string {
  return JSON.stringify({
    v: 1,
    kind: 'scan',
    at: parseInstant(at),
    venue: 'metro-demo',
    direction: 'in',
    opened: true,
    reason: 'granted',
    skewSeconds: 0,
    marks: [],
    lists: { trust: 20_000, status: parseInstant(at), programme: '2026-06-09' },
    ...more,
  } satisfies Record<keyof Omit<GateScan, 'fee' | 'admission'>, unknown>);
}

/** A start of the device. */
export function bootText(
  at: string,
  previous: { bootEpoch: number; lastSeq: number } | null = null,
) {
  const more = { previous, cutBytes: 0, clock: 'synced' };
  return JSON.stringify({ v: 1, kind: 'boot', at: parseInstant(at), ...more });
}

/** A device of a gate at the venue. */
export function deviceAt(core: Core, venueId: string, isLost = false): SendingDevice {
  const gateId = core.newId();
  return { gateId, deviceId: `gate-${gateId}.2`, venueId, isLost };
}

/** Sends texts under running numbers from 1; answers the receipts. */
export function send(
  core: Core,
  device: SendingDevice,
  texts: readonly string[],
  from = 1,
): Promise<GateReceipt[]> {
  const records = texts.map(
    (body, index): SentRecord => ({ bootEpoch: 1, seq: from + index, body }),
  );
  return takeIn(core, device, records.map(readRecord), async () => undefined);
}
