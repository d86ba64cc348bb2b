/** How money, days, times and counts are written, in both languages. */
import { type CivilDate, dayText } from '@liyu/domain/kernel';
import type { Language } from './language.ts';

/** Writes whole fen as yuan, always with two decimals: 750 becomes `¥7.50`. */
export function formatMoney(fen: number): string {
  return `¥${(fen / 100).toFixed(2)}`;
}

/** Writes a civil day (`2026-06-10`) as 2026年6月10日 or 10 June 2026. */
export function formatDay(day: string, language: Language): string {
  const text = dayText(day.slice(0, 10) as CivilDate);
  return language === 'en' ? text.en : text.zh;
}

/** Writes the time of day of an instant in the city's zone, to the second: `14:03:20`. */
export function formatClock(milliseconds: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone,
  }).format(milliseconds);
}

/** Rounds an exact sum of counts down to whole ones, which is how a tier is shown. */
export function formatCounts(exact: string): string {
  return exact.split('.')[0] ?? exact;
}

/** Writes a card's number in threes of four figures: `1234 5678 9012`. */
export function formatCardNumber(number: string): string {
  return number.replace(/(\d{4})(?=\d)/g, '$1 ');
}

/** Reads an amount that a person typed in yuan as whole fen; undefined if it is not money. */
export function findFen(typed: string): number | undefined {
  const match = /^\s*¥?\s*(\d{1,6})(?:[.。](\d{1,2}))?\s*$/.exec(typed);
  if (!match) return undefined;
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}
