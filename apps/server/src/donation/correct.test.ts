/** Corrections on the real database: nothing is deleted, the past is answered as it was known. */

import type { CivilDate } from '@liyu/domain/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { instant, openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import type { Mode } from '../approval/workflow.ts';
import { leafOf } from '../audit/leaf.ts';
import { insertLeaf, verifyAudit } from '../audit/workflow.ts';
import { showCodes } from '../pass/development-phone.ts';
import { scan } from '../redemption/workflow.ts';
import { loadStanding, summariseStandings } from '../standing/workflow.ts';
import { correctDonation } from './correct.ts';
import { insertCorrection } from './store.ts';

const NOON = '2026-11-24T12:00:00+08:00';
const HONOUR = residentNumber(1);
const ONCE = residentNumber(2);
let city: TestCore;

beforeAll(async () => {
  city = await openTestCore('2026-11-20T12:00:00+08:00');
  await city.importRows([
    ...Array.from({ length: 10 }, (_, at) => ({
      number: `H${at}`,
      document: HONOUR,
      donatedOn: `20${16 + at}-05-05`,
      amount: '400',
    })),
    { number: 'O1', document: ONCE, donatedOn: '2026-09-09' },
  ]);
  city.setNow(NOON);
});
afterAll(() => city.close());

const correct = (
  donation: string,
  correction: 'voided' | 'mistake' | 'restored',
  mode: Mode = 'at_once',
) => correctDonation(city.core, { donation, correction, reason: 'a test' }, { by: 'li', mode });

const events = async (document: string): Promise<string[]> => {
  const donorId = await city.donorOf(document);
  const rows = await city.core.database
    .selectFrom('card_event')
    .select('event')
    .where('donor_id', '=', donorId)
    .orderBy('event_id')
    .execute();
  return rows.map(({ event }) => event);
};

test('an unknown donation is refused', async () => {
  expect(await correct('NONE', 'mistake')).toEqual({ refused: 'unknown_donation' });
  expect(await correct('H3', 'restored')).toEqual({ refused: 'nothing_to_restore' });
});

test('voided after testing, a donation still counts', async () => {
  const report = await correct('H3', 'voided');
  if ('refused' in report) throw new Error('the donation is known');
  expect(report.after).toEqual(report.before);
  expect(report.passesRevoked).toBe(0);
});

test('a dry run shows what would be lost, and keeps nothing', async () => {
  const report = await correct('H4', 'mistake', 'preview');
  expect(report).toMatchObject({
    kept: false,
    before: { counts: { city: '20' }, tier: 'bronze', card: { kind: 'honour' } },
    after: { counts: { city: '18' }, tier: 'second', card: { kind: 'annual', state: 'ended' } },
  });
  expect(await events(HONOUR)).toEqual(['issued']);
});

test('a mistake takes the honour card and its passes; the entry made before stays', async () => {
  const donorId = await city.donorOf(HONOUR);
  const at = instant(NOON);
  const [code = ''] = await showCodes(city.core, donorId, at, 2);
  const [, second = ''] = await showCodes(city.core, donorId, at, 2);
  const used = await scan(city.core, WHOLE_CITY, { code, venue: 'botanical-garden', at });
  expect(used.open).toBe(true);

  const report = await correct('H4', 'mistake');
  if ('refused' in report) throw new Error('the donation is known');
  expect(report.passesRevoked).toBeGreaterThan(0);
  expect(await events(HONOUR)).toEqual(['issued', 'corrected']);
  const later = instant('2026-11-24T12:00:10+08:00');
  const refused = await scan(city.core, WHOLE_CITY, {
    code: second,
    venue: 'jinci-museum',
    at: later,
  });
  expect(refused).toMatchObject({ open: false, code: 'revoked' });
  const kept = await city.core.database
    .selectFrom('redemption')
    .select('redemption_id')
    .where('redemption_id', '=', used.redemptionId ?? '')
    .execute();
  expect(kept).toHaveLength(1);
});

test('a card that no donation earns is withdrawn, and issued again under its number', async () => {
  const donorId = await city.donorOf(ONCE);
  const number = await city.core.database
    .selectFrom('card')
    .select('card_number')
    .where('donor_id', '=', donorId)
    .executeTakeFirst();
  await correct('O1', 'mistake');
  city.setNow('2026-11-24T12:01:00+08:00');
  await city.importRows([{ number: 'O2', document: ONCE, donatedOn: '2026-11-24' }]);
  expect(await events(ONCE)).toEqual(['issued', 'withdrawn', 'issued']);
  const after = await city.core.database
    .selectFrom('card')
    .select('card_number')
    .where('donor_id', '=', donorId)
    .execute();
  expect(after).toEqual([number]);
});

test('a question about the past: by what is known now, and by what was known then', async () => {
  const donorId = await city.donorOf(HONOUR);
  const on = '2026-11-22' as CivilDate;
  const then = instant('2026-11-22T00:00:00+08:00');
  expect((await loadStanding(city.core, donorId, on)).card?.kind).toBe('annual');
  expect((await loadStanding(city.core, donorId, on, then)).card?.kind).toBe('honour');
  const before = instant('2026-11-19T00:00:00+08:00');
  expect((await summariseStandings(city.core, on, before)).donors).toBe(0);
});

test('a mistake about a mistake: restored, the donation counts again', async () => {
  const report = await correct('H4', 'restored');
  expect(report).toMatchObject({
    before: { counts: { city: '18' }, tier: 'second' },
    after: { counts: { city: '20' }, tier: 'bronze', card: { kind: 'honour' } },
    passesRevoked: 0,
    approval: { needed: false },
  });
  expect(await events(HONOUR)).toEqual(['issued', 'corrected', 'upgraded']);
  expect(await correct('H4', 'restored')).toEqual({ refused: 'nothing_to_restore' });
});

test('a correction of an earlier release, which names nobody, is as its leaf says it', async () => {
  const { core } = city;
  const donorId = await city.donorOf(ONCE);
  const correctionId = core.newId();
  const said = { donation: 'O1', correction: 'voided', reason: 'a test' };
  await insertCorrection(core.database, {
    donor_id: donorId,
    correction_id: correctionId,
    donation_number: said.donation,
    correction: said.correction,
    reason: said.reason,
    recorded_by: null,
    approval_id: null,
    recorded_at: core.clock.now(),
  });
  const leaf = leafOf(core, 'correction', correctionId, { donorId, correctionId, ...said });
  await insertLeaf(core.database, leaf);
  expect(await verifyAudit(core)).toMatchObject({ ok: true });
});

test('the audit log speaks of every correction as it is recorded', async () => {
  expect(await verifyAudit(city.core)).toMatchObject({ ok: true, problems: [] });
  await city.core.database
    .insertInto('donation_correction')
    .values({
      donor_id: await city.donorOf(HONOUR),
      correction_id: city.core.newId(),
      donation_number: 'H5',
      correction: 'mistake',
      reason: 'put in past the log',
      recorded_at: city.core.clock.now(),
      recorded_by: null,
      approval_id: null,
    })
    .execute();
  const { problems } = await verifyAudit(city.core);
  expect(problems.map(({ what }) => what)).toEqual(['recorded, but no leaf speaks of it']);
});
