/** A civil day as people write it, in both languages. */
import { type CivilDate, partsOf } from './civil-date.ts';
import type { Text } from './text.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `2026-06-10` is 2026年6月10日 and 10 June 2026. */
export function dayText(day: CivilDate): Text {
  const { year, month, day: dayOfMonth } = partsOf(day);
  return {
    zh: `${year}年${month}月${dayOfMonth}日`,
    en: `${dayOfMonth} ${MONTHS[month - 1]} ${year}`,
  };
}
