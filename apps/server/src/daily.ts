/** What is done once on every day of the city: who is to be told, and what is to be forgotten. */
import { dayOf, secondsOf, startOfDaySeconds } from '@liyu/domain/kernel';
import { forgetAllowances } from './allowance/workflow.ts';
import type { Core } from './core.ts';
import { forgetSessions } from './donor-session/workflow.ts';
import { tellEndings } from './notice/sweep.ts';
import { forgetCodes } from './one-time-code/workflow.ts';
import { forgetWhereabouts } from './whereabouts/workflow.ts';

/** Nobody is told that a card ends before nine in the morning. */
const FROM_SECONDS = 9 * 3600;

/** A turn to be taken often: it works on the first one after nine of every day. */
export function createDailyTurn(core: Core): () => Promise<void> {
  let doneOn = '';
  return async () => {
    const now = core.clock.now();
    const today = dayOf(now, core.programme.zone);
    const intoDay = secondsOf(now) - startOfDaySeconds(today, core.programme.zone);
    if (doneOn === today || intoDay < FROM_SECONDS) return;
    await tellEndings(core);
    await forgetAllowances(core);
    await forgetCodes(core);
    await forgetSessions(core);
    // In development clocks are made up, and what is old may be today's: there a person says so.
    if (core.config.mode === 'production') {
      await forgetWhereabouts(core, { by: 'schedule', dryRun: false });
    }
    doneOn = today;
  };
}
