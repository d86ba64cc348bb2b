import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyHistory, civil } from '../../test/donations.ts';
import { programme } from '../../test/programme.ts';
import { standingOf } from '../standing/index.ts';
import { type Holding, isLess } from './loss.ts';

const annual = (validThrough: string): Holding['card'] => ({ kind: 'annual', validThrough });
const HONOUR: Holding['card'] = { kind: 'honour', validThrough: null };
const has = (card: Holding['card'], more: Partial<Holding> = {}): Holding => ({
  tier: 'second',
  golds: 1,
  card,
  ...more,
});

test.each([
  ['the same', annual('2027-03-10'), annual('2027-03-10'), false],
  ['a day less', annual('2027-03-10'), annual('2027-03-09'), true],
  ['a day more', annual('2027-03-10'), annual('2027-03-11'), false],
  ['a card where none was', null, annual('2027-03-10'), false],
  ['no card any more', annual('2027-03-10'), null, true],
  ['from honour to annual', HONOUR, annual('2099-01-01'), true],
  ['from annual to honour', annual('2099-01-01'), HONOUR, false],
] as const)('%s: less is %s', (_name, before, after, expected) => {
  expect(isLess(has(after), has(before))).toBe(expected);
});

test('a lower tier or fewer golds are less, whatever the card gains', () => {
  const before = has(annual('2027-03-10'));
  expect(isLess(has(HONOUR, { tier: 'first' }), before)).toBe(true);
  expect(isLess(has(HONOUR, { golds: 0 }), before)).toBe(true);
  expect(isLess(has(HONOUR, { tier: 'bronze', golds: 2 }), before)).toBe(false);
});

test('donations more are never less, donations fewer never more', () => {
  const on = civil('2026-11-24');
  fc.assert(
    fc.property(anyHistory({ through: '2026-11-24' }), fc.nat(), (history, drawn) => {
      const some = history.slice(0, history.length === 0 ? 0 : drawn % history.length);
      const all = standingOf(history, programme, on);
      const fewer = standingOf(some, programme, on);
      expect(isLess({ ...all, golds: 0 }, { ...fewer, golds: 0 })).toBe(false);
      const changed = all.tier !== fewer.tier || all.card?.kind !== fewer.card?.kind;
      if (changed) expect(isLess(fewer, all)).toBe(true);
    }),
  );
});
