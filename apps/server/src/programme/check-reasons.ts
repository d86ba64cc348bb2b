/** Every reason code has its texts, no other has, and texts name only what can be filled in. */
import type { Report } from './problem.ts';
import { PLACEHOLDERS, REASON_CODES } from './reason-codes.ts';
import type { Sources } from './sources.ts';

/** Checks the reason codes and the placeholders of their texts. */
export function checkReasons(sources: Sources, report: Report): void {
  const file = sources.reasons;
  if (file === undefined) return;
  for (const code of REASON_CODES) {
    if (file.value[code] === undefined) report(file.name, 1, `the reason code ${code} is missing`);
  }
  for (const [code, reason] of Object.entries(file.value)) {
    if (!REASON_CODES.includes(code)) {
      report(file.name, file.lineAt([code]), `there is no reason code ${code}`);
    }
    for (const part of ['text', 'wayOn'] as const) {
      const filled = part === 'text' ? (PLACEHOLDERS.get(code) ?? []) : [];
      for (const language of ['zh', 'en'] as const) {
        for (const name of placeholdersIn(reason[part][language])) {
          if (filled.includes(name)) continue;
          const line = file.lineAt([code, part, language]);
          report(file.name, line, `${code}.${part}: nothing fills {${name}}`);
        }
      }
      const [zh, en] = [placeholdersIn(reason[part].zh), placeholdersIn(reason[part].en)];
      if (zh.join() === en.join()) continue;
      const line = file.lineAt([code, part, 'en']);
      report(file.name, line, `${code}.${part}: the two languages do not name the same things`);
    }
  }
}

/** The placeholders of a sentence, in one order. */
export function placeholdersIn(sentence: string): string[] {
  return [...sentence.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name).sort();
}
