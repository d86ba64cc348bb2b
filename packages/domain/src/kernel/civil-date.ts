/**
 * Civil days of the city, as strings that sort: `2026-06-09`. Arithmetic is on the proleptic
 * Gregorian calendar (ISO 8601) and knows no clock and no zone.
 */

/** A day of the calendar, `YYYY-MM-DD`, always a day that exists. */
export type CivilDate = string & { readonly __brand: 'CivilDate' };

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** How many days the month has; `month` is 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

/** The day that the parts name, or `undefined` when the calendar has no such day. */
export function findCivilDate(year: number, month: number, day: number): CivilDate | undefined {
  if (year < 1 || year > 9999 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return format(year, month, day);
}

/** Reads `YYYY-MM-DD`; `undefined` when the text is not such a day. */
export function parseCivilDate(text: string): CivilDate | undefined {
  const parts = SHAPE.exec(text);
  if (parts === null) return undefined;
  return findCivilDate(Number(parts[1]), Number(parts[2]), Number(parts[3]));
}

/** The year, month (1 to 12) and day of month. */
export function partsOf(date: CivilDate): { year: number; month: number; day: number } {
  return {
    year: Number(date.slice(0, 4)),
    month: Number(date.slice(5, 7)),
    day: Number(date.slice(8, 10)),
  };
}

function format(year: number, month: number, day: number): CivilDate {
  const y = String(year).padStart(4, '0');
  return `${y}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` as CivilDate;
}

/** Days since 1970-01-01. */
export function dayNumber(date: CivilDate): number {
  const { year, month, day } = partsOf(date);
  return Math.floor(Date.UTC(year, month - 1, day) / 86_400_000);
}

/** The day that many days after 1970-01-01. */
export function fromDayNumber(days: number): CivilDate {
  return new Date(days * 86_400_000).toISOString().slice(0, 10) as CivilDate;
}

/** The day `days` later (earlier when negative). */
export function addDays(date: CivilDate, days: number): CivilDate {
  return fromDayNumber(dayNumber(date) + days);
}

/** How many days from `from` to `to`. */
export function daysBetween(from: CivilDate, to: CivilDate): number {
  return dayNumber(to) - dayNumber(from);
}

function shiftMonth(date: CivilDate, months: number): { year: number; month: number; day: number } {
  const { year, month, day } = partsOf(date);
  const index = year * 12 + (month - 1) + months;
  return { year: Math.floor(index / 12), month: (((index % 12) + 12) % 12) + 1, day };
}

/**
 * The corresponding day `months` later; where that month has none, its last day
 * (Civil Code of the PRC, article 202).
 */
export function addMonths(date: CivilDate, months: number): CivilDate {
  const { year, month, day } = shiftMonth(date, months);
  return format(year, month, Math.min(day, daysInMonth(year, month)));
}

/** As `addMonths`, but where that month has no such day: the first of the month after it. */
export function addMonthsOrFirstOfNext(date: CivilDate, months: number): CivilDate {
  const { year, month, day } = shiftMonth(date, months);
  if (day <= daysInMonth(year, month)) return format(year, month, day);
  return month === 12 ? format(year + 1, 1, 1) : format(year, month + 1, 1);
}

/** The later of two days. */
export function laterOf(a: CivilDate, b: CivilDate): CivilDate {
  return a > b ? a : b;
}
