/**
 * What a gate has decided by itself is taken in: a batch in one transaction, judged by a few
 * queries. Everything that is stored is acknowledged by its name; what cannot be taken as a use is
 * kept aside for a person to look at, so that one poison record holds up nobody.
 */
import { findVenue } from '@liyu/domain/programme';
import type { Core } from '../core.ts';
import { type Aside, planBatch, Unrecordable } from './gate-plan.ts';
import type { ReadRecord, SendingDevice } from './gate-record.ts';
import type { OpenPerson } from './gate-signed.ts';
import { loadQuarantined, loadReceipts, storeOffline } from './gate-store.ts';
import { inTurn } from './gate-turns.ts';
import { codeOf } from './record-store.ts';

/** What became of a record. Everything but `failed` says that it is stored, for good. */
export interface GateReceipt {
  readonly bootEpoch: number;
  readonly seq: number;
  readonly outcome: 'recorded' | 'known' | 'quarantined' | 'failed';
  readonly redemptionId: string | null;
  /** Why it is kept aside. */
  readonly because?: Aside;
  /** Why it failed. */
  readonly fault?: unknown;
}

/** So often a batch is judged anew because somebody else was quicker. */
const MOST_TRIES = 20;
/** PostgreSQL's classes of errors that a record itself can cause; all others are faults. */
const OF_A_RECORD = /^(21|22|23|54|P0)...$/;

type AsideByRecord = ReadonlyMap<ReadRecord, Aside>;
const NONE: AsideByRecord = new Map();

/** Takes the records in; a receipt each, in their order. Rejects for nothing: faults are `failed`. */
export async function takeIn(
  core: Core,
  device: SendingDevice,
  records: readonly ReadRecord[],
  openPerson: OpenPerson,
): Promise<GateReceipt[]> {
  const take = () => takeAll(core, device, records, openPerson, NONE);
  if (records.length === 0) return [];
  const isMetro = findVenue(core.programme, device.venueId)?.kind === 'metro';
  return isMetro ? inTurn(core.database, take) : take();
}

async function takeAll(
  core: Core,
  device: SendingDevice,
  records: readonly ReadRecord[],
  openPerson: OpenPerson,
  aside: AsideByRecord,
): Promise<GateReceipt[]> {
  try {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const receipts = await tryIn(core, device, records, openPerson, aside);
      if (receipts !== undefined) return receipts;
    }
    return records.map((read) => receiptOf(read, 'failed'));
  } catch (cause) {
    const poison = cause instanceof Unrecordable ? cause.read : theOnly(records);
    if (cause instanceof Unrecordable || isOfARecord(cause)) {
      if (poison === undefined) return takeHalves(core, device, records, openPerson, aside);
      if (!aside.has(poison)) {
        return takeAll(
          core,
          device,
          records,
          openPerson,
          new Map([...aside, [poison, 'unrecordable']]),
        );
      }
    }
    return records.map((read) => ({ ...receiptOf(read, 'failed'), fault: cause }));
  }
}

function theOnly<T>(all: readonly T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined;
}

async function takeHalves(
  core: Core,
  device: SendingDevice,
  records: readonly ReadRecord[],
  openPerson: OpenPerson,
  aside: AsideByRecord,
): Promise<GateReceipt[]> {
  const middle = Math.ceil(records.length / 2);
  const first = await takeAll(core, device, records.slice(0, middle), openPerson, aside);
  return [...first, ...(await takeAll(core, device, records.slice(middle), openPerson, aside))];
}

function isOfARecord(cause: unknown): boolean {
  return OF_A_RECORD.test(codeOf(cause));
}

/** Judges and stores everything together; `undefined` when something has changed meanwhile. */
async function tryIn(
  core: Core,
  device: SendingDevice,
  records: readonly ReadRecord[],
  openPerson: OpenPerson,
  aside: AsideByRecord,
): Promise<GateReceipt[] | undefined> {
  const { fresh, others, known } = await sortOut(core, device, records);
  const plan = await planBatch(core, device, { fresh, others, aside, openPerson });
  const { rows, sightings } = plan;
  if (rows !== undefined && !(await storeOffline(core.database, rows, sightings))) return undefined;
  return records.map((read) => {
    const name = nameOf(read);
    const redemptionId = plan.redemptionIds.get(name) ?? known.get(name)?.redemptionId ?? null;
    const because = plan.because.get(read);
    if (because !== undefined) return { ...receiptOf(read, 'quarantined'), because };
    return { ...receiptOf(read, fresh.includes(read) ? 'recorded' : 'known'), redemptionId };
  });
}

interface Sorted {
  /** Under these names nothing has come yet. */
  readonly fresh: readonly ReadRecord[];
  /** Something else has come under their names. */
  readonly others: readonly { readonly read: ReadRecord; readonly isKept: boolean }[];
  readonly known: ReadonlyMap<string, { bodyHash: string; redemptionId: string | null }>;
}

async function sortOut(
  core: Core,
  { deviceId }: SendingDevice,
  records: readonly ReadRecord[],
): Promise<Sorted> {
  const receipts = await loadReceipts(core.database, deviceId, records);
  const known = new Map(receipts.map((receipt) => [nameOf(receipt), receipt]));
  const hashes = new Map(receipts.map((receipt) => [nameOf(receipt), receipt.bodyHash]));
  const fresh: ReadRecord[] = [];
  const others: ReadRecord[] = [];
  for (const read of records) {
    const hash = hashes.get(nameOf(read));
    if (hash === undefined) {
      hashes.set(nameOf(read), read.bodyHash);
      fresh.push(read);
    } else if (hash !== read.bodyHash) others.push(read);
  }
  const kept = await loadQuarantined(core.database, deviceId, others);
  const marked = others.map((read) => {
    const key = `${nameOf(read)}/${read.bodyHash}`;
    const isKept = kept.has(key);
    kept.add(key);
    return { read, isKept };
  });
  return { fresh, others: marked, known };
}

function nameOf({ bootEpoch, seq }: { bootEpoch: number; seq: number }): string {
  return `${bootEpoch}/${seq}`;
}

function receiptOf({ bootEpoch, seq }: ReadRecord, outcome: GateReceipt['outcome']): GateReceipt {
  return { bootEpoch, seq, outcome, redemptionId: null };
}
