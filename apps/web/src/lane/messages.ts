/** The lane's texts in the language that is spoken here. */
import { useContext } from 'preact/hooks';
import { type Language, LanguageContext } from '../shared/language.ts';
import { en } from './messages.en.ts';
import { type Messages, zhCN } from './messages.zh.ts';

export type { Messages } from './messages.zh.ts';

const MESSAGES: Readonly<Record<Language, Messages>> = { 'zh-CN': zhCN, en };

/** Every text, and the language that it is in. */
export function useMessages(): { readonly text: Messages; readonly language: Language } {
  const language = useContext(LanguageContext);
  return { text: MESSAGES[language], language };
}
