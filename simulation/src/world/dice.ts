/**
 * Chance from a seed: the same seed throws the same dice, on every machine. Nothing else in the
 * simulation is random; whoever needs chance of his own forks by a name, so that one more throw
 * here changes nothing there.
 */

/** Seeded chance. */
export interface Dice {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  /** A whole number in [from, to], both included. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  bytes(length: number): Uint8Array;
  /** Other dice, by a name; the same name gives the same dice. */
  fork(name: string): Dice;
}

/** Four words out of a text (MurmurHash3's mixing, as cyrb128 does it). */
function wordsOfSeed(seed: string): [number, number, number, number] {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let at = 0; at < seed.length; at += 1) {
    const unit = seed.charCodeAt(at);
    a = b ^ Math.imul(a ^ unit, 597399067);
    b = c ^ Math.imul(b ^ unit, 2869860233);
    c = d ^ Math.imul(c ^ unit, 951274213);
    d = a ^ Math.imul(d ^ unit, 2716044179);
  }
  return [a ^ b ^ c ^ d, b, c, d];
}

/** Dice of the seed (sfc32). */
export function createDice(seed: string): Dice {
  let [a, b, c, d] = wordsOfSeed(seed);
  const word = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) word();
  const below = (most: number): number => Math.floor((word() / 2 ** 32) * most);
  return {
    next: () => word() / 2 ** 32,
    below,
    between: (from, to) => from + below(to - from + 1),
    chance: (probability) => word() / 2 ** 32 < probability,
    pick(from) {
      const at = below(from.length);
      if (from.length === 0) throw new Error('invariant broken: nothing to pick from');
      return from[at] as (typeof from)[number];
    },
    bytes: (length) => Uint8Array.from({ length }, () => word() & 0xff),
    fork: (name) => createDice(`${seed}/${name}`),
  };
}
