/** What people read for a reason code: the programme's text with its values, and the way on. */
import type { Text } from '../kernel/index.ts';
import type { Programme } from './programme.ts';

/** The same text in both languages. */
export function plain(text: string | number): Text {
  return { zh: String(text), en: String(text) };
}

/** The programme's text for a reason code, its braces filled. Throws for a code without text. */
export function messageOf(
  programme: Programme,
  code: string,
  values: Readonly<Record<string, Text>> = {},
): Text {
  const reason = programme.reasons.get(code);
  if (reason === undefined) throw new Error(`invariant broken: no text for ${code}`);
  return fill(reason.text, values);
}

/** What one can do where the code is answered. */
export function wayOnOf(programme: Programme, code: string): Text {
  const reason = programme.reasons.get(code);
  if (reason === undefined) throw new Error(`invariant broken: no text for ${code}`);
  return reason.wayOn;
}

function fill(text: Text, values: Readonly<Record<string, Text>>): Text {
  const one = (language: 'zh' | 'en') =>
    text[language].replace(/\{(\w+)\}/g, (_, name: string) => values[name]?.[language] ?? '');
  return { zh: one('zh'), en: one('en') };
}
