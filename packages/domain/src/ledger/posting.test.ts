import fc from 'fast-check';
import { expect, test } from 'vitest';
import { programme } from '../../test/programme.ts';
import { type Instant, parseInstant } from '../kernel/index.ts';
import type { BenefitId } from '../programme/index.ts';
import {
  owedFen,
  type PostedUse,
  type Posting,
  postTrip,
  postUse,
  reversePostings,
} from './posting.ts';

const { zone } = programme;

function useAt(redeemedAt: string, redemptionId = 'R1', benefit: BenefitId = 'ride'): PostedUse {
  return { redemptionId, benefit, redeemedAt: parseInstant(redeemedAt) as Instant };
}

test('a use debits the programme and credits the partner', () => {
  expect(postUse(useAt('2026-06-09T10:00:00+08:00'), 'metro-1', 500, 300, zone)).toEqual({
    redemptionId: 'R1',
    benefit: 'ride',
    partner: 'metro-1',
    redeemedAt: '2026-06-09T02:00:00.000Z',
    month: '2026-06',
    debit: 'programme:ride',
    credit: 'partner:metro-1',
    fareFen: 500,
    amountFen: 300,
    reversalOf: null,
  });
});

test.each([
  ['2026-06-30T23:59:59.999+08:00', '2026-06'],
  ['2026-07-01T00:00:00+08:00', '2026-07'],
  ['2026-12-31T23:59:59+08:00', '2026-12'],
])('a use at %s belongs to %s, the city’s month', (redeemedAt, month) => {
  expect(postUse(useAt(redeemedAt), 'bus', 200, 200, zone).month).toBe(month);
});

test.each([
  [200, 200, undefined],
  [200, 0, undefined],
  [0, 0, undefined],
  [200, 201, 'no more is owed than the fare'],
  [200, -1, 'an amount is whole fen'],
  [200, 0.5, 'an amount is whole fen'],
  [Number.NaN, 0, 'no more is owed than the fare'],
])('a fare of %d with %d owed: %s', (fareFen, amountFen, broken) => {
  const post = () => postUse(useAt('2026-06-09T10:00:00Z'), 'bus', fareFen, amountFen, zone);
  if (broken === undefined) expect(owedFen(post())).toBe(amountFen);
  else expect(post).toThrow(broken);
});

test('a reversal exchanges the accounts and keeps the month of what it takes back', () => {
  const use = postUse(useAt('2026-06-30T10:00:00Z'), 'bus', 200, 150, zone);
  const [reversal] = reversePostings([use], 'R2', parseInstant('2026-08-01T09:00:00Z') as Instant);
  expect(reversal).toEqual({
    ...use,
    redemptionId: 'R2',
    redeemedAt: '2026-08-01T09:00:00.000Z',
    debit: 'partner:bus',
    credit: 'programme:ride',
    reversalOf: 'R1',
  });
  expect(reversal && owedFen(reversal)).toBe(-150);
  expect(() => reversePostings(reversal ? [reversal] : [], 'R3', use.redeemedAt)).toThrow(
    'a reversal is not reversed',
  );
});

test('nothing owed is nothing owed when it is taken back, and not minus nothing', () => {
  const use = postUse(useAt('2026-06-09T10:00:00Z'), 'dian-tou', 0, 0, zone);
  const [reversal] = reversePostings([use], 'R2', use.redeemedAt);
  expect(reversal && owedFen(reversal)).toBe(0);
});

const anyAmount = fc.nat(2000).chain((fareFen) => fc.tuple(fc.constant(fareFen), fc.nat(fareFen)));
const anyPosting = fc
  .record({
    amounts: anyAmount,
    partner: fc.constantFrom('metro-1', 'metro-2', 'bus', 'H01'),
    benefit: fc.constantFrom<BenefitId>('ride', 'clinic', 'site'),
    seconds: fc.nat(20_000_000),
  })
  .map(({ amounts: [fareFen, amountFen], partner, benefit, seconds }) => {
    const redeemedAt = new Date(1_780_000_000_000 + seconds * 1000).toISOString();
    return postUse(useAt(redeemedAt, `R${seconds}`, benefit), partner, fareFen, amountFen, zone);
  });

/** What stands on each account: credits less debits. */
function balancesOf(postings: readonly Posting[]): Map<string, number> {
  const balances = new Map<string, number>();
  const add = (account: string, fen: number): void => {
    balances.set(account, (balances.get(account) ?? 0) + fen);
  };
  for (const { debit, credit, amountFen } of postings) {
    add(credit, amountFen);
    add(debit, -amountFen);
  }
  return balances;
}

test('the accounts sum to nothing; a partner’s is what it is owed; taken back, each is empty', () => {
  const uses = fc.array(anyPosting, { maxLength: 30 });
  fc.assert(
    fc.property(
      uses.chain((all) => fc.tuple(fc.constant(all), fc.subarray(all))),
      ([all, back]) => {
        const at = parseInstant('2027-01-01T00:00:00Z') as Instant;
        const ledger = [...all, ...reversePostings(back, 'B', at)];
        const balances = balancesOf(ledger);
        expect([...balances.values()].reduce((sum, fen) => sum + fen, 0)).toBe(0);
        for (const [account, fen] of balances) {
          if (!account.startsWith('partner:')) continue;
          const own = ledger.filter(({ partner }) => account === `partner:${partner}`);
          expect(own.reduce((sum, posting) => sum + owedFen(posting), 0)).toBe(fen);
        }
        const rest = all.filter((posting) => !back.includes(posting));
        const nothing = balancesOf([...ledger, ...reversePostings(rest, 'C', at)]);
        expect([...nothing.values()].every((fen) => fen === 0)).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test('a trip is posted to each operator on the way, its whole fare beside its share', () => {
  const trip = {
    fareFen: 501,
    shares: [
      { partner: 'metro-2', shareFen: 301 },
      { partner: 'metro-1', shareFen: 200 },
    ],
  };
  const enteredAt = parseInstant('2026-05-31T15:50:00Z') as Instant;
  const postings = postTrip(useAt('2026-05-31T16:20:00Z'), trip, enteredAt, zone);
  expect(postings.map(({ partner, fareFen, amountFen }) => [partner, fareFen, amountFen])).toEqual([
    ['metro-2', 501, 301],
    ['metro-1', 501, 200],
  ]);
  // Each with the moment that its own gate saw, both in the month of the exit.
  expect(postings.map(({ redeemedAt, month }) => [redeemedAt, month])).toEqual([
    [enteredAt, '2026-06'],
    ['2026-05-31T16:20:00.000Z', '2026-06'],
  ]);
  const alone = { fareFen: 300, shares: [{ partner: 'metro-2', shareFen: 300 }] };
  const [one] = postTrip(useAt('2026-05-31T16:20:00Z'), alone, enteredAt, zone);
  expect(one?.redeemedAt).toBe('2026-05-31T16:20:00.000Z');
});
