import fc from 'fast-check';
import { expect, test } from 'vitest';
import { programme } from '../../test/programme.ts';
import { type Instant, parseInstant } from '../kernel/index.ts';
import { postUse, reversePostings } from '../ledger/index.ts';
import { type ClosedBefore, type LedgerPosting, type Statement, statementOf } from './statement.ts';

const NOTHING: ClosedBefore = { months: new Set(), postings: new Set() };
const MONTHS = ['2026-06', '2026-07', '2026-08', '2026-09'] as const;
/** After all months of the tests: it takes in what came late to any of them. */
const LAST = '2026-10';

function posting(
  postingId: string,
  at: string,
  amountFen: number,
  partner = 'metro-1',
): LedgerPosting {
  const redeemedAt = parseInstant(at) as Instant;
  const use = { redemptionId: `R-${postingId}`, benefit: 'ride', redeemedAt } as const;
  return { ...postUse(use, partner, 500, amountFen, programme.zone), postingId };
}

function reversal(of: LedgerPosting, postingId: string, at: string): LedgerPosting {
  const [taken] = reversePostings([of], `R-${postingId}`, parseInstant(at) as Instant);
  if (taken === undefined) throw new Error('one posting gives one reversal');
  return { ...taken, postingId };
}

const idsOf = (lines: Statement['lines']): string[] => lines.map(({ postingId }) => postingId);

const june = posting('A', '2026-06-10T10:00:00+08:00', 300);
const juneToo = posting('B', '2026-06-09T10:00:00+08:00', 200);
const july = posting('C', '2026-07-01T00:00:00+08:00', 400);
const other = posting('D', '2026-06-10T10:00:00+08:00', 100, 'metro-2');
const back = reversal(june, 'E', '2026-07-15T10:00:00+08:00');

test('the lines of a month, by moment and then by id, and their sum', () => {
  const sameMoment = { ...june, postingId: '0' };
  const statement = statementOf(
    'metro-1',
    '2026-06',
    [june, july, juneToo, other, sameMoment],
    NOTHING,
  );
  expect(idsOf(statement.lines)).toEqual(['B', '0', 'A']);
  expect(statement.adjustments).toEqual([]);
  expect(statement.totalFen).toBe(800);
  expect(statement.lines[0]).toEqual({
    postingId: 'B',
    redemptionId: 'R-B',
    redeemedAt: '2026-06-09T02:00:00.000Z',
    kind: 'ride',
    fareFen: 500,
    waivedFen: 200,
    reversalOf: null,
  });
});

test.each<[string, string, ClosedBefore, string[], string[], number]>([
  ['June, still open, has the reversal', '2026-06', NOTHING, ['B', 'A', 'E'], [], 200],
  ['July has nothing of an open June', '2026-07', NOTHING, ['C'], [], 400],
  ['July adjusts a closed June', '2026-07', closedWith('2026-06', 'A', 'B'), ['C'], ['E'], 100],
  ['all of it, was nothing in June', '2026-07', closedWith('2026-06'), ['C'], ['B', 'A', 'E'], 600],
  ['not twice', '2026-08', closedWith('2026-06', 'A', 'B', 'E'), [], [], 0],
  [
    'a closed later month adjusts nothing',
    '2026-06',
    closedWith('2026-07'),
    ['B', 'A', 'E'],
    [],
    200,
  ],
])('%s', (_, month, closed, lines, adjustments, totalFen) => {
  const statement = statementOf('metro-1', month, [june, juneToo, july, other, back], closed);
  expect(idsOf(statement.lines)).toEqual(lines);
  expect(idsOf(statement.adjustments)).toEqual(adjustments);
  expect(statement.totalFen).toBe(totalFen);
});

function closedWith(month: string, ...postings: string[]): ClosedBefore {
  return { months: new Set([month]), postings: new Set(postings) };
}

test('a reversal takes back fare and waiver', () => {
  const [line] = statementOf('metro-1', '2026-07', [back], closedWith('2026-06', 'A')).adjustments;
  expect(line).toMatchObject({ fareFen: -500, waivedFen: -300, reversalOf: 'R-A' });
});

/** What happens to a ledger. */
type Step =
  | {
      readonly does: 'post';
      readonly month: string;
      readonly partner: string;
      readonly fen: number;
    }
  | { readonly does: 'reverse'; readonly which: number }
  | { readonly does: 'close'; readonly month: string };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('post' as const),
      month: fc.constantFrom(...MONTHS),
      partner: fc.constantFrom('metro-1', 'metro-1', 'metro-2'),
      fen: fc.nat(500),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('reverse' as const), which: fc.nat(99) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('close' as const),
      month: fc.constantFrom(...MONTHS),
    }),
  },
);
const anySteps = fc.array(anyStep, { maxLength: 40, size: 'max' });

