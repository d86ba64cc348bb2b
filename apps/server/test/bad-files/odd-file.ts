/** A file of the corpus: how it is made, how it is taken in, and what must come of it. */
import type { Encoding } from '../../src/donation/encoding.ts';
import type { Field } from '../../src/donation/file-fields.ts';
import type { RowErrorCode } from '../../src/donation/row-errors.ts';
import { residentNumber } from '../test-core.ts';

/** What becomes of a file that is read. */
export interface Outcome {
  readonly imported: number;
  readonly unchanged?: number;
  readonly encoding?: string;
  readonly rejected?: readonly (readonly [row: number, column: Field, code: RowErrorCode])[];
  readonly conflicts?: readonly number[];
  readonly unknownHeadings?: readonly string[];
}

/** One file; `number` gives donation numbers that no other file has. */
export interface OddFile {
  readonly name: string;
  make(number: (ordinal: number) => string): Buffer | Promise<Buffer>;
  readonly asked?: Encoding;
  readonly expected: Outcome | { readonly refused: RegExp };
}

export const HEADINGS = [
  '献血码',
  '姓名',
  '证件类型',
  '证件号码',
  '出生日期',
  '手机号',
  '献血日期',
  '献血类型',
  '献血量',
  '单位',
  '采血城市',
  '采血点',
];
export const HEADING_LINE = HEADINGS.join(',');
export const ENGLISH_LINE =
  'donation_number,name,document_type,document_number,born_on,phone,donated_on,kind,amount,unit,city,site';

/** Where each field stands in a row of this corpus. */
export const AT = {
  number: 0,
  name: 1,
  type: 2,
  document: 3,
  born: 4,
  phone: 5,
  on: 6,
  kind: 7,
  amount: 8,
  unit: 9,
  city: 10,
  site: 11,
} as const;

/** The cells of a good row, with changes. */
export function cells(
  number: string,
  change: { readonly [K in keyof typeof AT]?: string } = {},
): string[] {
  const row = [
    number,
    '测试甲',
    '居民身份证',
    residentNumber(1),
    '',
    '',
    '2026-06-09',
    '全血',
    '200',
    '',
    '',
    '',
  ];
  for (const [key, text] of Object.entries(change)) row[AT[key as keyof typeof AT]] = text;
  return row;
}

/** A good row as a line of CSV, with changes. */
export function line(number: string, change: Parameters<typeof cells>[1] = {}): string {
  return cells(number, change).join(',');
}

/** Lines as a CSV text. */
export function csv(...lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
