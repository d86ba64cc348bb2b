/** The columns of the donation file, their headings in both languages and their coded values. */
import type { DonationKind } from '@liyu/domain/programme';
import { plainCell } from './cell-text.ts';

/** Every field with its Chinese heading. */
export const HEADINGS = {
  donation_number: '献血码',
  name: '姓名',
  document_type: '证件类型',
  document_number: '证件号码',
  born_on: '出生日期',
  phone: '手机号',
  donated_on: '献血日期',
  kind: '献血类型',
  amount: '献血量',
  unit: '单位',
  city: '采血城市',
  site: '采血点',
} as const;
export type Field = keyof typeof HEADINGS;

/** Fields without which a file is refused. */
const REQUIRED: readonly Field[] = [
  'donation_number',
  'name',
  'document_type',
  'document_number',
  'donated_on',
  'kind',
  'amount',
];

export const KINDS: { readonly [K in DonationKind]: string } = {
  whole_blood: '全血',
  apheresis_platelets: '单采血小板',
  stem_cells: '造血干细胞',
  other_component: '其他成分',
};
export const UNITS = { ml: 'ml', treatment_unit: '治疗量' } as const;
export type Unit = keyof typeof UNITS;

/** Where each field stands in a row, and which headings we do not know. */
export interface Columns {
  readonly at: ReadonlyMap<Field, number>;
  /** The same as a list: gone through for every row of a file. */
  readonly inOrder: readonly { readonly field: Field; readonly at: number }[];
  readonly unknown: readonly string[];
}

/** What is wrong with the first row, in words. */
export type HeadingProblem = { readonly missing: string[]; readonly duplicate: string[] };

/** The two columns of an error file: they may be sent again, and are left out. */
export const ERROR_HEADINGS = ['错误', 'error'] as const;

/** Whether the heading is one of the error file's own columns. */
export function isErrorHeading(heading: string): boolean {
  return (ERROR_HEADINGS as readonly string[]).includes(plainCell(heading).toLowerCase());
}

/** Characters of an unknown heading that a warning repeats. */
const LONGEST_NAMED = 40;

/** Reads the heading row: any order, Chinese or English, unknown ones named. */
export function readHeadings(row: readonly string[]): Columns | HeadingProblem {
  const at = new Map<Field, number>();
  const unknown: string[] = [];
  const duplicate: string[] = [];
  row.forEach((heading, index) => {
    const field = fieldOf(heading);
    if (field === undefined) {
      const text = [...plainCell(heading).replace(/\p{C}/gu, '')].slice(0, LONGEST_NAMED).join('');
      if (text !== '' && !isErrorHeading(heading)) unknown.push(text);
    } else if (at.has(field)) duplicate.push(`${HEADINGS[field]} ${field}`);
    else at.set(field, index);
  });
  const missing = REQUIRED.filter((field) => !at.has(field)).map(
    (field) => `${HEADINGS[field]} ${field}`,
  );
  const inOrder = [...at].map(([field, column]) => ({ field, at: column }));
  return missing.length > 0 || duplicate.length > 0
    ? { missing, duplicate }
    : { at, inOrder, unknown };
}

/** The field that a heading names, in Chinese or English. */
export function fieldOf(heading: string): Field | undefined {
  return keyByName(HEADINGS, plainCell(heading));
}

/** The keys of each table by their names in lower case: asked for every row of a file. */
const KEYS = new WeakMap<object, ReadonlyMap<string, string>>();

/** The key whose own name or Chinese name the text is; case does not matter. */
export function keyByName<K extends string>(
  names: { readonly [key in K]: string },
  text: string,
): K | undefined {
  let keys = KEYS.get(names);
  if (keys === undefined) {
    const entries = Object.entries<string>(names).toReversed();
    keys = new Map(
      entries.flatMap(([key, name]) => [
        [key, key],
        [name, key],
        [name.toLowerCase(), key],
      ]),
    );
    KEYS.set(names, keys);
  }
  return (keys.get(text) ?? keys.get(text.toLowerCase())) as K | undefined;
}
