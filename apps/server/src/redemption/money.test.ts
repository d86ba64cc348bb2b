/** What uses are worth, on the real database: fares, waivers, reversals and closed months. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANNUAL, at, HONOUR, openTestGate, type TestGate } from '../../test/gate.ts';
import { instant } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { type SettledStatement, settlePeriod } from '../settlement/workflow.ts';
import { admit, endNights, reverse } from './workflow.ts';

let city: TestGate['city'];
let use: TestGate['use'];

/** The statement of a partner that there is. */
async function settle(partner: string, month: string): Promise<SettledStatement> {
  const statement = await settlePeriod(city.core, WHOLE_CITY, partner, month);
  if (statement === undefined) throw new Error('the test settles for a partner of the programme');
  return statement;
}

beforeAll(async () => {
  ({ city, use } = await openTestGate());
});
afterAll(() => city.close());

describe('money', () => {
  const day = '2026-10-05';

  test('a trip is split by kilometres; entry and exit, two operators', async () => {
    const entry = await use(ANNUAL, at('08:00:00', day), { venue: 'metro-demo' });
    const exit = await use(ANNUAL, at('08:30:00', day), { venue: 'metro-1-20', direction: 'out' });
    expect(entry).toMatchObject({ open: true, waivedFen: 0 });
    expect(exit).toMatchObject({ open: true, toPayFen: 0 });
    expect(await owed('2026-10', 'metro-1', 'metro-2')).toBe(exit.waivedFen);
    expect(exit.waivedFen).toBeGreaterThan(0);
  });

  test('an exit without an entry, and an entry without an exit, cost the lowest fare', async () => {
    const before = await owed('2026-10', 'metro-1', 'metro-2');
    const exit = await use(ANNUAL, at('09:00:00', day), { venue: 'metro-1-03', direction: 'out' });
    expect(exit).toMatchObject({ open: true, mark: 'exit_without_entry', waivedFen: 200 });
    await use(ANNUAL, at('23:00:00', day), { venue: 'metro-2-02' });
    expect(await endNights(city.core, instant(at('03:30:00', '2026-10-06')))).toBe(0);
    expect(await endNights(city.core, instant(at('03:30:01', '2026-10-06')))).toBe(1);
    expect(await endNights(city.core, instant(at('04:00:00', '2026-10-06')))).toBe(0);
    expect(await owed('2026-10', 'metro-1', 'metro-2')).toBe(before + 400);
    const late = await use(ANNUAL, at('04:00:00', '2026-10-06'), {
      venue: 'metro-2-03',
      direction: 'out',
    });
    expect(late.mark).toBe('exit_without_entry');
  });

  test('a visit is waived, charged back once, and an adjustment once its month is closed', async () => {
    const visit = { level: 'general', feeFen: 1000, insuredFen: 250 } as const;
    const first = await use(ANNUAL, at('10:00:00', day), { venue: 'H07', visit });
    expect(first).toMatchObject({ waivedFen: 750, toPayFen: 0 });
    const second = await use(ANNUAL, at('10:05:00', day), { venue: 'H07', visit });
    await takeBack(first.redemptionId, at('11:00:00', day));
    expect(await owed('2026-10', 'H07')).toBe(750);

    city.setNow(at('00:00:00', '2026-11-01'));
    const closed = await settle('H07', '2026-10');
    expect(closed).toMatchObject({
      closedAt: instant(at('00:00:00', '2026-11-01')),
      totalFen: 750,
    });
    expect(closed.lines).toHaveLength(3);

    await takeBack(second.redemptionId, at('09:00:00', '2026-11-03'));
    expect(await settle('H07', '2026-10')).toEqual(closed);
    const next = await settle('H07', '2026-11');
    expect(next).toMatchObject({ closedAt: null, lines: [], totalFen: -750 });
    expect(next.adjustments).toMatchObject([{ reversalOf: second.redemptionId, waivedFen: -750 }]);
    const again = await reverse(
      city.core,
      second.redemptionId ?? '',
      'twice',
      instant(at('09:00:00', '2026-11-03')),
    );
    expect(again).toEqual({ refused: 'already_reversed' });
  });

  test('a private site is reported, not paid; a reversal frees the entry of the day', async () => {
    const entry = await use(ANNUAL, at('14:00:00', day), { venue: 'diantou-castle' });
    expect(entry).toMatchObject({ open: true, waivedFen: 0 });
    const statement = await settle('diantou-castle', '2026-10');
    expect(statement.lines).toMatchObject([{ redemptionId: entry.redemptionId, waivedFen: 0 }]);
    expect((await use(ANNUAL, at('15:00:00', day), { venue: 'diantou-castle' })).code).toBe(
      'already_today',
    );
    await takeBack(entry.redemptionId, at('15:01:00', day));
    expect((await use(ANNUAL, at('15:02:00', day), { venue: 'diantou-castle' })).open).toBe(true);
  });

  test('a metro entry is taken back with its fare, also while the night ends it', async () => {
    const donorId = await city.donorOf(HONOUR);
    const before = await owed('2026-10', 'metro-2');
    for (let trip = 0; trip < 10; trip += 1) {
      const entered = instant(at(`12:${30 + trip}:00`, day));
      const occasion = { donorId, venue: `metro-2-${12 + trip}`, at: entered };
      const entry = await admit(city.core, WHOLE_CITY, {
        ...occasion,
        clerk: 'c',
        reason: 'no phone',
      });
      expect(entry.code).toBe('granted');
      const later = instant(at('05:00:00', '2026-10-06'));
      await Promise.all([
        endNights(city.core, later),
        reverse(city.core, entry.redemptionId ?? '', 'a test', later),
      ]);
    }
    expect(await owed('2026-10', 'metro-2')).toBe(before);
    const last = await admit(city.core, WHOLE_CITY, {
      donorId,
      venue: 'metro-2-22',
      at: instant(at('13:00:00', day)),
      clerk: 'c',
      reason: 'no phone',
    });
    await endNights(city.core, instant(at('05:00:00', '2026-10-06')));
    const back = await reverse(
      city.core,
      last.redemptionId ?? '',
      'a test',
      instant(at('06:00:00', '2026-10-06')),
    );
    expect(back).toMatchObject({ waivedFen: -200 });
  });

  async function owed(month: string, ...partners: string[]): Promise<number> {
    city.setNow(`${month}-28T12:00:00+08:00`);
    let total = 0;
    for (const partner of partners) {
      total += (await settle(partner, month)).totalFen;
    }
    return total;
  }

  async function takeBack(id: string | null, moment: string): Promise<void> {
    city.setNow(moment);
    const answer = await reverse(city.core, id ?? '', 'the visit did not happen', instant(moment));
    expect(answer).toMatchObject({ reversalOf: id });
  }
});