/** A ledger with the closed statements of metro-1, kept as a server keeps them. */
class Books {
  readonly ledger: LedgerPosting[] = [];
  readonly closed = new Map<string, Statement>();

  take(step: Step): void {
    const id = `P${String(this.ledger.length).padStart(3, '0')}`;
    if (step.does === 'close') this.close(step.month);
    else if (step.does === 'post') {
      this.ledger.push(posting(id, `${step.month}-10T10:00:00+08:00`, step.fen, step.partner));
    } else {
      const uses = this.ledger.filter(({ reversalOf }) => reversalOf === null);
      const taken = new Set(this.ledger.map(({ reversalOf }) => reversalOf));
      const use = uses[step.which % Math.max(1, uses.length)];
      if (use === undefined || taken.has(use.redemptionId)) return;
      this.ledger.push(reversal(use, id, '2026-09-20T10:00:00+08:00'));
    }
  }

  close(month: string): void {
    if (this.closed.has(month)) return;
    this.closed.set(month, statementOf('metro-1', month, this.ledger, this.before()));
  }

  /** What the closed statements hold, those of one month left out where it is named. */
  before(without?: string): ClosedBefore {
    const statements = [...this.closed.values()].filter(({ month }) => month !== without);
    return {
      months: new Set(statements.map(({ month }) => month)),
      postings: new Set(statements.flatMap((one) => idsIn(one))),
    };
  }

  own(): LedgerPosting[] {
    return this.ledger.filter(({ partner }) => partner === 'metro-1');
  }
}

function idsIn({ lines, adjustments }: Statement): string[] {
  return idsOf([...lines, ...adjustments]);
}

test('a statement is the sum of its postings, whatever their order', () => {
  fc.assert(
    fc.property(
      anySteps,
      fc.constantFrom(...MONTHS),
      fc.infiniteStream(fc.nat()),
      (steps, month, keys) => {
        const books = new Books();
        for (const step of steps) books.take(step);
        const statement = statementOf('metro-1', month, books.ledger, books.before());
        let naive = 0;
        for (const { partner, postingId, month: of, amountFen, reversalOf } of books.ledger) {
          const isClosed = [...books.closed.values()].some((one) => idsIn(one).includes(postingId));
          const isDue = of === month || (of < month && books.closed.has(of));
          if (partner !== 'metro-1' || isClosed || !isDue) continue;
          naive += reversalOf === null ? amountFen : -amountFen;
        }
        expect(statement.totalFen).toBe(naive);
        const shuffled = books.ledger
          .map((one) => ({ one, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(statementOf('metro-1', month, shuffled, books.before())).toEqual(statement);
      },
    ),
    { numRuns: 500 },
  );
});

test('a closed month never changes, and what comes late stands once, in a later one', () => {
  fc.assert(
    fc.property(anySteps, (steps) => {
      const books = new Books();
      for (const step of steps) {
        const before = new Map(books.closed);
        books.take(step);
        for (const [month, statement] of before) {
          expect(books.closed.get(month)).toBe(statement);
          // Folded again from the postings that it holds, it is the same to the byte.
          const held = books.ledger.filter((one) => idsIn(statement).includes(one.postingId));
          const { months } = books.before(month);
          const again = statementOf('metro-1', month, held, { months, postings: new Set() });
          expect(JSON.stringify(again)).toBe(JSON.stringify(statement));
        }
      }
      for (const month of [...MONTHS, LAST]) books.close(month);
      const statements = [...books.closed.values()];
      for (const { postingId, month } of books.own()) {
        const holding = statements.filter((one) => idsIn(one).includes(postingId));
        expect(holding).toHaveLength(1);
        const [one] = holding;
        if (one === undefined) continue;
        expect(idsOf(one.lines).includes(postingId)).toBe(one.month === month);
        expect(one.month >= month).toBe(true);
      }
      const owed = books.own().map((one) => (one.reversalOf === null ? 1 : -1) * one.amountFen);
      const settled = statements.map(({ totalFen }) => totalFen);
      expect(sum(settled)).toBe(sum(owed));
    }),
    { numRuns: 500 },
  );
});

test('a month that nobody closed does not leak into later ones', () => {
  fc.assert(
    fc.property(anySteps, fc.subarray([...MONTHS]), (steps, open) => {
      const books = new Books();
      const closes = (step: Step): boolean =>
        step.does === 'close' && open.includes(step.month as never);
      for (const step of steps) if (!closes(step)) books.take(step);
      const last = statementOf('metro-1', LAST, books.ledger, books.before());
      const monthOf = new Map(books.ledger.map(({ postingId, month }) => [postingId, month]));
      for (const id of idsIn(last)) expect(open).not.toContain(monthOf.get(id));
    }),
    { numRuns: 300 },
  );
});

function sum(amounts: readonly number[]): number {
  return amounts.reduce((all, amount) => all + amount, 0);
}
