/** What people read: reason texts of the programme with their values, and clauses with evidence. */
import { dayText, type Text } from '@liyu/domain/kernel';
import type { Programme } from '@liyu/domain/programme';
import type { Because, Standing } from '@liyu/domain/standing';

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

/** The values that the donor's card gives to a text. */
export function cardValues(standing: Standing | null): Readonly<Record<string, Text>> {
  const validThrough = standing?.card?.validThrough ?? null;
  return validThrough === null ? {} : { validThrough: dayText(validThrough) };
}

/** A reason with its clause's text, and the donation and day that it was applied to. */
export interface BecauseText extends Because, Text {}

/** Looks the texts of reasons up. */
export function becauseTexts(programme: Programme, because: readonly Because[]): BecauseText[] {
  return because.map((reason) => {
    const clause = programme.clauses.get(reason.clause);
    if (clause === undefined) throw new Error(`invariant broken: no clause ${reason.clause}`);
    const day = reason.day === undefined ? undefined : dayText(reason.day);
    const zh = [reason.donation ? `献血码${reason.donation}` : '', day?.zh ?? ''];
    const en = [reason.donation ? `donation ${reason.donation}` : '', day?.en ?? ''];
    return {
      ...reason,
      zh: withNote(clause.text.zh, zh, '，', '（', '）'),
      en: withNote(clause.text.en, en, ', ', ' (', ')'),
    };
  });
}

function withNote(text: string, parts: string[], comma: string, open: string, close: string) {
  const note = parts.filter((part) => part !== '').join(comma);
  return note === '' ? text : `${text}${open}${note}${close}`;
}
