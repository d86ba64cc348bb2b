/**
 * Which running numbers of a device have not come. Number 0 is its start, which says how far the
 * start before had come: so a lost end shows as well as a lost middle.
 */
import type { Core } from '../core.ts';
import {
  type EpochState,
  loadEpochs,
  loadHoles,
  loadPrevious,
  saveEpochs,
} from './gate-gaps-store.ts';

/** Numbers that have not come, both ends included. */
export interface Gap {
  readonly bootEpoch: number;
  readonly from: number;
  readonly to: number;
}

/** The device's gaps, oldest first, once the records of these starts have come. */
export async function findGaps(
  core: Core,
  deviceId: string,
  epochs: readonly number[],
): Promise<Gap[]> {
  const { database } = core;
  const kept = await loadEpochs(database, deviceId);
  const known = new Map(kept.map((one) => [one.bootEpoch, one]));
  const previous = await loadPrevious(database, deviceId);
  for (const bootEpoch of [...epochs, ...previous.keys()]) {
    if (!known.has(bootEpoch)) known.set(bootEpoch, { bootEpoch, through: -1, isOver: false });
  }
  const open = [...known.values()].filter(({ isOver }) => !isOver);
  const holes = await loadHoles(database, deviceId, open);
  const gaps: Gap[] = [];
  const moved: EpochState[] = [];
  for (const state of open.toSorted((a, b) => a.bootEpoch - b.bootEpoch)) {
    const { bootEpoch } = state;
    const last = previous.get(bootEpoch);
    const { missing, highest } = holes.get(bootEpoch) ?? { missing: [], highest: state.through };
    const own = missing.map((hole) => ({ bootEpoch, ...hole }));
    if (last !== undefined && last > highest) own.push({ bootEpoch, from: highest + 1, to: last });
    gaps.push(...own);
    const through = own[0] === undefined ? highest : own[0].from - 1;
    const isOver = last !== undefined && through >= last;
    const isNew = !kept.includes(state);
    if (isNew || through !== state.through || isOver) moved.push({ bootEpoch, through, isOver });
  }
  await saveEpochs(database, deviceId, moved);
  return gaps;
}
