/**
 * Writes a workbook of many rows, all cells filled and every text of its own, without holding it.
 * Arguments: the file, the rows below the headings.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import { residentCheckDigit } from '../../src/donor/document.ts';
import { sheetRows, workbookParts } from './make-workbook.ts';
import { HEADINGS } from './odd-file.ts';
import { SHEET } from './workbook-row.ts';

const [file = '', count = '1000'] = process.argv.slice(2);
const SIZES_FOLLOW = 8;
const descriptor = openSync(file, 'w');
let at = 0;
const write = (...pieces: Buffer[]): void => {
  for (const piece of pieces) at += writeSync(descriptor, piece);
};

function* texts(): Generator<string> {
  yield '<si><t>居民身份证</t></si><si><t>全血</t></si>';
  for (let row = 1; row <= Number(count); row += 1) {
    // 9,000 people, and each gives again.
    const person = row % 9000;
    const born = `19${70 + (person % 30)}01${10 + (Math.floor(person / 30) % 3)}`;
    const first17 = `140199${born}${String(Math.floor(person / 90)).padStart(3, '0')}`;
    const document = first17 + residentCheckDigit(first17);
    yield `<si><t>W${row}</t></si><si><t>测试${person}</t></si><si><t>${document}</t></si>`;
  }
}

function* rows(): Generator<string> {
  yield sheetRows([HEADINGS]);
  for (let row = 1; row <= Number(count); row += 1) {
    const shared = (column: string, index: number): string =>
      `<c r="${column}${row + 1}" t="s"><v>${index}</v></c>`;
    const number = (column: string, value: number, style = 0): string =>
      `<c r="${column}${row + 1}" s="${style}"><v>${value}</v></c>`;
    const first = 3 * row - 1;
    yield `<row r="${row + 1}">${shared('A', first)}${shared('B', first + 1)}${shared('C', 0)}${shared('D', first + 2)}<c r="E${row + 1}" s="1"/>`;
    yield `${number('F', 15_400_000_000 + row)}${number('G', 46_182 - (row % 5000), 1)}${shared('H', 1)}${number('I', 200)}`;
    yield `<c r="J${row + 1}" t="inlineStr"><is><t>ml</t></is></c><c r="K${row + 1}" t="inlineStr"><is><t>太原市</t></is></c><c r="L${row + 1}" t="inlineStr"><is><t>采血点${row}</t></is></c></row>`;
  }
}

/** The content of a part around the place where its rows or texts belong. */
const CONTENT: Readonly<Record<string, () => Generator<string>>> = {
  [SHEET]: rows,
  'xl/sharedStrings.xml': texts,
};

const directory: Buffer[] = [];
for (const { name, content } of workbookParts('@', { sharedStrings: '@' })) {
  const start = at;
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(SIZES_FOLLOW, 2);
  fields.writeUInt16LE(8, 4);
  const named = Buffer.from(name);
  fields.writeUInt16LE(named.length, 22);
  write(Buffer.from('504b0304', 'hex'), fields, named);
  let unpacked = 0;
  let checksum = 0;
  const pieces = function* (): Generator<string> {
    const [before = '', after = ''] = String(content).split('@');
    yield before;
    yield* CONTENT[name]?.() ?? [];
    yield after;
  };
  const counted = function* (): Generator<Buffer> {
    for (const text of pieces()) {
      const piece = Buffer.from(text);
      unpacked += piece.length;
      checksum = crc32(piece, checksum);
      yield piece;
    }
  };
  const packedAt = at;
  for await (const chunk of Readable.from(counted()).pipe(createDeflateRaw())) write(chunk);
  fields.writeUInt32LE(checksum, 10);
  fields.writeUInt32LE(at - packedAt, 14);
  fields.writeUInt32LE(unpacked, 18);
  write(Buffer.from('504b0708', 'hex'), fields.subarray(10, 22));
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(start, 10);
  directory.push(Buffer.from('504b01021400', 'hex'), fields, rest, named);
}
const listed = Buffer.concat(directory);
const end = Buffer.alloc(22);
end.writeUInt32LE(0x06054b50, 0);
end.writeUInt16LE(directory.length / 4, 8);
end.writeUInt16LE(directory.length / 4, 10);
end.writeUInt32LE(listed.length, 12);
end.writeUInt32LE(at, 16);
write(listed, end);
closeSync(descriptor);
