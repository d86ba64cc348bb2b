/** Takes a passing at the station's other gates; this gate's own memory has it already. */
import type { ScanMark } from '@liyu/domain/redemption';
import type { Judgement } from './decide.ts';
import { keysOf } from './memory.ts';
import type { Station, StationKey } from './station-seam.ts';

/** Nobody else of the station opens for it now; or somebody has, or is about to. */
export type Claimed =
  | { readonly refused: StationKey['kind'] }
  | { readonly marks: readonly ScanMark[]; readonly giveBack: () => void };

/** Asks the station. What is refused is given back to the memory already. */
export async function claimPassing(
  station: Station | undefined,
  { passing, limits, usesBefore, forget }: NonNullable<Judgement['granted']>,
): Promise<Claimed> {
  let ordinal = usesBefore;
  if (station === undefined) return { marks: [], giveBack: forget };
  for (;;) {
    const keys = keysOf(passing, limits, ordinal);
    const { taken, silentPeers } = await station.reserve(keys);
    const giveBack = (): void => {
      forget();
      station.release(keys);
    };
    if (taken === null) return { marks: silentPeers > 0 ? ['peer_silent'] : [], giveBack };
    ordinal += 1;
    const hasAnother = taken === 'already_today' && ordinal < (limits.atPlaceADay ?? 0);
    if (hasAnother) {
      station.release(keys);
    } else {
      giveBack();
      return { refused: taken };
    }
  }
}
