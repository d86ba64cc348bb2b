/** Whether a text of the city column means the programme's own city. */
import type { Programme } from '@liyu/domain/programme';

const HAN = /^\p{Script=Han}+$/u;

/**
 * Empty, a name or the code of the city; a six-digit code of one of its districts; or a text that
 * begins with a Chinese name of the city, with or without the province's before it.
 */
export function isInCity(city: Programme['city'], written: string): boolean {
  if (written === '') return true;
  const text = written.replace(/\s/g, '').toLowerCase();
  if (text === '') return true;
  const names = [city.code, ...city.names].map((name) => name.replace(/\s/g, '').toLowerCase());
  if (names.includes(text)) return true;
  if (/^\d{6}$/.test(text)) return text.startsWith(city.codePrefix);
  return ['', ...city.province].some((province) =>
    names.some((name) => HAN.test(name) && text.startsWith(province + name)),
  );
}
