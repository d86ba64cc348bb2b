/** Numbers that look random and always come out the same for the same card. */

/** Gives the next number, at least 0 and below 1. */
export type Draw = () => number;

/** A draw that is seeded by a text: the same text, the same numbers (FNV-1a, then mulberry32). */
export function seedDraw(text: string): Draw {
  let state = 0x811c9dc5;
  for (const letter of text) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A number between two bounds. */
export function drawBetween(draw: Draw, least: number, most: number): number {
  return least + (most - least) * draw();
}

/** One of a few choices. */
export function drawOne<T>(draw: Draw, first: T, ...others: readonly T[]): T {
  return [first, ...others][Math.floor(draw() * (others.length + 1))] ?? first;
}
