/** Days as people and spreadsheets write them. */
import { type CivilDate, findCivilDate } from '@liyu/domain/kernel';
import type { RowErrorCode } from './row-errors.ts';

/** Donations are counted from this day on. */
export const FIRST_DAY = '1980-01-01' as CivilDate;
const DATE_FORMS = [
  /^(\d{4})-(\d{1,2})-(\d{1,2})$/,
  /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/,
  /^(\d{4})年(\d{1,2})月(\d{1,2})日$/,
  /^(\d{4})(\d{2})(\d{2})$/,
];

/** A time of day that a system writes behind the day. */
const TIME_OF_DAY = /[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$/;

/** Days by the texts that have been read: a file has few of them, again and again. */
const READ = new Map<string, CivilDate>();
const MOST_READ = 20_000;
/** A longer text may be a piece of a file's text, which it would hold in memory. */
const LONGEST_READ = 12;

/** Reads a day in any form of the contract; `undefined` when there is no such day. */
export function parseDay(text: string): CivilDate | undefined {
  const known = READ.get(text);
  if (known !== undefined) return known;
  const day = readDay(text);
  if (day === undefined || text.length > LONGEST_READ) return day;
  if (READ.size === MOST_READ) READ.clear();
  READ.set(text, day);
  return day;
}

function readDay(text: string): CivilDate | undefined {
  const day = text.replace(TIME_OF_DAY, '').replace(/\s/g, '');
  for (const form of DATE_FORMS) {
    const parts = form.exec(day);
    if (parts !== null) return findCivilDate(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  }
  return undefined;
}

/** Why a day cannot be read: five digits are what a spreadsheet counts in. */
export function codeOfDate(text: string): RowErrorCode {
  return /^\d{5}(\.\d+)?$/.test(text) ? 'date_is_serial' : 'date_malformed';
}
