/** A gate sends what it has decided by itself, or only that it is there: receipts, gaps, the time. */
import type { Caller } from '../access/caller.ts';
import type { Core } from '../core.ts';
import { openPerson } from '../lane/workflow.ts';
import {
  findGaps,
  type Gap,
  type GateReceipt,
  readRecord,
  type SendingDevice,
  type SentRecord,
  takeIn,
} from '../redemption/workflow.ts';
import { ledgerName } from './ledger-name.ts';
import { findGateOfMachine, saveContact } from './store.ts';

/** A batch, and what the gate says of itself with it. */
export interface GateBatch {
  readonly sentAt: string;
  readonly records: readonly SentRecord[];
  /** Records that are still to be sent. */
  readonly waiting: number | null;
  readonly lists: {
    readonly trust: number | null;
    readonly status: string | null;
    readonly programme: string | null;
  };
}

/** The answer to a batch. */
export interface BatchAnswer {
  readonly now: string;
  /** Another one than before: the gate sends again what it has kept. */
  readonly ledger: string;
  readonly receipts: readonly GateReceipt[];
  readonly gaps: readonly Gap[];
}

/** The device of the gate that calls, or `undefined`: nobody else sends for a gate. */
export async function findDevice(
  core: Core,
  gateId: string,
  caller: Caller,
): Promise<SendingDevice | undefined> {
  if (caller.kind !== 'machine') return undefined;
  const deviceId = caller.id.replace(/^machine:/, '');
  const gate = await findGateOfMachine(core.database, gateId, deviceId);
  if (gate === undefined) return undefined;
  const isLost = gate.event === 'revoked' || gate.machineId !== deviceId;
  return { gateId, deviceId, venueId: gate.venueId, isLost };
}

/** Takes the batch in, and keeps how the gate is. */
export async function takeBatch(
  core: Core,
  device: SendingDevice,
  batch: GateBatch,
): Promise<BatchAnswer> {
  const receipts = await takeIn(core, device, batch.records.map(readRecord), (sealed) =>
    openPerson(core, sealed),
  );
  const epochs = [...new Set(batch.records.map(({ bootEpoch }) => bootEpoch))];
  const gaps = await findGaps(core, device.deviceId, epochs);
  const now = core.clock.now();
  const { sentAt, waiting, lists } = batch;
  if (!device.isLost) {
    const { gateId, deviceId } = device;
    await saveContact(core.database, {
      gateId,
      deviceId,
      contactAt: now,
      sentAt,
      waiting,
      lists,
      gaps,
    });
  }
  return { now, ledger: await ledgerName(core), receipts, gaps };
}
