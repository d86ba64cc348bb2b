import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { ANNUAL, at, HONOUR, openTestGate } from '../../test/gate.ts';
import { deviceAt, scanText } from '../../test/gate-records.ts';
import { instant } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { verifyAudit } from '../audit/workflow.ts';
import { showCodes } from '../pass/development-phone.ts';
import { settlePeriod } from '../settlement/workflow.ts';
import { endNights } from './end-nights.ts';
import { readRecord, reverse, type SendingDevice, takeIn } from './workflow.ts';

const gate = await openTestGate();
const { city } = gate;
const { core } = city;
afterAll(() => city.close());

const NIGHT_OVER = at('04:00:00', '2026-11-25');
const NOBODY = async () => undefined;

/** A record of one of the gates, with its name there. */
interface Sent {
  readonly device: SendingDevice;
  readonly seq: number;
  readonly body: string;
}

function sendOne({ device, seq, body }: Sent) {
  return takeIn(core, device, [readRecord({ bootEpoch: 1, seq, body })], NOBODY);
}

/** What the ledger owes each partner for the uses that the gates have sent. */
async function owedBy(sent: readonly Sent[]): Promise<Record<string, number>> {
  const devices = [...new Set(sent.map(({ device }) => device.deviceId))];
  if (devices.length === 0) return {};
  const rows = await core.database
    .selectFrom('offline_use')
    .innerJoin('posting', (join) =>
      join
        .onRef('posting.donor_id', '=', 'offline_use.donor_id')
        .onRef('posting.redemption_id', '=', 'offline_use.redemption_id'),
    )
    .select(['posting.partner_id', 'posting.credit', 'posting.amount_fen'])
    .where('offline_use.device_id', 'in', devices)
    .execute();
  const owed: Record<string, number> = {};
  for (const { partner_id: partner, credit, amount_fen: fen } of rows) {
    owed[partner] = (owed[partner] ?? 0) + (credit.startsWith('partner:') ? fen : -fen);
  }
  return owed;
}

const STATIONS = ['metro-demo', 'metro-1-05', 'metro-1-20'] as const;
interface Step {
  readonly minute: number;
  readonly station: number;
  readonly direction: 'in' | 'out';
}

let days = 0;
/** Days of their own, so that no run meets the trips of another. */
function nextDay(): string {
  days += 1;
  return new Date(Date.parse('2026-06-10T00:00:00Z') + days * 86_400_000)
    .toISOString()
    .slice(0, 10);
}

/** The records of the steps on a day of their own, in order of time, from one gate a station. */
async function recordsOf(steps: readonly Step[], day: string): Promise<Sent[]> {
  const donorId = await city.donorOf(HONOUR);
  const devices = STATIONS.map((venue) => deviceAt(core, venue));
  const sent: Sent[] = [];
  for (const [seq, { minute, station, direction }] of steps.entries()) {
    const time = `08:${String(minute).padStart(2, '0')}:00`;
    city.setNow(at(time, day));
    const [code = ''] = await showCodes(core, donorId, instant(at(time, day)), 1);
    const venue = STATIONS[station] ?? 'metro-demo';
    const device = devices[station];
    if (device === undefined) throw new Error('a gate a station');
    sent.push({
      device,
      seq: seq + 1,
      body: scanText({ at: at(time, day), venue, direction, code }),
    });
  }
  return sent;
}

