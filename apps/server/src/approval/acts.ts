/** Every act that may need a second person, by the kind under which it is asked for. */
import { reinstatement, revocation, suspension } from '../card/freeze.ts';
import { correction } from '../donation/correct.ts';
import { importRevert } from '../donation/revert.ts';
import { merge, undoMerge } from '../donor/merge.ts';
import { passReinstatement, passRevocation, passSuspension } from '../pass/freeze.ts';
import type { Act } from './workflow.ts';

export const ACTS: readonly Act[] = [
  correction,
  importRevert,
  merge,
  undoMerge,
  suspension,
  revocation,
  reinstatement,
  passSuspension,
  passRevocation,
  passReinstatement,
];
