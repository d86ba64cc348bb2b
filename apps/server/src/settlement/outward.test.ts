/** What partners are handed cannot be joined: not two partners' files, nor a year's months. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANNUAL, at, HONOUR, openTestGate, type TestGate } from '../../test/gate.ts';
import { instant } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { admit, reverse } from '../redemption/workflow.ts';
import { listUses } from './uses.ts';
import { settlePeriod } from './workflow.ts';

let gate: TestGate;
const PARTNERS = ['metro-1', 'metro-2', 'bus', 'H07', 'jinci-museum'];
const MONTHS = ['2026-10', '2026-11'];

beforeAll(async () => {
  gate = await openTestGate();
  const { use, city } = gate;
  const visit = { level: 'general', feeFen: 1000, insuredFen: 250 } as const;
  for (const [month, who] of [
    ...MONTHS.map((one) => [one, ANNUAL] as const),
    ...MONTHS.map((one) => [one, HONOUR] as const),
  ]) {
    const day = `${month}-${who === ANNUAL ? '05' : '06'}`;
    await use(who, at('08:00:00', day), { venue: 'metro-demo' });
    const exit = await use(who, at('08:30:00', day), { venue: 'metro-1-20', direction: 'out' });
    await use(who, at('09:00:00', day), { venue: 'bus-regular' });
    await use(who, at('10:00:00', day), { venue: 'H07', visit });
    await use(who, at('12:00:00', day), { venue: 'jinci-museum' });
    await use(who, at('13:00:00', day), { venue: 'metro-demo' });
    await use(who, at('13:20:00', day), { venue: 'metro-2-02', direction: 'out' });
    if (who !== ANNUAL || month !== '2026-10') continue;
    await reverse(city.core, exit.redemptionId ?? '', 'wrong gate', instant(at('14:00:00', day)));
  }
});
afterAll(() => gate.city.close());

/** Everything that the partner is handed, month by month. */
async function exportsOf(partner: string, months = MONTHS): Promise<unknown[]> {
  gate.city.setNow('2026-12-02T08:00:00+08:00');
  const handed: unknown[] = [];
  for (const month of months) {
    handed.push(await settlePeriod(gate.city.core, WHOLE_CITY, partner, month));
    handed.push(await listUses(gate.city.core, WHOLE_CITY, partner, month));
  }
  return handed;
}

/** Every text and number in it that could name something: no word, amount, month or day. */
function keysIn(handed: unknown): Set<string> {
  const found = new Set<string>();
  JSON.stringify(handed, (_, value: unknown) => {
    if (typeof value === 'string') found.add(value);
    return value;
  });
  const common = /^(ride|clinic|site|\d{4}-\d\d|\d{4}-\d\d-\d\dT16:00:00\.000Z)$/;
  return new Set([...found].filter((text) => !common.test(text) && !PARTNERS.includes(text)));
}

const closedAt = '2026-12-02T00:00:00.000Z';

test('the files of any two partners share no value that could be a key', async () => {
  const all = await Promise.all(PARTNERS.map(async (one) => keysIn(await exportsOf(one))));
  for (const [at, one] of all.entries()) {
    expect(one.size).toBeGreaterThan(4);
    for (const other of all.slice(at + 1)) {
      const shared = [...one].filter((value) => other.has(value));
      expect(shared.filter((value) => value !== closedAt)).toEqual([]);
    }
  }
});

test('nor the beginnings of ids that are made one after another', async () => {
  const beginnings = async (partner: string) =>
    new Set([...keysIn(await exportsOf(partner))].map((text) => text.slice(0, 18)));
  const [one, two] = [await beginnings('metro-1'), await beginnings('metro-2')];
  const shared = [...one].filter((value) => two.has(value));
  expect(shared.filter((value) => !closedAt.startsWith(value))).toEqual([]);
});

test('a rider is one person in a partner’s month, and another in the next', async () => {
  const ridersOf = async (month: string) => {
    const uses = (await listUses(gate.city.core, WHOLE_CITY, 'bus', month)) ?? [];
    return new Set(uses.map(({ rider }) => rider));
  };
  const [october, november] = [await ridersOf('2026-10'), await ridersOf('2026-11')];
  expect([october.size, november.size]).toEqual([2, 2]);
  expect([...october].filter((one) => november.has(one))).toEqual([]);
  const metro = (await listUses(gate.city.core, WHOLE_CITY, 'metro-2', '2026-10')) ?? [];
  expect(new Set(metro.map(({ rider }) => rider)).size).toBe(2);
  expect(metro.length).toBe(5);
});

test('a gate’s own id stands in the statement, and a reversal names what it takes back', async () => {
  const { city } = gate;
  const visit = { level: 'general', feeFen: 1000, insuredFen: 250 } as const;
  const moment = instant('2026-11-20T10:00:00+08:00');
  const donorId = await city.donorOf(ANNUAL);
  const by = { clerk: 'c', reason: 'no phone', donorId };
  const use = await admit(city.core, WHOLE_CITY, { ...by, venue: 'H08', visit, at: moment });
  city.setNow('2026-12-02T08:00:00+08:00');
  const statement = await settlePeriod(city.core, WHOLE_CITY, 'H08', '2026-11');
  expect(statement?.lines.map(({ redemptionId }) => redemptionId)).toEqual([use.redemptionId]);
  const metro = await settlePeriod(city.core, WHOLE_CITY, 'metro-1', '2026-10');
  const back = metro?.lines.find(({ reversalOf }) => reversalOf !== null);
  expect(metro?.lines.map(({ redemptionId }) => redemptionId)).toContain(back?.reversalOf);
});
