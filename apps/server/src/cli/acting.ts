/** What commands share that act on records: who acts, at once or asking, and how they answer. */
import { type RefusalCode, refusalText } from '../approval/refusals.ts';
import type { Mode } from '../approval/workflow.ts';
import { type CommandContext, Refused } from './context.ts';
import { printAnswer } from './print.ts';

/** Who acts on the command line: whoever may read the home. */
export const OWNER = 'owner';

/** Development has no second person: there the command line acts at once, unless it asks. */
export function modeOf(context: CommandContext, options: { dryRun?: true; ask?: true }): Mode {
  if (options.dryRun) return 'preview';
  if (options.ask) return 'ask';
  return context.config.mode === 'development' ? 'at_once' : 'ask_on_loss';
}

/** The flags of a command that may need a second person. */
export interface ActFlags {
  readonly dryRun?: true;
  readonly ask?: true;
  readonly at?: string;
  readonly json?: true;
}

/** Their option lines, in the order in which help shows them. */
export const ACT_OPTIONS = [
  ['--dry-run', 'show what would change, keep nothing'],
  ['--ask', 'let a second person decide (always so in production where something is lost)'],
  ['--at <instant>', "the command's clock (development)"],
  ['--json', 'answer as JSON'],
] as const;

/** Prints what became of an act; refused, or waiting for a second person, is status 1. */
export function printOutcome(
  context: CommandContext,
  options: { readonly json?: true },
  answer: object,
): void {
  if ('refused' in answer) {
    const { refused } = answer as { refused: RefusalCode };
    printAnswer(context, options, { ...answer, message: refusalText(refused) });
    throw new Refused();
  }
  printAnswer(context, options, answer);
  const { approval } = answer as { approval?: { id?: string } };
  if (approval?.id !== undefined) throw new Refused();
}
