/** Files in every encoding, and in none. */
import { residentNumber } from '../test-core.ts';
import { encodeGb18030 } from './gb18030.ts';
import { csv, ENGLISH_LINE, HEADING_LINE, line, type OddFile } from './odd-file.ts';

const utf8 = (text: string): Buffer => Buffer.from(text);
const utf16le = (text: string): Buffer => Buffer.from(text, 'utf16le');
const utf16be = (text: string): Buffer => utf16le(text).swap16();
const english = (number: string, change: Parameters<typeof line>[1] = {}): string =>
  line(number, { type: 'resident_id', kind: 'whole_blood', name: 'Li Hua', ...change });
const person = { name: '李华', document: residentNumber(2) };

/** The files. */
export const ENCODING_FILES: readonly OddFile[] = [
  {
    name: 'UTF-8 with a byte-order mark',
    make: (n) => utf8(`\uFEFF${csv(HEADING_LINE, line(n(1)))}`),
    expected: { imported: 1, encoding: 'utf-8' },
  },
  {
    name: 'GBK with 太原 in it',
    make: (n) => encodeGb18030(csv(HEADING_LINE, line(n(1), { city: '太原', site: '太原站' }))),
    expected: { imported: 1, encoding: 'gb18030' },
  },
  {
    name: 'GBK in which only 太原 is not ASCII: the whole file is valid UTF-8 too',
    make: (n) => encodeGb18030(csv(ENGLISH_LINE, english(n(1), { city: '太原', ...latin(2) }))),
    expected: { imported: 1, encoding: 'gb18030' },
  },
  {
    name: 'the same, read as UTF-8 because the operator says so: the city is another one',
    make: (n) => encodeGb18030(csv(ENGLISH_LINE, english(n(1), { city: '太原', ...latin(2) }))),
    asked: 'utf-8',
    expected: { imported: 1, encoding: 'utf-8' },
  },
  {
    name: 'GB18030 with a character of four bytes in a name',
    make: (n) => encodeGb18030(csv(HEADING_LINE, line(n(1), { name: '𠮷野', ...document(3) }))),
    expected: { imported: 1, encoding: 'gb18030' },
  },
  {
    name: 'UTF-16LE with its mark and tabs: the Unicode text of a spreadsheet',
    make: (n) => utf16le(`\uFEFF${csv(HEADING_LINE, line(n(1))).replaceAll(',', '\t')}`),
    expected: { imported: 1, encoding: 'utf-16le' },
  },
  {
    name: 'UTF-16BE with its mark',
    make: (n) => utf16be(`\uFEFF${csv(HEADING_LINE, line(n(1)))}`),
    expected: { imported: 1, encoding: 'utf-16be' },
  },
  {
    name: 'UTF-16LE without a mark',
    make: (n) => utf16le(csv(HEADING_LINE, line(n(1)))),
    expected: { imported: 1, encoding: 'utf-16le' },
  },
  {
    name: 'UTF-16BE without a mark',
    make: (n) => utf16be(csv(HEADING_LINE, line(n(1)))),
    expected: { imported: 1, encoding: 'utf-16be' },
  },
  {
    name: 'UTF-16LE with half a character at the end',
    make: (n) => utf16le(`\uFEFF${csv(HEADING_LINE, line(n(1)))}`).subarray(0, -1),
    expected: { refused: /not UTF-16LE \(after row 1\)/ },
  },
  {
    name: 'UTF-8 followed by GBK: two exports put together',
    make: (n) => Buffer.concat([utf8(csv(HEADING_LINE, line(n(1)))), encodeGb18030(line(n(2)))]),
    expected: { refused: /not UTF-8 \(after row 2\)/ },
  },
  {
    name: 'GBK followed by UTF-8',
    make: (n) =>
      Buffer.concat([
        encodeGb18030(csv(HEADING_LINE, line(n(1)))),
        utf8(csv(line(n(2), { name: '王小五' }))),
      ]),
    expected: { refused: /not GB18030 \(after row 2\)/ },
  },
  {
    name: 'UTF-8 cut amid a character at its end',
    make: (n) => utf8(`${HEADING_LINE}\n${line(n(1), { site: '站' })}`).subarray(0, -1),
    expected: { refused: /not UTF-8 \(after row 1\)/ },
  },
  {
    name: 'GBK cut amid a character at its end',
    make: (n) => encodeGb18030(`${HEADING_LINE}\n${line(n(1), { site: '站' })}`).subarray(0, -1),
    expected: { refused: /not GB18030 \(after row 1\)/ },
  },
  {
    name: 'a mark of UTF-8 and then GBK',
    make: (n) => Buffer.concat([utf8('\uFEFF'), encodeGb18030(csv(HEADING_LINE, line(n(1))))]),
    expected: { refused: /not UTF-8 \(after row 0\)/ },
  },
  {
    name: 'UTF-8 read as GBK because the operator says so',
    make: (n) => utf8(csv(HEADING_LINE, line(n(1)))),
    asked: 'gb18030',
    expected: { refused: /not GB18030 \(after row 0\)/ },
  },
  {
    name: 'GBK read as UTF-8 because the operator says so',
    make: (n) => encodeGb18030(csv(HEADING_LINE, line(n(1)))),
    asked: 'utf-8',
    expected: { refused: /not UTF-8 \(after row 0\)/ },
  },
  {
    name: 'a name already damaged by an earlier conversion',
    make: (n) => utf8(csv(HEADING_LINE, line(n(1), { ...person, name: '李\uFFFD' }))),
    expected: { imported: 0, rejected: [[2, 'name', 'characters_unreadable']] },
  },
  {
    name: 'NUL bytes in a cell of UTF-8',
    make: (n) => utf8(csv(HEADING_LINE, line(n(1), { site: '一\0站' }), line(n(2)))),
    expected: {
      imported: 1,
      encoding: 'utf-8',
      rejected: [[2, 'site', 'characters_unreadable']],
    },
  },
  {
    name: 'nothing but NUL bytes',
    make: () => Buffer.alloc(5000),
    expected: { refused: /missing headings/ },
  },
  {
    name: 'bytes of a picture',
    make: () => Buffer.from('89504e470d0a1a0a0000000d49484452ff00fe', 'hex'),
    expected: { refused: /the file is not|missing headings/ },
  },
];

/** Another document, so that another name is no contradiction. */
function document(ordinal: number): { document: string } {
  return { document: residentNumber(ordinal) };
}

function latin(ordinal: number): { name: string; type: string; document: string; born: string } {
  return {
    name: 'Li Hua',
    type: 'passport',
    document: `E1234567${ordinal}`,
    born: '1985-01-01',
  };
}
