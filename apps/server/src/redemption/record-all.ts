/**
 * Records many scans at once, each with its own outcome. They go to the database together; when
 * that is refused, in halves, down to the one that is the reason: so one that cannot be recorded
 * holds up nobody, and the rest costs a few round trips more.
 */
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { ScanAnswer } from './answer.ts';
import {
  type Clash,
  codeOf,
  findReceipts,
  insertQuarantine,
  receiptKey,
  storeTogether,
} from './record-store.ts';
import type { ScanRecord } from './scan-record.ts';

/**
 * Recorded now; known from before, with the answer it had; kept aside for a person; something that
 * must be unique is taken; or it failed: nothing of it is recorded unless it says otherwise when it
 * is sent again.
 */
export type Outcome =
  | { readonly recorded: true }
  /** `null`: the answer was deleted by schedule. */
  | { readonly known: ScanAnswer | null }
  | { readonly quarantined: true }
  | { readonly clash: Clash }
  | { readonly failure: unknown };

/** PostgreSQL's classes of errors that a record itself can cause; all others are faults. */
const OF_A_RECORD = /^(21|22|23|40|54|LY|P0)...$/;

/** Records all that can be; one outcome a record, in their order. Never rejects. */
export async function recordAll(
  database: Kysely<Schema>,
  records: readonly ScanRecord[],
): Promise<Outcome[]> {
  if (records.length === 0) return [];
  try {
    const clash = await storeTogether(database, records);
    if (clash === undefined) return records.map(() => ({ recorded: true }));
    if (clash === 'receipt_known') return await recordUnknown(database, records);
    if (records.length === 1) return [{ clash }];
  } catch (cause) {
    if (records.length === 1 || !OF_A_RECORD.test(codeOf(cause))) {
      return records.map(() => ({ failure: cause }));
    }
  }
  return recordHalves(database, records);
}

async function recordHalves(
  database: Kysely<Schema>,
  records: readonly ScanRecord[],
): Promise<Outcome[]> {
  const middle = Math.ceil(records.length / 2);
  // One after the other: of two with the same name the first is recorded.
  const first = await recordAll(database, records.slice(0, middle));
  return [...first, ...(await recordAll(database, records.slice(middle)))];
}

/** Answers what has a receipt, and records the rest. */
async function recordUnknown(
  database: Kysely<Schema>,
  records: readonly ScanRecord[],
): Promise<Outcome[]> {
  const receipts = await findReceipts(
    database,
    records.map(({ sent }) => sent),
  );
  if (receipts.size === 0) {
    if (records.length === 1) throw new Error('invariant broken: a known receipt is found');
    // Two of them have the same name, then.
    return recordHalves(database, records);
  }
  const unknown = records.filter(({ sent }) => !receipts.has(receiptKey(sent)));
  const outcomes = new Map<ScanRecord, Outcome>();
  for (const record of records) {
    const receipt = receipts.get(receiptKey(record.sent));
    if (receipt === undefined) continue;
    if (receipt.bodyHash === record.sent.bodyHash) outcomes.set(record, { known: receipt.answer });
    else {
      await insertQuarantine(database, record.sent);
      outcomes.set(record, { quarantined: true });
    }
  }
  const recorded = await recordAll(database, unknown);
  for (const [at, record] of unknown.entries()) {
    const outcome = recorded[at];
    if (outcome !== undefined) outcomes.set(record, outcome);
  }
  return records.map((record) => {
    const outcome = outcomes.get(record);
    if (outcome === undefined) throw new Error('invariant broken: a record has an outcome');
    return outcome;
  });
}
