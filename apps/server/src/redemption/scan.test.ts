/** Scans on the real database: every answer of the gate that a rule or the format asks for. */

import { generateKey } from '@liyu/pass/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANNUAL, at, ENDING, HONOUR, openTestGate, type TestGate } from '../../test/gate.ts';
import { instant, openTestCore, residentNumber } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { printCard, showCodes } from '../pass/development-phone.ts';
import { bindPasses, findPassPeriods } from '../pass/workflow.ts';
import { admit, scan } from './workflow.ts';

const NOBODY = residentNumber(99);

let city: TestGate['city'];
let codeOf: TestGate['codeOf'];
let use: TestGate['use'];

beforeAll(async () => {
  ({ city, codeOf, use } = await openTestGate());
});
afterAll(() => city.close());

describe('the moment of the code', () => {
  test.each([
    [-31, 'stale'],
    [-30, 'granted'],
    [15, 'granted'],
    [16, 'ahead'],
  ])('a code shown %i s from the gate is %s', async (seconds, expected) => {
    const shown = Date.parse(at('07:00:00')) + seconds * 1000 + Math.abs(seconds) * 3_600_000;
    const code = await codeOf(ANNUAL, new Date(shown).toISOString());
    const gate = new Date(shown - seconds * 1000).toISOString();
    const answer = await scan(city.core, WHOLE_CITY, {
      code,
      venue: 'bus-regular',
      at: instant(gate),
    });
    expect(answer).toMatchObject({ code: expected, skewSeconds: seconds });
    if (expected === 'stale') expect(answer.message.en).toContain('31 seconds');
  });

  test('a screenshot opens once, and not after its time', async () => {
    const code = await codeOf(HONOUR, at('10:00:00'));
    const first = await scan(city.core, WHOLE_CITY, {
      code,
      venue: 'metro-demo',
      at: instant(at('10:00:05')),
    });
    const again = await scan(city.core, WHOLE_CITY, {
      code,
      venue: 'H01',
      at: instant(at('10:00:09')),
    });
    const late = await scan(city.core, WHOLE_CITY, {
      code,
      venue: 'metro-2-01',
      at: instant(at('10:00:46')),
    });
    expect([first.code, again.code, late.code]).toEqual(['granted', 'replayed', 'stale']);
  });

  test('passback: the same way through the same station again within 10 minutes', async () => {
    const first = await use(HONOUR, at('11:00:00'), { venue: 'metro-2-05' });
    const soon = await use(HONOUR, at('11:10:00'), { venue: 'metro-2-05' });
    const elsewhere = await use(HONOUR, at('11:10:00'), { venue: 'metro-2-06' });
    const later = await use(HONOUR, at('11:10:01'), { venue: 'metro-2-05' });
    expect([first, soon, elsewhere, later].map(({ code }) => code)).toEqual([
      'granted',
      'passback',
      'granted',
      'granted',
    ]);
  });
});

describe('the end of the card', () => {
  test.each([
    ['2026-12-01', '23:59:59', true, 'granted'],
    ['2026-12-02', '00:00:00', false, 'pass_expired'],
  ])('donated on 2025-12-01, at the gate on %s %s: %s', async (day, time, open, code) => {
    const answer = await use(ENDING, at(time, day), { venue: 'bus-regular' });
    expect(answer).toMatchObject({ open, code });
    if (open) return;
    expect(answer.message.zh).toContain('2026年12月1日');
    const reason = answer.because.find(({ donation }) => donation === 'E1');
    expect(answer.because.at(-1)).toMatchObject({ donation: 'E1', day: '2026-12-01' });
    expect(reason?.clause).toMatch(/^card\.annual/);
  });

  test('whoever is inside when the card ends gets out, and cannot enter again', async () => {
    const entry = await use(ENDING, at('23:50:00', '2026-12-01'), { venue: 'metro-demo' });
    const code = await codeOf(ENDING, at('00:20:00', '2026-12-02'));
    const moment = instant(at('00:20:00', '2026-12-02'));
    const enter = await scan(city.core, WHOLE_CITY, { code, venue: 'metro-2-01', at: moment });
    const leave = await scan(city.core, WHOLE_CITY, {
      code,
      venue: 'metro-2-01',
      direction: 'out',
      at: moment,
    });
    expect([entry.open, enter.code, leave.open]).toEqual([true, 'pass_expired', true]);
  });
});

