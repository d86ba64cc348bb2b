/** Every kind of notice has its texts, no other has, and each text says all that it must. */
import { placeholdersIn } from './check-reasons.ts';
import type { Report } from './problem.ts';
import type { Sources } from './sources.ts';

/** What stands in braces in a notice's text, by its kind: all of it, and nothing else. */
export const NOTICE_PLACEHOLDERS = {
  one_time_code: ['code', 'minutes'],
  new_card: ['validThrough'],
  honour_card: [],
  card_extended: ['validThrough'],
  new_tier: [],
  card_ends_soon: ['validThrough'],
  claimed: [],
  phone_bound: [],
  pass_suspended: [],
  pass_revoked: [],
  pass_reinstated: [],
  clone_alarm: [],
} as const satisfies Record<string, readonly string[]>;

/** What a donor may be told of. */
export type NoticeKind = keyof typeof NOTICE_PLACEHOLDERS;

/** Checks the kinds of notices and the placeholders of their texts. */
export function checkNotices(sources: Sources, report: Report): void {
  const file = sources.notices;
  if (file === undefined) return;
  for (const kind of Object.keys(NOTICE_PLACEHOLDERS)) {
    if (file.value[kind] === undefined) report(file.name, 1, `the notice ${kind} is missing`);
  }
  for (const [kind, notice] of Object.entries(file.value)) {
    const filled = (NOTICE_PLACEHOLDERS as Record<string, readonly string[]>)[kind];
    if (filled === undefined) {
      report(file.name, file.lineAt([kind]), `there is no notice ${kind}`);
      continue;
    }
    for (const part of ['subject', 'text'] as const) {
      const wanted = part === 'text' ? filled.toSorted().join() : '';
      for (const language of ['zh', 'en'] as const) {
        const named = placeholdersIn(notice[part][language]).join();
        if (named === wanted) continue;
        const line = file.lineAt([kind, part, language]);
        const braces = wanted === '' ? 'nothing' : wanted;
        report(
          file.name,
          line,
          `${kind}.${part}: ${braces} stands in braces, not ${named || 'nothing'}`,
        );
      }
    }
  }
}
