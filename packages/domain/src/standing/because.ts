/** Why: a clause, and the donation and the day that it was applied to. Texts are looked up later. */
import type { DonationNumber } from '../donation/index.ts';
import type { CivilDate } from '../kernel/index.ts';
import type { ClauseId } from '../programme/index.ts';

/** One step of a reason, by reference. */
export interface Because {
  readonly clause: ClauseId;
  readonly donation?: DonationNumber;
  /** The day that the clause gives for this donation, such as the last valid day. */
  readonly day?: CivilDate;
}
