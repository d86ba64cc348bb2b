/** Money is whole fen. The two divisions of the product stand here; each gives every fen away. */
import { assert } from './assert.ts';

/** `amountFen` times basis points / 10,000, rounded up to a fen. */
export function shareOfFen(amountFen: number, basisPoints: number): number {
  return Math.ceil((amountFen * basisPoints) / 10_000);
}

/**
 * Splits an amount by whole-number weights: each part is rounded down, what is left over goes to
 * the first part. The parts sum to the amount.
 */
export function splitFen(amountFen: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  assert(weights.length > 0, 'an amount is split among at least one');
  if (total === 0) return weights.map((_, index) => (index === 0 ? amountFen : 0));
  const parts = weights.map((weight) => Math.floor((amountFen * weight) / total));
  const given = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part, index) => (index === 0 ? part + amountFen - given : part));
}
