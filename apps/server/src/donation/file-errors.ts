/** What can be wrong with a donation file as a whole: every code with its text. */
import type { Text } from '@liyu/domain/kernel';

/** Texts by code. No value in braces may hold what stands in a cell below the headings. */
export const FILE_ERRORS = {
  not_a_file: { zh: '{file} 不是文件。', en: '{file} is not a file' },
  unreadable: { zh: '无法读取 {file}。', en: 'cannot read {file}' },
  errors_unwritable: {
    zh: '--errors：无法写入 {file}。',
    en: '--errors: cannot write {file}',
  },
  empty: { zh: '文件是空的。', en: 'the file is empty' },
  headings_missing: { zh: '缺少标题：{headings_zh}。', en: 'missing headings: {headings}' },
  headings_duplicate: { zh: '标题重复：{headings_zh}。', en: 'duplicate headings: {headings}' },
  too_many_columns: {
    zh: '第{row}行有{columns}列；最多读取{most}列。',
    en: 'row {row} has {columns} columns; at most {most} are read',
  },
  too_many_rows: {
    zh: '文件超过{most}行；请分成几个文件，或在命令行导入。',
    en: 'the file has more than {most} rows; send several files, or import it on the command line',
  },
  encoding_wrong: {
    zh: '文件不是 {encoding} 编码（第{row}行之后）；请将整个文件另存为 UTF-8，或用 --encoding 指明编码。',
    en: 'the file is not {encoding} (after row {row}); save the whole of it as UTF-8, or name its encoding with --encoding',
  },
  encoding_not_as_said: {
    zh: '文件不是 {encoding} 编码（第{row}行之后）；不写 --encoding，由程序判断。',
    en: 'the file is not {encoding} (after row {row}); leave --encoding out, and the file is judged',
  },
  encoding_of_workbook: {
    zh: '--encoding 只用于 CSV；此文件是工作簿。',
    en: '--encoding is for CSV; the file is a workbook',
  },
  changed_while_read: {
    zh: '读取时文件有变动：第{row}行之后不是 {encoding} 编码。',
    en: 'the file changed while it was read: no {encoding} after {row}',
  },
  quote_not_closed: {
    zh: '第{row}行之后不是 CSV：有引号没有闭合。',
    en: 'the file is not CSV after row {row}: a quote is opened and never closed',
  },
  row_too_long: {
    zh: '第{row}行之后不是 CSV：某行超过 4 MiB，或有引号没有闭合。',
    en: 'the file is not CSV after row {row}: a row is longer than 4 MiB, or a quote never closed',
  },
  quote_followed: {
    zh: '第{row}行之后不是 CSV：闭合的引号后面还有文字。',
    en: 'the file is not CSV after row {row}: a closing quote is followed by more text',
  },
  quote_amid_cell: {
    zh: '第{row}行之后不是 CSV：单元格中间有引号；请双写引号，并用引号括住整个单元格。',
    en: 'the file is not CSV after row {row}: a quote stands amid a cell; double it and quote the whole cell',
  },
  workbook_old: {
    zh: '文件是旧格式（.xls）或加密的工作簿；请另存为不带密码的 .xlsx，或 CSV。',
    en: 'the file is an old or encrypted workbook (.xls); save it as .xlsx without a password, or as CSV',
  },
  no_workbook: {
    zh: '文件是 zip 压缩包，不是 .xlsx 工作簿；请先解压，或另存为 .xlsx 或 CSV。',
    en: 'the file is a zip archive and no .xlsx workbook; unpack it, or save it as .xlsx or CSV',
  },
  workbook_encrypted: {
    zh: '工作簿已加密；请取消加密后保存。',
    en: 'the workbook is encrypted; save it without',
  },
  workbook_damaged: {
    zh: '工作簿已损坏；请用电子表格程序重新保存，或另存为 CSV。',
    en: 'the workbook is damaged; save it again with a spreadsheet program, or as CSV',
  },
  workbook_too_large: {
    zh: '工作簿超过 50 MB；请另存为 CSV，CSV 没有大小限制。',
    en: 'the workbook is larger than 50 MB; save it as CSV, which has no limit',
  },
  workbook_unpacks_too_large: {
    zh: '工作簿解压后有 {megabytes} MB；最多读取 500 MB。',
    en: 'the workbook unpacks to {megabytes} MB; at most 500 MB are read',
  },
  too_many_parts: {
    zh: '工作簿有超过{most}个部分。',
    en: 'the workbook has more than {most} parts',
  },
  too_many_cells: {
    zh: '工作簿有超过{most}个单元格；请将工作表另存为 CSV。',
    en: 'the workbook has more than {most} cells; save the sheet as CSV',
  },
  too_much_shared_text: {
    zh: '工作簿的文字太多，内存放不下；请将工作表另存为 CSV。',
    en: 'the workbook holds too much text for memory; save the sheet as CSV',
  },
  sheet_too_long: {
    zh: '工作簿在第{row}行有单元格；最多读取{most}行：请删除空行，或将工作表另存为 CSV。',
    en: 'the workbook has a cell in row {row}; at most {most} rows are read: delete the rows that are empty, or save the sheet as CSV',
  },
  sheet_too_wide: {
    zh: '工作簿在第{column}列有单元格；最多读取{most}列：请删除空列。',
    en: 'the workbook has a cell in column {column}; at most {most} columns are read: delete those that are empty',
  },
  entities_declared: {
    zh: '工作簿自行声明了实体（DOCTYPE），不予读取。',
    en: 'the workbook declares entities of its own (DOCTYPE); it is not read',
  },
  address_malformed: {
    zh: '工作簿中有单元格的地址不对；请重新保存，或另存为 CSV。',
    en: 'the workbook has a cell without a proper address; save it again, or as CSV',
  },
  workbook_unreadable: {
    zh: '无法读取工作簿；请用电子表格程序重新保存，或另存为 CSV。',
    en: 'the workbook cannot be read; save it again with a spreadsheet program, or as CSV',
  },
} as const satisfies Record<string, Text>;
export type FileErrorCode = keyof typeof FILE_ERRORS;

/** One thing that is wrong with the file. */
export interface FileError {
  readonly code: FileErrorCode;
  readonly message: Text;
}

/** Makes an error; `values` fill the braces of the text. */
export function fileError(
  code: FileErrorCode,
  values: Readonly<Record<string, string | number>> = {},
): FileError {
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
  const { zh, en } = FILE_ERRORS[code];
  return { code, message: { zh: fill(zh), en: fill(en) } };
}
