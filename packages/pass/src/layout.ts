/**
 * Fixed layouts: a pass and a shown code have one sequence of CBOR heads each, so they are read
 * and written against a pattern in hexadecimal. That is what makes the reader take exactly one
 * byte sequence per meaning: no other order, length, key or trailing byte fits the pattern.
 */

/** Per byte: the value it must have, or -1 where a field stands. */
export type Layout = Int16Array;

/** Reads a pattern: hexadecimal pairs, `..` for a byte of a field, `..*N` for N of them. */
export function layoutOf(pattern: string): Layout {
  const expected: number[] = [];
  for (const word of pattern.trim().split(/\s+/)) {
    if (word.startsWith('..')) {
      const count = word.length > 2 ? Number(word.slice(3)) : 1;
      for (let field = 0; field < count; field += 1) expected.push(-1);
    } else {
      expected.push(Number.parseInt(word, 16));
    }
  }
  return Int16Array.from(expected);
}

/** The first offset, counted from `start`, at which the bytes leave the layout; -1 if nowhere. */
export function findDeviation(bytes: Uint8Array, start: number, layout: Layout): number {
  for (let at = 0; at < layout.length; at += 1) {
    const expected = layout[at];
    if (expected !== -1 && bytes[start + at] !== expected) return at;
  }
  return -1;
}

/** The layout's bytes with its fields put in from left to right. Throws unless they just fit. */
export function fillLayout(layout: Layout, fields: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(layout.length);
  let used = 0;
  for (let at = 0; at < layout.length; at += 1) {
    const expected = layout[at] ?? -1;
    if (expected >= 0) {
      bytes[at] = expected;
    } else {
      bytes[at] = fields[used] ?? 0;
      used += 1;
    }
  }
  if (used !== fields.length) throw new RangeError(`${fields.length} bytes for ${used} places`);
  return bytes;
}
