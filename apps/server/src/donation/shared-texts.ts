/** The texts that a workbook's cells share, kept as bytes: a million of them take little memory. */
import { badFile } from './bad-file.ts';
import { createCellText } from './workbook-cell.ts';
import { readXml } from './workbook-xml.ts';

/** Bytes of all texts together, in UTF-8. */
const MOST_BYTES = 64 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;

/** The texts by their number, from 0. */
export interface SharedTexts {
  get(index: number): string | undefined;
}

/** Reads the part that holds them; throws `BadFile` when they are more than memory should take. */
export async function readSharedTexts(
  chunks: AsyncIterable<Buffer> | undefined,
): Promise<SharedTexts> {
  const texts = startTexts();
  if (chunks === undefined) return texts;
  const cell = createCellText();
  const read = readXml(chunks, {
    open(name) {
      if (name === 'si') cell.begin();
      else cell.open(name);
    },
    close(name) {
      if (name === 'si') texts.add(cell.end());
      else cell.close(name);
    },
    text: cell.text,
  });
  for await (const _bytes of read);
  return texts;
}

function startTexts(): SharedTexts & { add(text: string): void } {
  let bytes = Buffer.allocUnsafe(FIRST_BYTES);
  let ends = new Uint32Array(FIRST_BYTES / 16);
  let count = 0;
  let used = 0;
  return {
    add(text) {
      const length = Buffer.byteLength(text);
      if (used + length > MOST_BYTES) throw badFile('too_much_shared_text');
      if (used + length > bytes.length) {
        const size = Math.min(Math.max(bytes.length * 2, used + length), MOST_BYTES);
        const wider = Buffer.allocUnsafe(size);
        bytes.copy(wider, 0, 0, used);
        bytes = wider;
      }
      if (count === ends.length) {
        const longer = new Uint32Array(ends.length * 2);
        longer.set(ends);
        ends = longer;
      }
      used += bytes.write(text, used);
      ends[count] = used;
      count += 1;
    },
    get(index) {
      if (!Number.isInteger(index) || index < 0 || index >= count) return undefined;
      return bytes.toString('utf8', index === 0 ? 0 : ends[index - 1], ends[index]);
    },
  };
}
