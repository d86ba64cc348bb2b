/**
 * Codes as an attacker, a scratch or a bad camera makes them: from a seed, so that a run can be
 * repeated. Some are nearly right, some are noise, some are far too long.
 */

/** A row of numbers from 0 up to but not including 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const BASE45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const PREFIX = 'LY1:';
/** What a text is now and then made of: letters of other scripts, half of a pair, control signs. */
const STRANGE = ['é', '码', '０', '\u{1f600}', '\ud800', '\u0000', '\n', 'ly1:', '"', '\u202e'];

type Random = () => number;
const below = (random: Random, limit: number) => Math.floor(random() * limit);
const anyOf = <T>(random: Random, all: readonly T[], otherwise: T): T =>
  all[below(random, all.length)] ?? otherwise;

/** As many characters of base45. */
function noise(random: Random, length: number): string {
  let text = '';
  for (let at = 0; at < length; at += 1) text += BASE45.charAt(below(random, BASE45.length));
  return text;
}

const splice = (text: string, from: number, to: number, middle: string) =>
  text.slice(0, from) + middle + text.slice(to);

/** Each makes one change to a text. */
const CHANGES: readonly ((random: Random, text: string) => string)[] = [
  (random, text) => {
    const at = below(random, text.length);
    return splice(text, at, at + 1, BASE45.charAt(below(random, BASE45.length)));
  },
  (random, text) => {
    const at = below(random, text.length);
    return splice(text, at, at + 1, '');
  },
  (random, text) => splice(text, at(random, text), at(random, text), noise(random, 1)),
  (random, text) => {
    const from = at(random, text);
    return splice(text, from, from, anyOf(random, STRANGE, ''));
  },
  (random, text) => text.slice(0, at(random, text)),
  (random, text) => text + text.slice(at(random, text)),
  (random, text) => {
    const from = at(random, text);
    return splice(text, from, from + 12, text.slice(from, from + 12).toLowerCase());
  },
  (random, text) => {
    const from = at(random, text);
    const to = at(random, text);
    return splice(text, from, from + 6, text.slice(to, to + 6));
  },
];

function at(random: Random, text: string): number {
  return below(random, text.length + 1);
}

/** One code: in nine of ten cases a good one with one change to three, else noise of any length. */
export function hostileCode(random: Random, good: readonly string[]): string {
  if (random() < 0.1) {
    const length = random() < 0.01 ? below(random, 20_000) : below(random, 430);
    return (random() < 0.9 ? PREFIX : '') + noise(random, length);
  }
  let text = anyOf(random, good, PREFIX);
  for (let left = 1 + below(random, 3); left > 0; left -= 1) {
    text = anyOf(random, CHANGES, (_, same: string) => same)(random, text);
  }
  return text;
}