test('any order and any repetition of the records owes every partner what their order would', async () => {
  const anyStep = fc.record({
    minute: fc.integer({ min: 0, max: 59 }),
    station: fc.nat(2),
    direction: fc.constantFrom('in' as const, 'out' as const),
  });
  const anySteps = fc
    .uniqueArray(anyStep, { minLength: 2, maxLength: 7, selector: ({ minute }) => minute })
    .map((steps) => steps.toSorted((a, b) => a.minute - b.minute));
  await fc.assert(
    fc.asyncProperty(
      anySteps,
      fc.infiniteStream(fc.nat(1000)),
      fc.nat(7),
      async (steps, choices, nightAfter) => {
        // The same trips on two days: once in order, once in any order, with the night in between.
        const [inOrder, anyOrder] = [nextDay(), nextDay()];
        const first = await recordsOf(steps, inOrder);
        for (const one of first) await sendOne(one);
        const second = await recordsOf(steps, anyOrder);
        const left = [...second, ...second.slice(0, 2)];
        const after = new Date(Date.parse(`${anyOrder}T00:00:00Z`) + 86_400_000).toISOString();
        for (let sends = 0; left.length > 0; sends += 1) {
          if (sends === nightAfter)
            await endNights(core, instant(at('04:00:00', after.slice(0, 10))));
          const choice = (choices.next().value ?? 0) % left.length;
          const [one] = left.splice(choice, 1);
          if (one !== undefined) await sendOne(one);
        }
        await endNights(core, instant(at('04:00:00', after.slice(0, 10))));
        expect(await owedBy(second)).toEqual(await owedBy(first));
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);

describe('a late record', () => {
  async function trip(day: string, from: string, to: string) {
    const donorId = await city.donorOf(ANNUAL);
    const codes = [];
    for (const time of ['08:00:00', '08:30:00']) {
      city.setNow(at(time, day));
      codes.push(...(await showCodes(core, donorId, instant(at(time, day)), 1)));
    }
    const [codeIn = '', codeOut = ''] = codes;
    const [one, other] = [deviceAt(core, from), deviceAt(core, to)];
    return {
      entry: {
        device: one,
        seq: 1,
        body: scanText({ at: at('08:00:00', day), venue: from, code: codeIn }),
      },
      exit: {
        device: other,
        seq: 1,
        body: scanText({
          at: at('08:30:00', day),
          venue: to,
          direction: 'out',
          code: codeOut,
        }),
      },
    };
  }

  test('after the night: the lowest fare is taken back, and the trip is posted', async () => {
    const { entry, exit } = await trip('2026-11-24', 'metro-demo', 'metro-1-20');
    await sendOne(entry);
    await endNights(core, instant(NIGHT_OVER));
    const before = await owedBy([entry]);
    expect(Object.values(before)).toEqual([200]);
    await sendOne(exit);
    const after = await owedBy([entry, exit]);
    const signs = await core.database
      .selectFrom('trip_change')
      .select('entry_id')
      .orderBy('change_id', 'desc')
      .limit(1)
      .execute();
    expect(signs).toHaveLength(1);
    expect(after['metro-2']).toBeGreaterThan(0);
    expect(after['metro-1']).toBeGreaterThan(0);
    const { entry: again, exit: out } = await trip('2026-11-20', 'metro-demo', 'metro-1-20');
    await sendOne(again);
    await sendOne(out);
    expect(await owedBy([again, out])).toEqual(after);
  });

  test('of a closed month: it comes into the next statement as an adjustment', async () => {
    const { entry, exit } = await trip('2026-10-20', 'metro-demo', 'metro-1-20');
    await sendOne(entry);
    city.setNow(at('09:00:00', '2026-11-02'));
    const closed = await settlePeriod(core, WHOLE_CITY, 'metro-2', '2026-10');
    expect(closed?.closedAt).not.toBeNull();
    city.setNow(at('09:00:00', '2026-11-24'));
    await sendOne(exit);
    const again = await settlePeriod(core, WHOLE_CITY, 'metro-2', '2026-10');
    expect(again).toEqual(closed);
    const next = await settlePeriod(core, WHOLE_CITY, 'metro-2', '2026-11');
    const owed = await owedBy([entry, exit]);
    const adjusted = next?.adjustments.reduce((sum, line) => sum + line.waivedFen, 0) ?? 0;
    const inOctober = closed?.lines
      .filter(({ redeemedAt }) => redeemedAt.startsWith('2026-10-20'))
      .reduce((sum, line) => sum + line.waivedFen, 0);
    expect((inOctober ?? 0) + adjusted).toBe(owed['metro-2']);
    expect(adjusted).not.toBe(0);
  });

  test('a use that was taken back is not posted again, and what is posted anew can be taken back', async () => {
    const { entry, exit } = await trip('2026-11-12', 'metro-demo', 'metro-1-20');
    const [out] = await sendOne(exit);
    await sendOne(entry);
    const trips = await owedBy([entry, exit]);
    expect(trips['metro-1']).toBeGreaterThan(0);
    const taken = await reverse(core, out?.redemptionId ?? '', 'a test', instant(at('10:00:00')));
    expect(taken).toMatchObject({ waivedFen: 0 - Object.values(trips).reduce((a, b) => a + b, 0) });
  });
});

test('an exit and an entry that did not see each other go together at the night’s end', async () => {
  const day = '2026-10-05';
  const out = await gate.use(HONOUR, at('08:30:00', day), {
    venue: 'metro-1-20',
    direction: 'out',
  });
  const into = await gate.use(HONOUR, at('08:00:00', day), { venue: 'metro-demo' });
  await endNights(core, instant(at('04:00:00', '2026-10-06')));
  const rows = await core.database
    .selectFrom('posting')
    .selectAll()
    .where('donor_id', '=', await city.donorOf(HONOUR))
    .where('redemption_id', 'in', [out.redemptionId ?? '', into.redemptionId ?? ''])
    .execute();
  const owed = rows.reduce(
    (sum, row) => sum + (row.credit.startsWith('partner:') ? row.amount_fen : -row.amount_fen),
    0,
  );
  const inOrder = await gate.use(HONOUR, at('08:00:00', '2026-10-07'), { venue: 'metro-demo' });
  const after = await gate.use(HONOUR, at('08:30:00', '2026-10-07'), {
    venue: 'metro-1-20',
    direction: 'out',
  });
  expect(inOrder.open).toBe(true);
  expect(owed).toBe(after.waivedFen);
  expect(await verifyAudit(core)).toMatchObject({ ok: true });
});

test('two processes that take entry and exit in at once pair them all the same', async () => {
  // Another instance over the same database: batches of the two do not wait for each other.
  const other = { ...core, database: core.database.withoutPlugins() };
  for (let round = 1; round <= 8; round += 1) {
    const day = `2026-09-${String(round).padStart(2, '0')}`;
    const [entry, exit] = await recordsOf(
      [
        { minute: 0, station: 0, direction: 'in' },
        { minute: 30, station: 2, direction: 'out' },
      ],
      day,
    );
    if (entry === undefined || exit === undefined) throw new Error('two were made');
    const take = (at: typeof core, { device, seq, body }: Sent) =>
      takeIn(at, device, [readRecord({ bootEpoch: 1, seq, body })], NOBODY);
    const receipts = await Promise.all([
      take(core, entry),
      take(other, exit),
      take(other, entry),
      take(core, exit),
    ]);
    const outcomes = receipts.flat().map(({ outcome }) => outcome);
    expect(outcomes.sort()).toEqual(['known', 'known', 'recorded', 'recorded']);
    const owed = await owedBy([entry, exit]);
    expect(Object.values(owed).reduce((sum, fen) => sum + fen, 0)).toBe(500);
  }
});
