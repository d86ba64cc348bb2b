/** What people read: reason texts of the programme with their values, and clauses with evidence. */
import { dayText, type Text } from '@liyu/domain/kernel';
import { messageOf, type Programme, plain, wayOnOf } from '@liyu/domain/programme';
import type { Because, Standing } from '@liyu/domain/standing';

export { messageOf, plain, wayOnOf };

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
