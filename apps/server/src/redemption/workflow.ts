/** Redemptions, for the other nouns: scan, admit, reverse, end the nights. */
import type { CivilDate } from '@liyu/domain/kernel';
import type { Core } from '../core.ts';
import { findPerson } from '../donor/workflow.ts';
import { loadEntriesOfDay } from './store.ts';

export { admit } from './admit.ts';
export { type ScanAnswer, unknownVenueAnswer } from './answer.ts';
export type { Visit } from './attempt.ts';
export { endNights } from './end-nights.ts';
export { findGaps, type Gap } from './gate-gaps.ts';
export { type GateReceipt, takeIn } from './gate-intake.ts';
export { type ReadRecord, readRecord, type SendingDevice, type SentRecord } from './gate-record.ts';
export { type Place, type Preview, previewCode, previewDonor, previewNobody } from './preview.ts';
export { AnswerForgotten, Quarantined } from './refuse.ts';
export { reverse } from './reverse.ts';
export { type ScanRequest, scan } from './scan.ts';

/** Free entries of the donor at the site on the day that stand. */
export async function countEntries(
  core: Core,
  donorId: string,
  site: string,
  on: CivilDate,
): Promise<number> {
  const { donorIds } = await findPerson(core.database, donorId);
  return (await loadEntriesOfDay(core.database, donorIds, site, on)).length;
}
