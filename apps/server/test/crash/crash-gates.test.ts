/** `npm run crash -- gate` in short, and that its judge finds what is wrong. */
import { expect, test } from 'vitest';
import { findGateBreaches, type GateTruth } from './check-gates.ts';
import { fillDisk } from './full-disk.ts';
import { killGates } from './gates.ts';

const say = (): void => undefined;

test('kill -9 of gates and server: what opened is in the ledger, once, and nothing else is', async () => {
  const report = await killGates({ gateKills: 10, serverKills: 3, say });
  expect(report.breaches).toEqual([]);
  expect([report.gateKills, report.serverKills]).toEqual([10, 3]);
  expect(report.opened).toBeGreaterThan(20);
  expect(report.recordedOnly).toBeLessThanOrEqual(10);
}, 300_000);

test('a disk that takes no more: a staffed lane, and nothing opens until there is room', async () => {
  const report = await fillDisk(say, false);
  expect(report.breaches).toEqual([]);
  expect(report.fault).toBe('EFBIG');
}, 300_000);

interface Row {
  readonly device: string;
  readonly epoch: string;
  readonly seq: string;
  readonly redemption: string | null;
}

async function judge(truth: Partial<GateTruth>, uses: readonly Row[], aside: object[] = []) {
  const ask = async <T>(text: string) => (text.includes('offline_use') ? uses : aside) as T[];
  const gate = { name: 'gate', clientId: 'c1', told: [], said: [], ...truth };
  return findGateBreaches(ask, [gate]);
}
const use = (seq: number, more: Partial<Row> = {}): Row => ({
  device: 'metro/c1',
  epoch: '7',
  seq: String(seq),
  redemption: `r${seq}`,
  ...more,
});
const mark = (seq: number) => ({ bootEpoch: 7, seq });

test.each([
  ['a use that is lost', { told: [mark(1)] }, [], 'which the ledger does not have'],
  [
    'one without its redemption',
    { told: [mark(1)] },
    [use(1, { redemption: null })],
    'ledger does not',
  ],
  ['one of another gate', { told: [mark(1)] }, [use(1, { device: 'metro/c2' })], 'does not have'],
  ['a use that is there twice', { told: [mark(1)] }, [use(1), use(1)], 'in the ledger twice'],
  ['arms that open twice', { told: [mark(1), mark(1)] }, [use(1)], 'opened twice'],
  ['an answer without arms', { said: [mark(1)], told: [] }, [use(1)], 'the arms were not told'],
  ['a use that did not open', { told: [mark(2)] }, [use(1), use(2)], 'the gate did not open'],
  ['two that did not open', { told: [] }, [use(1), use(2)], 'the gate did not open'],
])('the judge finds %s', async (_what, truth, uses, breach) => {
  expect((await judge(truth, uses)).breaches.join()).toContain(breach);
});

test('the judge takes the one in hand at a kill, and finds what was kept aside', async () => {
  const fine = await judge({ told: [mark(1)] }, [use(1), use(2)]);
  expect(fine).toEqual({ opened: 1, recordedOnly: 1, breaches: [] });
  const aside = await judge({}, [], [{ because: 'unverified' }]);
  expect(aside.breaches).toEqual(['a record was kept aside: unverified']);
});
