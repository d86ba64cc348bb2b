/** A frozen card: whatever the donations earn, it opens nothing until it is reinstated. */

/** Why a card is frozen. */
export const FREEZE_CAUSES = ['death', 'misuse', 'request', 'lost'] as const;
export type FreezeCause = (typeof FREEZE_CAUSES)[number];

/** Why one pass is frozen while the card goes on. */
export const PASS_FREEZE_CAUSES = ['lost', 'cloned', 'misuse', 'request'] as const;
export type PassFreezeCause = (typeof PASS_FREEZE_CAUSES)[number];

/** Good not for now, or good no more. */
export type FreezeState = 'suspended' | 'revoked';

/** What happened; an appeal changes nothing by itself. */
export interface FreezeEvent {
  readonly donorId: string;
  readonly event: FreezeState | 'reinstated' | 'appealed';
  readonly because: FreezeCause;
  readonly recordedAt: string;
}

/** What stands. */
export interface Freeze {
  readonly state: FreezeState;
  readonly because: FreezeCause;
  readonly since: string;
}

/**
 * The freeze that stands after the events, oldest first; `undefined` when the card is free. Of
 * several donors who are one person each has his own, and the hardest one holds for all.
 */
export function freezeOf(events: readonly FreezeEvent[]): Freeze | undefined {
  const standing = new Map<string, Freeze>();
  for (const { donorId, event, because, recordedAt } of events) {
    if (event === 'reinstated') standing.delete(donorId);
    else if (event !== 'appealed') {
      standing.set(donorId, { state: event, because, since: recordedAt });
    }
  }
  const all = [...standing.values()];
  return all.find(({ state }) => state === 'revoked') ?? all[0];
}
