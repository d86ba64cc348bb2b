/**
 * Takes a whole import back: the donations that it brought count no more, and their numbers are
 * free, so that the same file or a corrected one can be taken in again. Nothing is deleted, the
 * people stay recorded, and what another import brought is not touched.
 */
import { z } from 'zod';
import type { Refused } from '../approval/refusals.ts';
import { type Act, doOrAsk, type Mode, type Outcome } from '../approval/workflow.ts';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import { changeRecords, type DonorEffect, effectOf } from '../card/effect.ts';
import type { Core } from '../core.ts';
import { insertRevert, isKept, loadDonorsOfImport, revertDonations } from './revert-store.ts';
import { joinImports } from './store.ts';

const BODY = z.strictObject({ importId: z.uuid(), reason: z.string() });

/** What is asked for. */
export type RevertRequest = z.infer<typeof BODY>;

const PAGE = 500;
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Taking an import back, as an act that a second person may have to approve. */
export const importRevert: Act = {
  kind: 'import_revert',
  async perform(core, transaction, body, { by, approvalId }) {
    const { importId, reason } = BODY.parse(body);
    // Alone: no import may meet numbers that are being set free.
    await joinImports(transaction, true);
    if (!(await isKept(transaction, importId))) return { refused: 'unknown_import' };
    const revert = await insertRevert(transaction, {
      import_id: importId,
      revert_id: core.newId(),
      reason,
      recorded_at: core.clock.now(),
      recorded_by: by,
      approval_id: approvalId,
    });
    if (revert === undefined) return { refused: 'reverted_already' };
    await insertLeaf(transaction, leafOfRow(core, 'import_revert', importId, revert));
    const effects = new Map<string, DonorEffect>();
    let donations = 0;
    const page = (after: string): Promise<string[]> =>
      loadDonorsOfImport(transaction, importId, after, PAGE);
    for (let donorIds = await page(NOBODY); donorIds.length > 0; ) {
      const changed = await changeRecords(core, transaction, donorIds, async () => {
        donations += await revertDonations(transaction, donorIds, revert);
      });
      for (const effect of changed) {
        const before = effects.get(effect.donorId);
        effects.set(effect.donorId, before === undefined ? effect : joinEffects(before, effect));
      }
      donorIds = await page(donorIds.at(-1) ?? NOBODY);
    }
    const donors = [...effects.values()];
    return { effect: effectOf(donors), answer: { donations, ...countLosses(donors) } };
  },
};

/** How many lose their tier, and how many a card that is valid, or that it is for life. */
function countLosses(donors: readonly DonorEffect[]): { tiersLost: number; cardsLost: number } {
  const losing = donors.filter(({ lost }) => lost);
  const cardOf = (brief: DonorEffect['before']): string =>
    brief?.card?.state === 'valid' ? brief.card.kind : '';
  return {
    tiersLost: losing.filter(({ before, after }) => before?.tier !== after?.tier).length,
    cardsLost: losing.filter(({ before, after }) => {
      const had = cardOf(before);
      return had !== '' && had !== cardOf(after);
    }).length,
  };
}

/** What became of a person whose donors stand on two pages. */
function joinEffects(one: DonorEffect, other: DonorEffect): DonorEffect {
  const passes = [...one.passes, ...other.passes];
  return { ...other, before: one.before, lost: one.lost || other.lost, passes };
}

/** Takes the import back, all or nothing, or asks for approval, as the mode says. */
export function revertImport(
  core: Core,
  request: RevertRequest,
  manner: { readonly by: string; readonly mode: Mode },
): Promise<Outcome | Refused> {
  return doOrAsk(core, importRevert, request, manner);
}
