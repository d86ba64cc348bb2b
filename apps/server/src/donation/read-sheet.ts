/** The rows of a sheet as texts, while its XML streams past: memory does not grow with the sheet. */
import type { SaxesTagNS } from 'saxes';
import { badFile } from './bad-file.ts';
import type { SharedTexts } from './shared-texts.ts';
import { addressOf, MOST_COLUMNS, MOST_ROWS } from './watch-sheet.ts';
import { createCellText, dayText, numberText, unescapeText } from './workbook-cell.ts';
import { attributeOf, readXml } from './workbook-xml.ts';

/** What a sheet's cells mean without saying it themselves. */
export interface SheetContext {
  readonly sharedTexts: SharedTexts;
  /** Whether a style, by its number, shows days. */
  readonly showsDay: readonly boolean[];
  readonly epoch1904: boolean;
}

/** A row with its number, from 1. */
export interface SheetRow {
  readonly row: number;
  readonly cells: string[];
}

/** The rows that have cells, as far as each chunk of the sheet's XML ends them. */
export async function* readSheetRows(
  chunks: AsyncIterable<Buffer>,
  context: SheetContext,
): AsyncGenerator<{ readonly rows: readonly SheetRow[]; readonly bytes: number }> {
  const sheet = startSheet(context);
  for await (const bytes of readXml(chunks, sheet)) yield { rows: sheet.take(), bytes };
  yield { rows: sheet.take(), bytes: 0 };
}

/** The cell that is being read. */
interface OpenCell {
  readonly column: number;
  readonly type: string;
  readonly style: number;
  value: string;
}

function startSheet(context: SheetContext) {
  let ended: SheetRow[] = [];
  let row: SheetRow = { row: 0, cells: [] };
  let cell: OpenCell | undefined;
  let inValue = false;
  const inline = createCellText();
  const endCell = ({ column, type, style, value }: OpenCell): void => {
    const text = type === 'inlineStr' ? inline.end() : valueText(type, style, value, context);
    while (row.cells.length < column) row.cells.push('');
    row.cells[column - 1] = text;
  };
  return {
    open(name: string, tag: SaxesTagNS): void {
      if (name === 'row') row = { row: rowNumber(tag, row.row + 1), cells: [] };
      else if (name === 'c') {
        cell = openCell(tag, row);
        inline.begin();
      } else if (name === 'v') inValue = true;
      else inline.open(name);
    },
    close(name: string): void {
      if (name === 'v') inValue = false;
      else if (name === 'c' && cell !== undefined) {
        endCell(cell);
        cell = undefined;
      } else if (name === 'row' && row.cells.length > 0) ended.push(row);
      else inline.close(name);
    },
    text(part: string): void {
      if (inValue && cell !== undefined) cell.value += part;
      else inline.text(part);
    },
    /** The rows that have ended since the last call. */
    take(): SheetRow[] {
      const taken = ended;
      ended = [];
      return taken;
    },
  };
}

function rowNumber(tag: SaxesTagNS, next: number): number {
  const written = attributeOf(tag, 'r');
  const row = written === undefined ? next : Number(written);
  if (!Number.isInteger(row) || row < 1) throw badFile('address_malformed');
  return row;
}

/** Begins a cell. Only cells are held to the limits: programs also write the height of empty rows. */
function openCell(tag: SaxesTagNS, { row, cells }: SheetRow): OpenCell {
  if (row > MOST_ROWS + 1) throw badFile('sheet_too_long', { row, most: MOST_ROWS });
  const reference = attributeOf(tag, 'r');
  const column = reference === undefined ? cells.length + 1 : addressOf(reference).column;
  if (column > MOST_COLUMNS) throw badFile('sheet_too_wide', { column, most: MOST_COLUMNS });
  return {
    column,
    type: attributeOf(tag, 't') ?? 'n',
    style: Number(attributeOf(tag, 's') ?? 0),
    value: '',
  };
}

/** The text of a stored value; a formula's is its last result, and none where it is an error. */
function valueText(type: string, style: number, value: string, context: SheetContext): string {
  if (value === '' || type === 'e') return '';
  if (type === 's') {
    const text = context.sharedTexts.get(Number(value));
    if (text === undefined) throw badFile('workbook_unreadable');
    return text;
  }
  if (type === 'str') return unescapeText(value);
  if (type === 'b') return value.trim() === '1' ? 'TRUE' : 'FALSE';
  if (type === 'd') return value.slice(0, '2026-06-09'.length);
  return context.showsDay[style] === true ? dayText(value, context.epoch1904) : numberText(value);
}
