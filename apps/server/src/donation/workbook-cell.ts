/** A workbook's cell as the text that a person sees in it, without loss. */
import { addDays, type CivilDate } from '@liyu/domain/kernel';

/** Above this a spreadsheet keeps 15 digits only. */
const EXACT_BELOW = 1e15;
const EXACT_DIGITS = 15;
/** The most characters that a spreadsheet lets stand in a cell. */
const MOST_CHARACTERS = 32_767;
const SECONDS_OF_DAY = 86_400;

/**
 * The number that the workbook stores, without what binary fractions add. Where digits were lost it
 * is written as a power of ten, so that an identity number entered as a quantity is named as ruined.
 */
export function numberText(stored: string): string {
  const number = Number(stored);
  if (stored.trim() === '' || !Number.isFinite(number)) return stored;
  if (Math.abs(number) < EXACT_BELOW) return String(Number(number.toPrecision(EXACT_DIGITS)));
  return number.toExponential().replace('e', 'E');
}

/** The first day of either way to count days, and the day before the 1900 count's false leap day. */
const EPOCH_1904 = '1904-01-01' as CivilDate;
const EPOCH_1900 = '1899-12-30' as CivilDate;
const BEFORE_FALSE_LEAP_DAY = '1899-12-31' as CivilDate;
const FALSE_LEAP_DAY = 60;
/** 9999-12-31, the last day that a spreadsheet knows. */
const LAST_SERIAL = 2_958_465;

/** The day that a spreadsheet counts as so many, as 2026-06-09; other numbers stay numbers. */
export function dayText(stored: string, epoch1904: boolean): string {
  const counted = Number(stored);
  // To the second, as it is shown: a moment short of midnight is the next day.
  const day = Math.floor(Math.round(counted * SECONDS_OF_DAY) / SECONDS_OF_DAY);
  if (!(day >= 0 && day <= LAST_SERIAL)) return numberText(stored);
  if (epoch1904) return addDays(EPOCH_1904, day);
  return addDays(day < FALSE_LEAP_DAY ? BEFORE_FALSE_LEAP_DAY : EPOCH_1900, day);
}

/** The formats that every spreadsheet has and does not write down: days and times of day. */
const BUILT_IN_DAYS = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
  [71, 81],
] as const;
/** What is shown as it stands: quoted, escaped, colours and languages, spaces and fillings. */
const AS_IT_STANDS = /"[^"]*"|\\.|\[[^\]]*\]|[_*]./g;

/** Whether a number format shows days; `code` is that of a format of the workbook's own. */
export function isDayFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return BUILT_IN_DAYS.some(([first, last]) => id >= first && id <= last);
  const [shown = ''] = code.replace(AS_IT_STANDS, '').split(';');
  return !/general/i.test(shown) && /[ymdhs]/i.test(shown);
}

/** A text made of runs: collected while its elements stream past. */
export interface CellText {
  begin(): void;
  open(name: string): void;
  close(name: string): void;
  text(text: string): void;
  /** The text; runs are joined, what is written above it as a reading (`rPh`) is left out. */
  end(): string;
}

/** A control character as a workbook writes it. */
const ESCAPED = /_x([0-9A-F]{4})_/gi;

/** Starts collecting; one for a whole part. */
export function createCellText(): CellText {
  let text = '';
  let inText = false;
  let inReading = false;
  return {
    begin() {
      text = '';
      inText = false;
      inReading = false;
    },
    open(name) {
      if (name === 't') inText = true;
      else if (name === 'rPh') inReading = true;
    },
    close(name) {
      if (name === 't') inText = false;
      else if (name === 'rPh') inReading = false;
    },
    text(part) {
      if (!inText || inReading || text.length >= MOST_CHARACTERS) return;
      text += part.slice(0, MOST_CHARACTERS - text.length);
    },
    end: () => unescapeText(text),
  };
}

/** The text with its escaped characters as they are. */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
