/** Rows that people and spreadsheets have changed: each is a CSV file of one row in UTF-8. */
import type { Field } from '../../src/donation/file-fields.ts';
import type { RowErrorCode } from '../../src/donation/row-errors.ts';
import { residentNumber } from '../test-core.ts';
import { type AT, csv, HEADING_LINE, line, type OddFile } from './odd-file.ts';

type Change = { readonly [K in keyof typeof AT]?: string };
const one = residentNumber(1);
const wide = (text: string): string =>
  text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));

const TAKEN: readonly (readonly [name: string, change: Change])[] = [
  ['full-width digits in a document', { document: wide(one) }],
  ['full-width digits in an amount', { amount: '２００' }],
  ['full-width letters in a unit', { unit: 'ＭＬ' }],
  ['full-width digits in a day', { on: wide('2026-06-09') }],
  ['a day with slashes', { on: '2026/6/9' }],
  ['a day in Chinese', { on: '2026年6月9日' }],
  ['a day in Chinese with full-width digits and spaces', { on: '２０２６ 年 ６ 月 ９ 日' }],
  ['a day without separators', { on: '20260609' }],
  ['a day with a time', { on: '2026/6/9 0:00:00' }],
  ['an apostrophe before a document', { document: `'${one}` }],
  [
    'spaces that do not break around everything',
    { document: `\u00a0${one}\u00a0`, name: '\u3000测试甲\u00a0', amount: '\u3000200' },
  ],
  [
    'spaces within a document',
    { document: `${one.slice(0, 6)} ${one.slice(6, 14)} ${one.slice(14)}` },
  ],
  ['a telephone with hyphens and a prefix', { phone: '＋86 154-0000-0001' }],
  ['a city in full-width digits', { city: wide('140100') }],
];

const WRONG: readonly (readonly [string, Change, Field, RowErrorCode])[] = [
  ['a document as a power of ten', { document: '1.40105E+17' }, 'document_number', 'number_ruined'],
  [
    'a document as a power of ten in full width',
    { document: wide('1.40105E+17') },
    'document_number',
    'number_ruined',
  ],
  [
    'a document rounded to 15 digits',
    { document: '140199198501010000' },
    'document_number',
    'number_ruined',
  ],
  ['a telephone as a power of ten', { phone: '1.54E+10' }, 'phone', 'number_ruined'],
  [
    'a donation number as a power of ten',
    { number: '1.23E+15' },
    'donation_number',
    'number_ruined',
  ],
  ['a day as a spreadsheet counts', { on: '46182' }, 'donated_on', 'date_is_serial'],
  ['a day that there is not', { on: '2026-02-29' }, 'donated_on', 'date_malformed'],
  ['a day in American order', { on: '6/9/2026' }, 'donated_on', 'date_malformed'],
  ['a day of birth as a spreadsheet counts', { born: '31048' }, 'born_on', 'date_is_serial'],
  ['a row that has slipped: a document as a day', { on: one }, 'donated_on', 'date_malformed'],
  ['a control character in a name', { name: '测试\u0007甲' }, 'name', 'characters_unreadable'],
  ['a site of 201 characters', { site: '站'.repeat(201) }, 'site', 'too_long'],
];

/** The files. */
export const VALUE_FILES: readonly OddFile[] = [
  ...TAKEN.map(
    ([name, change]): OddFile => ({
      name,
      make: (n) => Buffer.from(csv(HEADING_LINE, line(n(1), change))),
      expected: { imported: 1 },
    }),
  ),
  ...WRONG.map(
    ([name, change, column, code]): OddFile => ({
      name,
      make: (n) => Buffer.from(csv(HEADING_LINE, line(n(1), change))),
      expected: { imported: 0, rejected: [[2, column, code]] },
    }),
  ),
];
