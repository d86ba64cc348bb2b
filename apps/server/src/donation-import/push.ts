/**
 * Donations pushed by a blood bank's system, one or up to a thousand: the checks of a file's row,
 * one transaction for all that follows (standing, card, extension), an answer for each.
 */
import type { Text } from '@liyu/domain/kernel';
import type { Core } from '../core.ts';
import { parseDonationNumber } from '../donation/donation-number.ts';
import { type Field, HEADINGS } from '../donation/file-fields.ts';
import { type ImportReport, importDonations } from '../donation/import.ts';
import { type RowError, rowError } from '../donation/row-errors.ts';
import { findBrought } from '../donation/workflow.ts';
import { LAST_ORDINAL, storedReportOf } from './import-event.ts';
import { insertEvents } from './store.ts';

/** A donation as it is sent: the fields of a file's row, by their English headings. */
export type SentDonation = { readonly [F in Field]?: string | number | null | undefined };

/** What became of one donation. */
export interface PushedDonation {
  /** Of the donation in what was sent. */
  readonly pointer: string;
  readonly donation: string | null;
  readonly outcome: 'imported' | 'unchanged' | 'conflict' | 'rejected';
  readonly errors: readonly {
    readonly pointer: string;
    readonly code: string;
    readonly message: Text;
  }[];
}

/** What became of all of them; the id is that of the import under which they are recorded. */
export interface PushReport {
  readonly importId: string;
  readonly imported: number;
  readonly unchanged: number;
  readonly conflicts: number;
  readonly rejected: number;
  readonly donations: readonly PushedDonation[];
}

/** Who sends, and how much. */
export interface PushOptions {
  readonly by: string;
  readonly size: number;
  /** The pointer of the n-th donation in what was sent. */
  readonly pointerOf: (at: number) => string;
}

const FIELDS = Object.keys(HEADINGS) as Field[];

/** Takes the donations in; when it answers, standing and card of the donors are new. */
export async function pushDonations(
  core: Core,
  sent: readonly SentDonation[],
  options: PushOptions,
): Promise<PushReport> {
  const { by, size, pointerOf } = options;
  const importId = core.newId();
  const numbers = sent.map(({ donation_number: number }) => parseDonationNumber(cellOf(number)));
  let brought = new Set<string>();
  const rows = sent.map((donation) => FIELDS.map((field) => cellOf(donation[field])));
  const report = await importDonations(core, [FIELDS, ...rows], {
    dryRun: false,
    allOrNothing: false,
    as: { importId, fileName: 'push' },
    within: async (transaction, done) => {
      const asked = numbers.filter((number) => number !== undefined);
      brought = await findBrought(transaction, importId, asked);
      const received = { source: 'push', fileName: 'push', size, by } as const;
      const recordedAt = core.clock.now();
      const manner = { dryRun: false, allOrNothing: false };
      await insertEvents(transaction, importId, [
        { ordinal: 1, event: 'received', body: { ...received, ...manner }, recordedAt },
        { ordinal: LAST_ORDINAL, event: 'done', body: storedReportOf(done), recordedAt },
      ]);
    },
  });
  const donations = judge(numbers, report, brought, pointerOf);
  const count = (outcome: string): number =>
    donations.filter((donation) => donation.outcome === outcome).length;
  return {
    importId,
    imported: count('imported'),
    unchanged: count('unchanged'),
    conflicts: count('conflict'),
    rejected: count('rejected'),
    donations,
  };
}

function cellOf(value: string | number | null | undefined): string {
  return value === undefined || value === null ? '' : String(value);
}

/** The headings are row 1 of what was imported, so the first donation is row 2. */
const FIRST_ROW = 2;

function judge(
  numbers: readonly (string | undefined)[],
  report: ImportReport,
  brought: ReadonlySet<string>,
  pointerOf: (at: number) => string,
): PushedDonation[] {
  const rejected = Map.groupBy(report.rejected, ({ row }) => row);
  const conflicting = Map.groupBy(report.conflicting, ({ row }) => row);
  const first = new Set<string>();
  return numbers.map((number, at) => {
    const pointer = pointerOf(at);
    const row = at + FIRST_ROW;
    const errorsOf = (errors: readonly RowError[]) =>
      errors.map(({ column, code, message }) => ({
        pointer: `${pointer}/${column}`,
        code,
        message,
      }));
    const donation = number ?? null;
    // A donation without anything is passed over like an empty row of a file.
    const empty = number === undefined ? [rowError(row, 'donation_number', 'missing')] : undefined;
    const wrong = rejected.get(row) ?? empty;
    if (wrong) return { pointer, donation, outcome: 'rejected', errors: errorsOf(wrong) };
    const other = conflicting.get(row);
    if (other) return { pointer, donation, outcome: 'conflict', errors: errorsOf(other) };
    const isNew = number !== undefined && brought.has(number) && !first.has(number);
    if (number !== undefined) first.add(number);
    return { pointer, donation, outcome: isNew ? 'imported' : 'unchanged', errors: [] };
  });
}
