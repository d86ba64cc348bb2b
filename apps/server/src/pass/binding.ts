/**
 * Binds the card to the phone of the signed-in donor. It lives on one phone: binding another ends
 * the one before, and that it moves is limited, or one card would serve many.
 */
import type { FreezeState } from '@liyu/domain/card';
import {
  addMonths,
  type CivilDate,
  dayOf,
  type Instant,
  monthOf,
  startOfDay,
} from '@liyu/domain/kernel';
import { parameterOn } from '@liyu/domain/programme';
import type { PublicPoint } from '@liyu/pass';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import { findFreeze } from '../card/workflow.ts';
import { claimOf } from '../claim/workflow.ts';
import type { Core } from '../core.ts';
import { holdPerson } from '../donor/workflow.ts';
import { enqueueNotices } from '../notice/workflow.ts';
import { isPhoneFrozen } from './freeze.ts';
import { insertBinding, loadBindings, type StoredPass } from './store.ts';
import { bindWithin, findPassPeriods, wantedPasses } from './workflow.ts';

/** Passes for a phone, and whether another phone's ended with it. */
export interface BoundPhone {
  readonly passes: readonly StoredPass[];
  readonly moved: boolean;
}

/** Why nothing is bound. */
export type BindingRefusal =
  | { readonly refused: 'not_claimed' | 'no_card' | 'unknown_donor' | 'phone_frozen' | FreezeState }
  | { readonly refused: 'too_many_moves'; readonly againAt: Instant };

/** Binds the donor's card to the phone with these keys, one a pass. */
export function bindPhone(
  core: Core,
  donorId: string,
  phoneId: string,
  holderKeys: readonly PublicPoint[],
): Promise<BoundPhone | BindingRefusal> {
  const now = core.clock.now();
  return core.database.transaction().execute(async (transaction) => {
    const person = await holdPerson(transaction, donorId);
    if ((await claimOf(transaction, person)) === undefined) return { refused: 'not_claimed' };
    const freeze = await findFreeze(transaction, person.donorIds);
    if (freeze !== undefined) return { refused: freeze.state };
    if (await isPhoneFrozen(transaction, person, phoneId)) return { refused: 'phone_frozen' };
    const within = { ...core, database: transaction };
    const periods = await findPassPeriods(within, donorId, 'phone', now);
    if (periods.length === 0) return { refused: 'no_card' };
    const before = await loadBindings(transaction, person.donorIds);
    const last = before.at(-1);
    const moved = last !== undefined && last.phoneId !== phoneId;
    if (moved && hasMovedEnough(core, before, now)) {
      return { refused: 'too_many_moves', againAt: nextMonth(core, now) };
    }
    if (last === undefined || moved) await recordBinding(within, person.personId, phoneId, moved);
    const wanted = wantedPasses(periods, holderKeys);
    return { passes: await bindWithin(within, person, phoneId, 'phone', wanted, now), moved };
  });
}

/** The first binding of all is no move. */
function hasMovedEnough(core: Core, before: readonly { boundAt: Instant }[], now: Instant) {
  const { programme } = core;
  const most = parameterOn(programme, 'card.phone_moves_a_month', dayOf(now, programme.zone)).value;
  const month = monthOf(now, programme.zone);
  const moves = before.slice(1).filter((one) => monthOf(one.boundAt, programme.zone) === month);
  return moves.length >= most;
}

function nextMonth({ programme: { zone } }: Core, now: Instant): Instant {
  return startOfDay(addMonths(`${monthOf(now, zone)}-01` as CivilDate, 1), zone);
}

async function recordBinding(core: Core, donorId: string, phoneId: string, moved: boolean) {
  const bindingId = core.newId();
  const row = {
    donor_id: donorId,
    binding_id: bindingId,
    phone_id: phoneId,
    bound_at: core.clock.now(),
  };
  await insertBinding(core.database, row);
  await insertLeaf(core.database, leafOfRow(core, 'phone_binding', bindingId, row));
  if (!moved) return;
  await enqueueNotices(core, core.database, [
    { eventKey: `phone:${bindingId}`, kind: 'phone_bound', donorId, body: { values: {} } },
  ]);
}