describe('who may what', () => {
  test.each([
    [ANNUAL, 'botanical-garden', 'honour_only'],
    [HONOUR, 'botanical-garden', 'granted'],
    [HONOUR, 'botanical-garden', 'already_today'],
    [ANNUAL, 'jinci-museum', 'granted'],
    [ANNUAL, 'bus-tourist', 'line_excluded'],
    [ANNUAL, 'no-such-place', 'unknown_venue'],
  ])('%s at %s: %s', async (document, venue, expected) => {
    const answer = await use(document, at('13:00:00'), { venue });
    expect(answer.code).toBe(expected);
    expect(answer.open).toBe(expected === 'granted');
    expect(answer.message.zh.length * answer.message.en.length).toBeGreaterThan(0);
    expect(answer.wayOn.zh.length).toBeGreaterThan(0);
  });

  test('there is no code before the version that brings it', async () => {
    const answer = await use(ANNUAL, at('12:00:00', '2026-06-08'), { venue: 'metro-demo' });
    expect(answer).toMatchObject({ open: false, code: 'not_in_force' });
  });

  test('another phone ends the passes of the one before', async () => {
    const code = await codeOf(ANNUAL, at('14:00:00'));
    const donorId = await city.donorOf(ANNUAL);
    const now = instant(at('14:00:01'));
    const periods = await findPassPeriods(city.core, donorId, 'phone', now);
    const wanted = periods.map((period) => ({ period, holderKey: generateKey().point }));
    await bindPasses(city.core, donorId, city.core.newId(), 'phone', wanted, now);
    const answer = await scan(city.core, WHOLE_CITY, { code, venue: 'metro-demo', at: now });
    expect(answer.code).toBe('revoked');
    expect((await use(ANNUAL, at('14:01:00'), { venue: 'metro-2-09' })).code).toBe('granted');
  });

  test('phones bound at the same time leave one pass a week', async () => {
    const donorId = await city.donorOf(HONOUR);
    const now = instant(at('14:30:00'));
    const periods = await findPassPeriods(city.core, donorId, 'phone', now);
    const bind = () => {
      const wanted = periods.map((period) => ({ period, holderKey: generateKey().point }));
      return bindPasses(city.core, donorId, city.core.newId(), 'phone', wanted, now);
    };
    await Promise.all([bind(), bind(), bind()]);
    const valid = await city.core.database
      .selectFrom('pass_status')
      .select('ends_at')
      .where('donor_id', '=', donorId)
      .where('status', '=', 'valid')
      .where('ends_at', '>', now)
      .where('ends_at', '<=', instant(at('00:00:00', '2027-01-01')))
      .execute();
    expect(valid).toHaveLength(periods.length);
  });

  test('a code that somebody else signed is fraud', async () => {
    const other = await openTestCore(at('15:00:00'));
    await other.importRows([{ number: 'A1', document: ANNUAL, donatedOn: '2026-03-10' }]);
    const donorId = await other.donorOf(ANNUAL);
    const [code = ''] = await showCodes(other.core, donorId, instant(at('15:00:00')), 1);
    await other.close();
    const answer = await scan(city.core, WHOLE_CITY, {
      code,
      venue: 'metro-demo',
      at: instant(at('15:00:00')),
    });
    expect(answer).toMatchObject({ open: false, code: 'key_unknown' });
  });
});

describe('the printed card', () => {
  test('opens desks and sites, not gates; once in 20 minutes at a place and 6 times a day', async () => {
    const day = '2026-11-25';
    city.setNow(at('09:00:00', day));
    const code = await printCard(
      city.core,
      await city.donorOf(HONOUR),
      instant(at('09:00:00', day)),
    );
    const visit = { level: 'general', feeFen: 1000, insuredFen: 0 } as const;
    const show = async (time: string, venue: string) =>
      (await scan(city.core, WHOLE_CITY, { code, venue, visit, at: instant(at(time, day)) })).code;
    expect(await show('09:00:00', 'metro-demo')).toBe('kind_not_accepted');
    expect(await show('09:00:00', 'H01')).toBe('granted');
    expect(await show('09:20:00', 'H01')).toBe('passback');
    expect(await show('09:20:00', 'H02')).toBe('granted');
    expect(await show('09:20:01', 'H01')).toBe('granted');
    for (const hospital of ['H03', 'H04', 'H05']) {
      expect(await show('10:00:00', hospital)).toBe('granted');
    }
    expect(await show('10:00:00', 'H06')).toBe('already_today');
  });
});

