/** The limits of what stands in a workbook, kept while its XML streams past. */
import { badFile } from './bad-file.ts';

/** The most rows below the headings, columns, and cells of a part. */
export const MOST_ROWS = 200_000;
export const MOST_COLUMNS = 500;
const MOST_CELLS = 4_000_000;
/** A tag that is longer than this is no spreadsheet's. */
const LONGEST_TAG = 10_000;

const DECLARATION = /<!(DOCTYPE|ENTITY)/i;
/** A row, a cell or a shared text, under any prefix, with its attributes. */
const ROW_OR_CELL = /<(?:[^\s<>/:]*:)?(row|c|si)(?=[\s/>])(?:"[^"]*"|'[^']*'|[^<>"'])*/g;
const REFERENCE = /[\s:]r\s*=\s*["']([^"']*)["']/;
const ADDRESS = /^([A-Z]{1,7})(\d{1,7})$/;

/**
 * A function that is called with the text of one part, piece by piece, and with '' at its end. It
 * throws `BadFile` where a limit is passed. A declaration of entities is refused whole, so no
 * entity can reach out of the file or multiply in it.
 */
export function watchSheet(): (text: string) => void {
  const seen = { rows: 0, cells: 0, cellsInRow: 0 };
  let rest = '';
  return (piece) => {
    const text = rest + piece;
    const lastTag = piece === '' ? text.length : text.lastIndexOf('<');
    const cut = lastTag < 0 || text.length - lastTag > LONGEST_TAG ? text.length : lastTag;
    rest = text.slice(cut);
    const whole = text.slice(0, cut);
    if (DECLARATION.test(whole)) {
      throw badFile('entities_declared');
    }
    for (const [tag, name] of whole.matchAll(ROW_OR_CELL)) count(seen, name ?? '', tag);
  };
}

function count(
  seen: { rows: number; cells: number; cellsInRow: number },
  name: string,
  tag: string,
): void {
  if (name === 'row') {
    seen.rows += 1;
    seen.cellsInRow = 0;
    return;
  }
  seen.cells += 1;
  if (seen.cells > MOST_CELLS) {
    throw badFile('too_many_cells', { most: MOST_CELLS });
  }
  if (name === 'si') return;
  seen.cellsInRow += 1;
  const reference = REFERENCE.exec(tag)?.[1];
  const address = reference === undefined ? undefined : addressOf(reference);
  const row = address?.row ?? seen.rows;
  if (row > MOST_ROWS + 1) {
    throw badFile('sheet_too_long', { row, most: MOST_ROWS });
  }
  const column = Math.max(address?.column ?? 0, seen.cellsInRow);
  if (column > MOST_COLUMNS) throw badFile('sheet_too_wide', { column, most: MOST_COLUMNS });
}

/** The row and column, from 1, that a cell's address such as B7 names; throws `BadFile`. */
export function addressOf(reference: string): { readonly row: number; readonly column: number } {
  const [, letters, digits] = ADDRESS.exec(reference) ?? [];
  if (letters === undefined) throw badFile('address_malformed');
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return { row: Number(digits), column };
}
