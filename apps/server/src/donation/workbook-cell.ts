/** A workbook's cell as the text that a person sees in it, without loss. */

/** Above this a spreadsheet keeps 15 digits only. */
const EXACT_BELOW = 1e15;

/**
 * The number that the workbook stores. Where digits were lost it is written as a power of ten, so
 * that an identity number entered as a quantity is named as ruined.
 */
export function numberText(stored: string): string {
  const number = Number(stored);
  if (!Number.isFinite(number)) return stored;
  if (Math.abs(number) < EXACT_BELOW) return String(number);
  return number.toExponential().replace('e', 'E');
}

/** The text of any cell; a day as 2026-06-09, whatever the epoch and the format. */
export function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (!(cell instanceof Date)) return String(cell);
  return Number.isNaN(cell.getTime()) ? '' : cell.toISOString().slice(0, 10);
}
