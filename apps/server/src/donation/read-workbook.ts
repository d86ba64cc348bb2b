/** A donation file as an .xlsx workbook: its first sheet, as rows of text. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SaxesTagNS } from 'saxes';
import { badFile, sizeOf } from './bad-file.ts';
import type { FileRow } from './read-csv.ts';
import { readSheetRows, type SheetContext } from './read-sheet.ts';
import { readSharedTexts } from './shared-texts.ts';
import { isDayFormat } from './workbook-cell.ts';
import {
  checkWorkbook,
  MOST_PACKED,
  type OpenPart,
  type WorkbookParts,
} from './workbook-limits.ts';
import { attributeOf, readXml, type XmlListener } from './workbook-xml.ts';

const FOLDER = 'xl';

/** Reads and judges the workbook; throws `BadFile` when it is none, damaged or too large. */
export async function openWorkbook(file: string): Promise<AsyncGenerator<FileRow[]>> {
  if (sizeOf(file) > MOST_PACKED) throw badFile('workbook_too_large');
  const bytes = readFileSync(file);
  const parts = await checkWorkbook(bytes);
  const { sheet, context } = await openFirstSheet(parts);
  return readRows(sheet, context, bytes.length);
}

async function* readRows(
  sheet: OpenPart,
  context: SheetContext,
  fileSize: number,
): AsyncGenerator<FileRow[]> {
  let read = 0;
  for await (const { rows, bytes } of readSheetRows(sheet.chunks(), context)) {
    read += bytes;
    const bytesRead = Math.floor((fileSize * read) / Math.max(sheet.size, 1));
    yield rows.map(({ row, cells }) => ({ row, cells, bytesRead }));
  }
}

/** The first sheet in the workbook's order, and what its cells need to be read. */
async function openFirstSheet(
  parts: WorkbookParts,
): Promise<{ sheet: OpenPart; context: SheetContext }> {
  const relations = await readRelations(parts);
  const book = await readBook(parts);
  const partOf = (kind: string, id?: string): OpenPart | undefined => {
    const relation = relations.find((one) => one.kind === kind && (id ?? one.id) === one.id);
    return relation === undefined ? undefined : parts.find(relation.target);
  };
  const sheet = book.sheets.map((id) => partOf('worksheet', id)).find((part) => part !== undefined);
  if (sheet === undefined) throw badFile('workbook_unreadable');
  const context = {
    sharedTexts: await readSharedTexts(partOf('sharedStrings')?.chunks()),
    showsDay: await readDayStyles(partOf('styles')),
    epoch1904: book.epoch1904,
  };
  return { sheet, context };
}

/** A part that the workbook names: its id there, the last word of its type, its name. */
interface Relation {
  readonly id: string;
  readonly kind: string;
  readonly target: string;
}

async function readRelations(parts: WorkbookParts): Promise<Relation[]> {
  const relations: Relation[] = [];
  await readWhole(parts.find(`${FOLDER}/_rels/workbook.xml.rels`), {
    open(name, tag) {
      if (name !== 'Relationship' || attributeOf(tag, 'TargetMode') === 'External') return;
      const target = attributeOf(tag, 'Target') ?? '';
      relations.push({
        id: attributeOf(tag, 'Id') ?? '',
        kind: attributeOf(tag, 'Type')?.split('/').at(-1) ?? '',
        target: target.startsWith('/') ? target.slice(1) : path.posix.join(FOLDER, target),
      });
    },
  });
  return relations;
}

/** The sheets' relations in their order, and from which day the workbook counts. */
async function readBook(
  parts: WorkbookParts,
): Promise<{ sheets: readonly string[]; epoch1904: boolean }> {
  const sheets: string[] = [];
  let epoch1904 = false;
  await readWhole(parts.find(`${FOLDER}/workbook.xml`), {
    open(name, tag) {
      if (name === 'sheet') sheets.push(relationOf(tag) ?? '');
      if (name !== 'workbookPr') return;
      epoch1904 = ['1', 'true', 'on'].includes(attributeOf(tag, 'date1904') ?? '');
    },
  });
  return { sheets, epoch1904 };
}

/** The id under which an element names another part, whatever the prefix. */
function relationOf(tag: SaxesTagNS): string | undefined {
  const named = Object.values(tag.attributes).find(
    ({ local, uri }) => local === 'id' && uri.endsWith('/relationships'),
  );
  return named?.value;
}

/** Whether each style of a cell, by its number, shows days. */
async function readDayStyles(part: OpenPart | undefined): Promise<boolean[]> {
  const codes = new Map<number, string>();
  const showsDay: boolean[] = [];
  let inCellStyles = false;
  if (part === undefined) return showsDay;
  await readWhole(part, {
    open(name, tag) {
      const id = Number(attributeOf(tag, 'numFmtId') ?? 0);
      if (name === 'numFmt') codes.set(id, attributeOf(tag, 'formatCode') ?? '');
      else if (name === 'cellXfs') inCellStyles = true;
      else if (name === 'xf' && inCellStyles) showsDay.push(isDayFormat(id, codes.get(id)));
    },
    close(name) {
      if (name === 'cellXfs') inCellStyles = false;
    },
  });
  return showsDay;
}

async function readWhole(part: OpenPart | undefined, listener: XmlListener): Promise<void> {
  if (part === undefined) throw badFile('workbook_unreadable');
  for await (const _bytes of readXml(part.chunks(), listener));
}
