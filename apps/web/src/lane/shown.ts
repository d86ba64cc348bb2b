/** What was typed or scanned: a code, a card's number, or a document. */
import { CODE_PREFIX } from '@liyu/pass';
import type { ShownPerson } from './seal.ts';

/** One thing that a donor showed. */
export type Shown = { readonly code: string } | ShownPerson;

/** What the text is, or `undefined` for what is too short to be anything. */
export function readShown(typed: string): Shown | undefined {
  const text = typed.trim();
  if (text.startsWith(CODE_PREFIX)) return { code: text };
  const number = text.replaceAll(/\s/g, '').toUpperCase();
  if (/^\d{12}$/.test(number)) return { cardNumber: number };
  return number.length < 4 || number.length > 32 ? undefined : { document: { number } };
}

/** How it is shown on the screen, where others can look: the ends only. */
export function maskShown(shown: Shown): string {
  if ('code' in shown) return '';
  const number = 'cardNumber' in shown ? shown.cardNumber : shown.document.number;
  if (number.length < 8) return '*'.repeat(number.length);
  return `${number.slice(0, 3)}${'*'.repeat(number.length - 5)}${number.slice(-2)}`;
}
