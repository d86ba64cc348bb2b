/** What can be wrong with a row of the donation file: every code with its text. */
import type { Text } from '@liyu/domain/kernel';
import type { Field } from './file-fields.ts';

/** Texts by code; `{value}` is what stands in the file, masked where it is personal. */
export const ROW_ERRORS = {
  missing: { zh: '此项不能为空。', en: 'This field is empty.' },
  number_malformed: {
    zh: '献血码“{value}”格式不对，或校验位不符。',
    en: 'The donation number "{value}" is malformed, or its check character is wrong.',
  },
  document_type_unknown: {
    zh: '不认识证件类型“{value}”。',
    en: 'The document type "{value}" is not known.',
  },
  document_malformed: {
    zh: '证件号码“{value}”与证件类型不符：位数、校验位或日期有误。',
    en: 'The document number "{value}" does not fit its type: length, check digit or date.',
  },
  sample_donor: {
    zh: '这是示例献血者，正式环境不导入。',
    en: 'This is a sample donor; production takes none in.',
  },
  number_ruined: {
    zh: '号码被电子表格改成了“{value}”，末尾的数字已经丢失。请把这一列设为文本格式，重新填写。',
    en: 'A spreadsheet made "{value}" of this number: digits are lost. Format it as text, type it again.',
  },
  characters_unreadable: {
    zh: '此项含有无法识别的字符，可能是转换编码时损坏的。请重新填写。',
    en: 'This cell holds characters that a conversion has damaged. Please enter it again.',
  },
  too_long: {
    zh: '此项超过{most}个字符。',
    en: 'This cell has more than {most} characters.',
  },
  heading_again: {
    zh: '此行是重复的标题行，不是献血记录。请删除此行。',
    en: 'This row repeats the headings; it is no donation. Please delete it.',
  },
  date_is_serial: {
    zh: '“{value}”是电子表格的日期序号。请把这一列设为日期格式，或写成 2026-06-09。',
    en: '"{value}" is how a spreadsheet counts days. Format it as a date, or write 2026-06-09.',
  },
  date_malformed: {
    zh: '日期“{value}”无法识别，请写成 2026-06-09。',
    en: 'The date "{value}" cannot be read; write it as 2026-06-09.',
  },
  born_on_missing: {
    zh: '此证件类型需要填写出生日期。',
    en: 'This type of document needs the date of birth.',
  },
  born_on_differs: {
    zh: '出生日期与居民身份证号码中的日期不同。',
    en: 'The date of birth differs from that in the resident number.',
  },
  in_the_future: {
    zh: '献血日期 {value} 还没有到。',
    en: 'The donation date {value} is in the future.',
  },
  before_1980: {
    zh: '献血日期 {value} 早于1980年。',
    en: 'The donation date {value} is before 1980.',
  },
  before_birth: {
    zh: '献血日期 {value} 早于出生日期。',
    en: 'The donation date {value} is before the date of birth.',
  },
  kind_unknown: {
    zh: '不认识献血类型“{value}”。',
    en: 'The kind of donation "{value}" is not known.',
  },
  amount_malformed: {
    zh: '献血量“{value}”不在允许的数值之内：{allowed_zh}。',
    en: 'The amount "{value}" is not one of those allowed: {allowed}.',
  },
  unit_differs: {
    zh: '单位“{value}”与献血类型不符。',
    en: 'The unit "{value}" does not fit the kind of donation.',
  },
  phone_malformed: {
    zh: '手机号“{value}”格式不对。',
    en: 'The telephone number "{value}" is malformed.',
  },
  person_differs: {
    zh: '此证件号码已登记在另一姓名或出生日期之下，请核对。',
    en: 'This document number is known under another name or date of birth; please check.',
  },
  conflict: {
    zh: '献血码“{value}”已登记，内容不同；原记录没有改动。',
    en: 'The donation number "{value}" is known with other facts; the record was not changed.',
  },
} as const satisfies Record<string, Text>;
export type RowErrorCode = keyof typeof ROW_ERRORS;

/** One thing that is wrong: the row as a spreadsheet counts it (the headings are row 1). */
export interface RowError {
  readonly row: number;
  readonly column: Field;
  readonly code: RowErrorCode;
  readonly message: Text;
}

/** Makes an error; `values` fill the braces of the text. */
export function rowError(
  row: number,
  column: Field,
  code: RowErrorCode,
  values: Readonly<Record<string, string>> = {},
): RowError {
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  const { zh, en } = ROW_ERRORS[code];
  return { row, column, code, message: { zh: fill(zh), en: fill(en) } };
}
