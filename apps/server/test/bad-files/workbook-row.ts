/** A workbook of one good row, to be changed in one way. */
import {
  sheetRows,
  type WorkbookCell,
  type WorkbookForm,
  workbook,
  type ZipPart,
} from './make-workbook.ts';
import { AT, cells, HEADINGS, type OddFile } from './odd-file.ts';

type Change = { readonly [K in keyof typeof AT]?: WorkbookCell };
export const xml = (text: string): WorkbookCell => ({ xml: text });

/** The cells of a good row in which some are XML. */
export function row(number: string, change: Change = {}): WorkbookCell[] {
  const made: WorkbookCell[] = cells(number);
  for (const [key, cell] of Object.entries(change)) made[AT[key as keyof typeof AT]] = cell;
  return made;
}
export const one = (change: Change, form?: WorkbookForm): OddFile['make'] => {
  return (n) => workbook([HEADINGS, row(n(1), change)], form);
};
export const good = (n: (ordinal: number) => string): string => sheetRows([HEADINGS, row(n(1))]);
export const swap = (
  parts: readonly ZipPart[],
  name: string,
  change: Partial<ZipPart>,
): ZipPart[] => parts.map((part) => (part.name === name ? { ...part, ...change } : part));
export const SHEET = 'xl/worksheets/sheet1.xml';
export const taken = { imported: 1, encoding: 'xlsx' } as const;