describe('the manual fallback', () => {
  const admission = { clerk: 'clerk-7', reason: 'phone is empty' };

  test('staff let in by the same rules, and it says so', async () => {
    const moment = instant(at('16:00:00'));
    const donorId = await city.donorOf(ANNUAL);
    const answer = await admit(city.core, WHOLE_CITY, {
      donorId,
      venue: 'metro-2-12',
      at: moment,
      ...admission,
    });
    expect(answer).toMatchObject({ open: true, code: 'granted' });
    const stored = await city.core.database
      .selectFrom('redemption')
      .select(['admitted_by', 'clerk', 'reason'])
      .where('redemption_id', '=', answer.redemptionId ?? '')
      .executeTakeFirstOrThrow();
    expect(stored).toEqual({ admitted_by: 'staff', clerk: 'clerk-7', reason: 'phone is empty' });
    const again = { donorId, venue: 'metro-2-12', at: moment, ...admission };
    expect((await admit(city.core, WHOLE_CITY, again)).code).toBe('passback');
    const garden = { donorId, venue: 'botanical-garden', at: moment, ...admission };
    expect((await admit(city.core, WHOLE_CITY, garden)).code).toBe('honour_only');
  });

  test('nobody known by the document looks like one who never gave, and is stored', async () => {
    expect(NOBODY).toHaveLength(18);
    const request = { donorId: undefined, venue: 'metro-demo', ...admission };
    const answer = await admit(city.core, WHOLE_CITY, { ...request, at: instant(at('16:10:00')) });
    expect(answer).toMatchObject({ open: false, code: 'no_card' });
    const stored = await city.core.database
      .selectFrom('refusal')
      .select('code')
      .where('refusal_id', '=', answer.refusalId ?? '')
      .execute();
    expect(stored).toEqual([{ code: 'no_card' }]);
  });
});

describe('exactly once', () => {
  const device = { id: 'gate-1', bootEpoch: 3, seq: 0 };

  test('the same scan sent again gets the same answer; another body is kept aside', async () => {
    const moment = instant(at('17:00:00'));
    const code = await codeOf(HONOUR, at('17:00:00'));
    const request = { code, venue: 'metro-2-15', at: moment, device: { ...device, seq: 1 } };
    const first = await scan(city.core, WHOLE_CITY, request);
    expect(await scan(city.core, WHOLE_CITY, request)).toEqual(first);
    await expect(scan(city.core, WHOLE_CITY, { ...request, venue: 'metro-2-16' })).rejects.toThrow(
      /another/,
    );
    const aside = await city.core.database
      .selectFrom('quarantine')
      .select(['device_id', 'seq'])
      .execute();
    expect(aside).toEqual([{ device_id: 'gate-1', seq: 1 }]);
  });

  test('50 at once: the same scan is one use, another name for the same code is a replay', async () => {
    const moment = instant(at('17:10:00'));
    const code = await codeOf(HONOUR, at('17:10:00'));
    const scans = Array.from({ length: 50 }, (_, index) =>
      scan(city.core, WHOLE_CITY, {
        code,
        venue: 'metro-1-17',
        at: moment,
        device: { ...device, seq: 100 + (index % 2) },
      }),
    );
    const answers = await Promise.all(scans);
    const opened = new Set(answers.filter(({ open }) => open).map((one) => one.redemptionId));
    expect(opened.size).toBe(1);
    expect(new Set(answers.map(({ code: answer }) => answer))).toEqual(
      new Set(['granted', 'replayed']),
    );
    const uses = await city.core.database
      .selectFrom('redemption')
      .select('redemption_id')
      .where('venue_id', '=', 'metro-1-17')
      .execute();
    expect(uses).toHaveLength(1);
  });
});

test('every answer has a receipt, every use an audit leaf', async () => {
  const count = async (table: 'receipt' | 'redemption' | 'refusal' | 'audit_leaf') => {
    const rows = await city.core.database
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .execute();
    return Number(rows[0]?.n);
  };
  const reversals = await city.core.database.selectFrom('reversal').selectAll().execute();
  const answers = (await count('redemption')) - reversals.length + (await count('refusal'));
  expect(await count('receipt')).toBe(answers);
  const leaves = await city.core.database.selectFrom('audit_leaf').select('subject_id').execute();
  const ids = new Set(leaves.map((leaf) => leaf.subject_id));
  const uses = await city.core.database.selectFrom('redemption').select('redemption_id').execute();
  expect(uses.filter(({ redemption_id: id }) => !ids.has(id))).toEqual([]);
});
