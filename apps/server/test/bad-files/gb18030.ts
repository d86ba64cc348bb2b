/** Text as GB18030 bytes, which Node can only read: the table is its decoder, read backwards. */

const PAIRS = new Map<string, number>();

function pairs(): ReadonlyMap<string, number> {
  if (PAIRS.size > 0) return PAIRS;
  const decoder = new TextDecoder('gb18030');
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const text = decoder.decode(Uint8Array.of(lead, trail));
      if ([...text].length === 1 && text !== '\uFFFD') PAIRS.set(text, lead * 256 + trail);
    }
  }
  return PAIRS;
}

/** The bytes of a character beyond the first plane: four, counted from U+10000. */
function fourBytes(codePoint: number): number[] {
  let rest = codePoint - 0x10000;
  const low = [10, 126, 10].map((base) => {
    const digit = rest % base;
    rest = Math.floor(rest / base);
    return digit;
  });
  const [d = 0, c = 0, b = 0] = low;
  return [0x90 + rest, 0x30 + b, 0x81 + c, 0x30 + d];
}

/** The text in GB18030; throws at a character for which this table has no bytes. */
export function encodeGb18030(text: string): Buffer {
  const bytes: number[] = [];
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    const pair = pairs().get(character);
    if (codePoint < 0x80) bytes.push(codePoint);
    else if (codePoint > 0xffff) bytes.push(...fourBytes(codePoint));
    else if (pair === undefined) throw new Error(`${character} has no two bytes in GB18030`);
    else bytes.push(pair >> 8, pair & 0xff);
  }
  return Buffer.from(bytes);
}
