/** Once a day: tells whose annual card ends soon. */
import { addDays, dayOf, startOfDay } from '@liyu/domain/kernel';
import { parameterOn } from '@liyu/domain/programme';
import { loadCardsEnding } from '../card/workflow.ts';
import type { Core } from '../core.ts';
import { enqueueNotices } from './workflow.ts';

const PAGE = 1000;

/** Writes the notices; whoever has been told of the same day is not told again. */
export async function tellEndings(core: Core): Promise<void> {
  const { programme } = core;
  const today = dayOf(core.clock.now(), programme.zone);
  const through = addDays(today, parameterOn(programme, 'card.ends_soon_days', today).value);
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const page = await loadCardsEnding(core.database, today, through, after, PAGE);
    const notices = page.ending.map(({ donorId, validThrough }) => ({
      eventKey: `ends:${donorId}:${validThrough}`,
      kind: 'card_ends_soon' as const,
      donorId,
      body: { values: { validThrough } },
      expiresAt: startOfDay(addDays(validThrough, 1), programme.zone),
    }));
    await enqueueNotices(core, core.database, notices);
    if (page.last === undefined) return;
    after = page.last;
  }
}
