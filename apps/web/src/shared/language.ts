/** The language switch: which language a page speaks, remembered, and written on the document. */
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';

/** The languages that a page can speak, as BCP 47 tags. */
export type Language = 'zh-CN' | 'en';

/** One text in both languages, as the server sends it. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

const KEPT_AS = 'liyu-language';

const isLanguage = (text: string | null): text is Language => text === 'zh-CN' || text === 'en';

/** The language of a first visit: the address (`?lang=en`), the last choice, the browser's. */
export function findFirstLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang');
  if (isLanguage(asked)) return asked;
  const kept = localStorage.getItem(KEPT_AS);
  if (isLanguage(kept)) return kept;
  return navigator.language.startsWith('zh') ? 'zh-CN' : 'en';
}

/** The language of the part of the page that asks. */
export const LanguageContext = createContext<Language>('zh-CN');

/** The page's language and its switch; keeps the document's `lang` in step. */
export function useLanguageSwitch(): readonly [Language, (language: Language) => void] {
  const [language, setLanguage] = useState(findFirstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(KEPT_AS, language);
  }, [language]);
  return [language, setLanguage];
}

/** Picks the text of the language that is spoken here. */
export function usePick(): (text: Bilingual) => string {
  const language = useContext(LanguageContext);
  return (text) => (language === 'en' ? text.en : text.zh);
}
