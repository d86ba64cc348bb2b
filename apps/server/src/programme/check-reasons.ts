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
  for (const [code, { text, wayOn }] of Object.entries(file.value)) {
    const line = file.lineAt([code, 'text']);
    if (!REASON_CODES.includes(code)) report(file.name, line, `there is no reason code ${code}`);
    for (const sentence of [text.zh, text.en, wayOn.zh, wayOn.en]) {
      for (const [, name = ''] of sentence.matchAll(/\{([^}]*)\}/g)) {
        if (PLACEHOLDERS.includes(name)) continue;
        report(file.name, line, `${code}: {${name}} is none of ${PLACEHOLDERS.join(', ')}`);
      }
    }
    if (placeholdersOf(text.zh) !== placeholdersOf(text.en)) {
      report(file.name, line, `${code}: the two languages do not name the same things`);
    }
  }
}

function placeholdersOf(sentence: string): string {
  return [...sentence.matchAll(/\{([^}]*)\}/g)]
    .map(([, name]) => name)
    .sort()
    .join();
}
