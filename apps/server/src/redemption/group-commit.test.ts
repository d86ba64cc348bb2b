/** Many scans recorded together: each has its own outcome, and one that cannot be holds up nobody. */

import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { at, HONOUR, openTestGate, type TestGate } from '../../test/gate.ts';
import { createScanRecords } from '../../test/scan-records.ts';
import { instant } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { recordScan } from './group-commit.ts';
import { type Outcome, recordAll } from './record-all.ts';
import type { RedemptionRecord, ScanRecord } from './scan-record.ts';
import { admit } from './workflow.ts';

const CALLERS = 64;
/** A ride by bus, which is posted. */
const POISON = 39;
const RECORDED: Outcome = { recorded: true };

let gate: TestGate;
let records: ReturnType<typeof createScanRecords>;
let device = 0;

beforeAll(async () => {
  gate = await openTestGate();
});
afterAll(() => gate.city.close());
beforeEach(() => {
  device += 1;
  records = createScanRecords(gate.city.core.newId, `gate-${device}`);
});

const record = (one: ScanRecord) => recordScan(gate.city.core.database, one);

/** The rows that the records have left, by table, where they have left one. */
async function rowsLeft(of: readonly RedemptionRecord[]): Promise<Record<string, number>> {
  const ids = of.map(({ use }) => use.redemptionId);
  const { database } = gate.city.core;
  const { rows } = await sql<Record<string, number>>`
    select
      (select count(*) from receipt
       where answer->>'redemptionId' in (${sql.join(ids)})) as receipts,
      (select count(*) from redemption where redemption_id in (${sql.join(ids)})) as uses,
      (select count(*) from redemption_lookup where redemption_id in (${sql.join(ids)})) as lookups,
      (select count(distinct redemption_id) from posting
       where redemption_id in (${sql.join(ids)})) as posted,
      (select count(*) from audit_leaf where subject_id in (${sql.join(ids)})) as leaves
  `.execute(database);
  return rows[0] ?? {};
}

const rowsOf = (uses: number, posted: number) => ({
  receipts: uses,
  uses,
  lookups: uses,
  posted,
  leaves: uses,
});

describe('64 callers at once', () => {
  test('share one transaction', async () => {
    const mine = [...records.many(CALLERS - 1), records.refusal()];
    const outcomes = await Promise.all(mine.map(record));
    expect(outcomes).toEqual(mine.map(() => RECORDED));
    const { rows } = await sql<{ transactions: number }>`
      select count(distinct xmin::text) as transactions from receipt
      where device_id = ${`gate-${device}`}
    `.execute(gate.city.core.database);
    expect(rows).toEqual([{ transactions: 1 }]);
  });

  const poisons: [string, (record: RedemptionRecord) => RedemptionRecord][] = [
    ['a text that PostgreSQL cannot hold', (one) => withUse(one, { reason: 'a\0b' })],
    ['no date', (one) => withUse(one, { redeemedOn: '2026-02-30' })],
    ['a waiver above the fare', (one) => withPostings(one, { amountFen: 201 })],
  ];
  test.each(poisons)('one of them poison, %s: only that one fails', async (_name, poisonOf) => {
    const mine = records.many(CALLERS).map((one, at) => (at === POISON ? poisonOf(one) : one));
    const outcomes = await Promise.all(mine.map(record));
    const failed = outcomes.flatMap((outcome, at) => ('failure' in outcome ? [at] : []));
    expect(failed).toEqual([POISON]);
    expect(outcomes.filter((outcome) => 'recorded' in outcome)).toHaveLength(CALLERS - 1);
    const good = mine.filter((_, at) => at !== POISON);
    const posted = good.filter(({ postings }) => postings.length > 0).length;
    expect(await rowsLeft(mine)).toEqual(rowsOf(CALLERS - 1, posted));
  });

  const clashes: [string, (one: RedemptionRecord, other: RedemptionRecord) => RedemptionRecord][] =
    [
      ['replayed', (one, other) => withShowing(one, other)],
      ['passback', (one, other) => ({ ...one, passage: other.passage })],
      ['entry_taken', (one) => ({ ...one, entriesOfDay: [{ venueId: 'x', ordinal: 0 }] })],
      ['trip_ended', (one) => one],
    ];
  test.each(clashes)('one of them clashes: %s', async (clash, clashOf) => {
    const bus = records.many(4).find(({ use }) => use.venueId === 'bus-regular');
    if (bus === undefined) throw new Error('one in four takes the bus');
    const taken = clash === 'trip_ended' ? withUse(bus, { entryId: bus.use.donorId }) : bus;
    const entriesOfDay = [{ venueId: 'x', ordinal: 0 }];
    const first = clash === 'entry_taken' ? { ...taken, entriesOfDay } : taken;
    expect(await record(first)).toEqual(RECORDED);
    const mine = records.many(CALLERS);
    const at = mine.findIndex(({ use }, index) => index > 20 && use.venueId === 'bus-regular');
    const { donorId, entryId } = first.use;
    const same = withUse(mine[at] ?? bus, { donorId, entryId, venueId: first.use.venueId });
    mine[at] = clashOf(same, first);
    const outcomes = await Promise.all(mine.map(record));
    expect(outcomes[at]).toEqual({ clash });
    expect(outcomes.filter((outcome) => 'recorded' in outcome)).toHaveLength(CALLERS - 1);
  });
});

