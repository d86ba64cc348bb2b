/** For tests: a log in which every kind of leaf stands, under several checkpoints. */

import { instant, residentNumber, type TestCore } from '../../../test/test-core.ts';
import { WHOLE_CITY } from '../../access/caller.ts';
import { showCodes } from '../../pass/development-phone.ts';
import { admit, endNights, reverse, scan } from '../../redemption/workflow.ts';
import { settlePeriod } from '../../settlement/workflow.ts';
import { appendCheckpoint } from '../checkpoint.ts';
import { sequenceLeaves } from '../sequence.ts';

const DONOR = residentNumber(1);
const HOSPITALS = ['H01', 'H02', 'H03', 'H04', 'H05', 'H06', 'H07'];

/** Gives all leaves their places and signs the head. */
export async function sealLog(city: TestCore): Promise<void> {
  await sequenceLeaves(city.core);
  await appendCheckpoint(city.core);
}

/**
 * Uses, refusals, a manual fallback, reversals, a night's end and settlements, with a checkpoint
 * after each group; the last leaves stand under none.
 */
export async function recordSampleLog(city: TestCore): Promise<void> {
  await city.importRows([{ number: 'A1', document: DONOR, donatedOn: '2026-03-10' }]);
  for (const [at, venue] of HOSPITALS.entries()) {
    const used = await use(city, `2026-10-05T08:0${at}:00+08:00`, venue);
    await use(city, `2026-10-05T08:0${at}:30+08:00`, 'bus-tourist');
    if (at % 3 === 0) await reverse(city.core, used, 'wrong desk', city.core.clock.now());
    await sealLog(city);
  }
  await admit(city.core, WHOLE_CITY, {
    donorId: await city.donorOf(DONOR),
    venue: 'jinci-museum',
    clerk: 'Li',
    reason: 'phone broken',
    at: instant('2026-10-05T12:00:00+08:00'),
  });
  await use(city, '2026-10-05T18:00:00+08:00', 'metro-demo');
  await use(city, '2026-10-05T18:20:00+08:00', 'metro-2-05', 'out');
  await use(city, '2026-10-05T22:00:00+08:00', 'metro-demo');
  await sealLog(city);
  city.setNow('2026-11-01T09:00:00+08:00');
  await endNights(city.core, city.core.clock.now());
  await settlePeriod(city.core, WHOLE_CITY, 'H01', '2026-10');
  await settlePeriod(city.core, WHOLE_CITY, 'metro-2', '2026-10');
  await sealLog(city);
  await use(city, '2026-11-02T08:00:00+08:00', 'H01');
  await sequenceLeaves(city.core);
  await use(city, '2026-11-02T09:00:00+08:00', 'bus-tourist');
}

/** Shows a fresh code and scans it at the moment; answers the use's id, empty for a refusal. */
async function use(
  city: TestCore,
  at: string,
  venue: string,
  direction: 'in' | 'out' = 'in',
): Promise<string> {
  city.setNow(at);
  const [code = ''] = await showCodes(city.core, await city.donorOf(DONOR), instant(at), 1);
  const visit = { level: 'general', feeFen: 1000, insuredFen: 250 } as const;
  const more = { direction, ...(venue.startsWith('H') ? { visit } : {}) };
  const answer = await scan(city.core, WHOLE_CITY, { code, venue, at: instant(at), ...more });
  return answer.redemptionId ?? '';
}
