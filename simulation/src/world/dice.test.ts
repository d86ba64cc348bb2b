import { expect, test } from 'vitest';
import { createDice } from './dice.ts';

const throws = (seed: string) => {
  const dice = createDice(seed);
  return Array.from({ length: 1000 }, () => dice.next());
};

test('a seed always throws the same, another seed something else', () => {
  expect(throws('1')).toEqual(throws('1'));
  expect(throws('1')).not.toEqual(throws('2'));
});

test('a fork is its own: how often the other was thrown changes nothing', () => {
  const one = createDice('seed');
  const other = createDice('seed');
  other.next();
  expect(one.fork('phone').bytes(16)).toEqual(other.fork('phone').bytes(16));
});

test('every number of a range comes up about as often', () => {
  const dice = createDice('even');
  const counts = Array.from({ length: 10 }, () => 0);
  for (let time = 0; time < 10_000; time += 1) {
    const at = dice.between(0, 9);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(850);
  expect(Math.max(...counts)).toBeLessThan(1150);
});