function withUse(one: RedemptionRecord, use: Partial<RedemptionRecord['use']>): RedemptionRecord {
  return { ...one, use: { ...one.use, ...use } };
}

function withPostings(
  one: RedemptionRecord,
  posting: Partial<RedemptionRecord['postings'][number]>,
): RedemptionRecord {
  return { ...one, postings: one.postings.map((before) => ({ ...before, ...posting })) };
}

function withShowing(one: RedemptionRecord, other: RedemptionRecord): RedemptionRecord {
  const { pseudonym } = other.use;
  return { ...withUse(one, { pseudonym }), showing: other.showing, passage: null };
}

describe('a name that came before', () => {
  test('twice at once: one is recorded, the other gets its answer', async () => {
    const one = records.next();
    const other = { ...records.next(), sent: { ...one.sent, answer: { ...one.sent.answer } } };
    const outcomes = await Promise.all([...records.many(10), one, other].map(record));
    expect(outcomes.slice(-2)).toEqual([RECORDED, { known: one.sent.answer }]);
    expect(await rowsLeft([other])).toMatchObject({ uses: 0, posted: 0, leaves: 0 });
  });

  test('with another body it is kept aside, and the rest is recorded', async () => {
    const one = records.next();
    expect(await record(one)).toEqual(RECORDED);
    const other = { ...records.next(), sent: { ...one.sent, bodyHash: '00'.repeat(32) } };
    const outcomes = await recordAll(gate.city.core.database, [
      ...records.many(10),
      other,
      ...records.many(10),
    ]);
    expect(outcomes[10]).toEqual({ quarantined: true });
    expect(outcomes.filter((outcome) => 'recorded' in outcome)).toHaveLength(20);
    const aside = await gate.city.core.database
      .selectFrom('quarantine')
      .select(['device_id', 'seq'])
      .execute();
    expect(aside).toEqual([{ device_id: one.sent.deviceId, seq: one.sent.seq }]);
  });

  test('a whole batch sent again gets the answers it had; what is new in it is recorded', async () => {
    const mine = records.many(30);
    const { database } = gate.city.core;
    expect(await recordAll(database, mine)).toEqual(mine.map(() => RECORDED));
    const again = await recordAll(database, [...mine, records.next()]);
    expect(again).toEqual([...mine.map(({ sent }) => ({ known: sent.answer })), RECORDED]);
    const posted = mine.filter(({ postings }) => postings.length > 0).length;
    expect(await rowsLeft(mine)).toEqual(rowsOf(30, posted));
  });
});

test('two desks let the same donor into a site at once: one entry, one is told of it', async () => {
  const donorId = await gate.city.donorOf(HONOUR);
  const request = { donorId, venue: 'mengshan', clerk: 'clerk-7', reason: 'phone is empty' };
  const moment = instant(at('10:00:00'));
  const both = [moment, moment].map((one) =>
    admit(gate.city.core, WHOLE_CITY, { ...request, at: one }),
  );
  const codes = (await Promise.all(both)).map(({ code }) => code);
  expect(codes.sort()).toEqual(['already_today', 'granted']);
});

test('when the database is gone, everybody is told so and nobody is let in', async () => {
  const other = await openTestGate();
  const one = createScanRecords(other.city.core.newId, 'gate-x');
  await other.city.core.database.destroy();
  const mine = one.many(CALLERS);
  const outcomes = await Promise.all(
    mine.map((each) => recordScan(other.city.core.database, each)),
  );
  expect(outcomes.every((outcome) => 'failure' in outcome)).toBe(true);
  await other.city.close();
});
