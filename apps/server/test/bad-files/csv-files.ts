/** CSV files that are odd in their form: line ends, quotes, headings, sizes. */
import { residentNumber } from '../test-core.ts';
import { csv, HEADING_LINE, HEADINGS, line, type OddFile } from './odd-file.ts';

const utf8 = (text: string): Buffer => Buffer.from(text);
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** The files. */
export const CSV_FILES: readonly OddFile[] = [
  { name: 'no bytes at all', make: () => utf8(''), expected: { refused: /empty/ } },
  {
    name: 'spaces and line ends only',
    make: () => utf8(' \n\n , \n'),
    expected: { refused: /empty/ },
  },
  {
    name: 'only headings',
    make: () => utf8(csv(HEADING_LINE)),
    expected: { imported: 0, encoding: 'utf-8' },
  },
  {
    name: 'empty lines above the headings and between the rows',
    make: (n) =>
      utf8(`\n,,,\n${csv(HEADING_LINE, '', line(n(1)), ',,,', line(n(2), { amount: '' }))}`),
    expected: { imported: 1, rejected: [[7, 'amount', 'missing']] },
  },
  {
    name: 'headings twice: two exports put together',
    make: (n) => utf8(csv(HEADING_LINE, line(n(1)), HEADING_LINE, line(n(2)))),
    expected: { imported: 2, rejected: [[3, 'donation_number', 'heading_again']] },
  },
  {
    name: 'a heading that stands twice in its row, once in English',
    make: (n) => utf8(csv(`${HEADING_LINE},NAME`, line(n(1)))),
    expected: { refused: /duplicate headings: 姓名 name/ },
  },
  {
    name: 'a heading that is needed and missing',
    make: (n) => utf8(csv(HEADING_LINE.replace('献血日期', '日期'), line(n(1)))),
    expected: { refused: /missing headings: 献血日期 donated_on/ },
  },
  {
    name: 'no headings, rows at once',
    make: (n) => utf8(csv(line(n(1)), line(n(2)))),
    expected: { refused: /missing headings/ },
  },
  {
    name: 'headings with full-width letters, spaces and invisible characters',
    make: (n) =>
      utf8(
        csv(HEADING_LINE.replace('献血码', '　ｄｏｎａｔｉｏｎ＿ｎｕｍｂｅｒ\u200b'), line(n(1))),
      ),
    expected: { imported: 1 },
  },
  {
    name: 'columns in another order, with some that are unknown',
    make: (n) =>
      utf8(
        csv(
          `备注,${[...HEADINGS].reverse().join(',')},x`,
          `,${line(n(1)).split(',').reverse().join(',')},`,
        ),
      ),
    expected: { imported: 1, unknownHeadings: ['备注', 'x'] },
  },
  {
    name: '10,000 columns',
    make: (n) => utf8(csv(`${HEADING_LINE}${',x'.repeat(9988)}`, line(n(1)))),
    expected: { refused: /row 1 has 10000 columns; at most 500/ },
  },
  {
    name: '10,000 columns in one of the rows',
    make: (n) => utf8(csv(HEADING_LINE, line(n(1)), `${line(n(2))}${','.repeat(9988)}`)),
    expected: { refused: /row 3 has 10000 columns/ },
  },
  {
    name: 'a row that is too short, and one with cells beyond the headings',
    make: (n) => utf8(csv(HEADING_LINE, n(1), `${line(n(2))},x,y`)),
    expected: {
      imported: 1,
      rejected: [
        [2, 'name', 'missing'],
        [2, 'document_type', 'missing'],
        [2, 'document_number', 'missing'],
        [2, 'donated_on', 'missing'],
        [2, 'kind', 'missing'],
      ],
    },
  },
  {
    name: 'a cell of 1 MB',
    make: (n) => utf8(csv(HEADING_LINE, line(n(1), { name: '长'.repeat(350_000) }), line(n(2)))),
    expected: { imported: 1, rejected: [[2, 'name', 'too_long']] },
  },
  {
    name: 'a row of 5 MB without a line end',
    make: (n) => utf8(csv(HEADING_LINE, line(n(1), { name: 'x'.repeat(5_000_000) }))),
    expected: { refused: /not CSV after row 1: a row is longer than 4 MiB/ },
  },
  {
    name: 'carriage returns alone as line ends',
    make: (n) => utf8(csv(HEADING_LINE, line(n(1)), line(n(2))).replaceAll('\n', '\r')),
    expected: { imported: 2 },
  },
  {
    name: 'three kinds of line ends in one file, none at its end',
    make: (n) => utf8(`${HEADING_LINE}\r\n${line(n(1))}\n${line(n(2))}\r${line(n(3))}`),
    expected: { imported: 3 },
  },
  {
    name: 'quotes in quotes, a comma and a line end in a quoted cell',
    make: (n) =>
      utf8(
        csv(
          HEADING_LINE,
          line(n(1), { site: quoted('站 "一", 东\n门') }),
          line(n(2), { amount: '1' }),
        ),
      ),
    expected: { imported: 1, rejected: [[3, 'amount', 'amount_malformed']] },
  },
  {
    name: 'a quote that is never closed',
    make: (n) => utf8(csv(HEADING_LINE, line(n(1)), line(n(2), { name: '"测试甲' }))),
    expected: { refused: /not CSV after row 2: a quote is opened and never closed/ },
  },
  {
    name: 'text behind a closing quote',
    make: (n) => utf8(csv(HEADING_LINE, line(n(1), { name: '"测试"甲' }))),
    expected: { refused: /not CSV after row 1: a closing quote is followed/ },
  },
  {
    name: 'a quote amid a cell',
    make: (n) => utf8(csv(HEADING_LINE, line(n(1), { name: '测"试甲' }))),
    expected: { refused: /not CSV after row 1: a quote stands amid a cell/ },
  },
  {
    name: 'semicolons between the cells',
    make: (n) => utf8(csv(HEADING_LINE, line(n(1))).replaceAll(',', ';')),
    expected: { imported: 1 },
  },
  {
    name: 'a formula in a name is text',
    make: (n) =>
      utf8(
        csv(
          HEADING_LINE,
          line(n(1), { name: '=1+1', document: residentNumber(4) }),
          line(n(2), { name: "'=1+1", document: residentNumber(4) }),
        ),
      ),
    expected: { imported: 2 },
  },
  {
    name: 'the same row twice, and a third time with another amount',
    make: (n) => utf8(csv(HEADING_LINE, line(n(1)), line(n(1)), line(n(1), { amount: '400' }))),
    expected: { imported: 1, unchanged: 1, conflicts: [4] },
  },
  {
    name: 'one document under two names',
    make: (n) => utf8(csv(HEADING_LINE, line(n(1)), line(n(2), { name: '另一人' }))),
    expected: { imported: 1, rejected: [[3, 'document_number', 'person_differs']] },
  },
];
