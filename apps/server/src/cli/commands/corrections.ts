/** `correct`, and what waits for a second person: `approvals`, `approve`, `refuse`. */
import type { Command } from 'commander';
import { ACTS } from '../../approval/acts.ts';
import { refusalText } from '../../approval/refusals.ts';
import { decideApproval, loadApprovals, type Mode } from '../../approval/workflow.ts';
import { correctDonation } from '../../donation/correct.ts';
import { parseDonationNumber } from '../../donation/donation-number.ts';
import { type CommandContext, Refused, UsageError } from '../context.ts';
import { coreAt, wordsOption } from '../options.ts';
import { printAnswer } from '../print.ts';

interface CorrectFlags {
  readonly donation: string;
  readonly void?: true;
  readonly mistake?: true;
  readonly restore?: true;
  readonly reason: string;
  readonly dryRun?: true;
  readonly ask?: true;
  readonly at?: string;
  readonly json?: true;
}

interface DecisionFlags {
  readonly login: string;
  readonly reason?: string;
  readonly at?: string;
  readonly json?: true;
}

/** Who acts on the command line: whoever may read the home. */
const OWNER = 'owner';

/** Development has no second person: there the command line acts at once, unless it asks. */
export function modeOf(context: CommandContext, options: { dryRun?: true; ask?: true }): Mode {
  if (options.dryRun) return 'preview';
  if (options.ask) return 'ask';
  return context.config.mode === 'development' ? 'at_once' : 'ask_on_loss';
}

/** Adds the commands. */
export function addCorrectionCommands(program: Command, context: CommandContext): void {
  program
    .command('correct')
    .description('correct a donation, with a reason; nothing is deleted')
    .requiredOption('--donation <number>', 'the donation')
    .option('--void', 'voided after testing: it still counts')
    .option('--mistake', 'recorded by mistake: it does not count')
    .option('--restore', 'the correction was wrong: it counts as recorded')
    .requiredOption('--reason <text>', 'why')
    .option('--dry-run', 'show what would change, keep nothing')
    .option('--ask', 'let a second person decide (always so in production where something is lost)')
    .option('--at <instant>', "the command's clock (development)")
    .option('--json', 'answer as JSON')
    .action(async (options: CorrectFlags) => {
      const request = {
        donation: donationOption(options.donation),
        correction: correctionOption(options),
        reason: wordsOption('--reason', options.reason),
      };
      const core = await coreAt(context, options.at);
      const manner = { by: OWNER, mode: modeOf(context, options) };
      printOutcome(context, options, await correctDonation(core, request, manner));
    });

  program
    .command('approvals')
    .description('what waits for a second person')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: true }) => {
      printAnswer(context, options, await loadApprovals(await context.core()));
    });

  for (const verb of ['approve', 'refuse'] as const) {
    const granted = verb === 'approve';
    program
      .command(`${verb} <id>`)
      .description(`${verb} what another person asked for`)
      .requiredOption('--login <name>', 'who decides')
      [granted ? 'option' : 'requiredOption']('--reason <text>', 'why')
      .option('--at <instant>', "the command's clock (development)")
      .option('--json', 'answer as JSON')
      .action(async (id: string, options: DecisionFlags) => {
        const reason =
          options.reason === undefined ? null : wordsOption('--reason', options.reason);
        const core = await coreAt(context, options.at);
        const by = await deciderOf(context, options.login);
        const answer = await decideApproval(core, ACTS, idOption(id), { granted, by, reason });
        printOutcome(context, options, answer);
      });
  }
}

/** Prints what became of an act; refused, or waiting for a second person, is status 1. */
export function printOutcome(
  context: CommandContext,
  options: { readonly json?: true },
  answer: object,
): void {
  if ('refused' in answer) {
    const { refused } = answer as { refused: Parameters<typeof refusalText>[0] };
    printAnswer(context, options, { ...answer, message: refusalText(refused) });
    throw new Refused();
  }
  printAnswer(context, options, answer);
  const { approval } = answer as { approval?: { id?: string } };
  if (approval?.id !== undefined) throw new Refused();
}

function donationOption(text: string): string {
  const donation = parseDonationNumber(text);
  if (donation === undefined) throw new UsageError('--donation: is no donation number');
  return donation;
}

function correctionOption({ void: voided, mistake, restore }: CorrectFlags) {
  const said = [
    ...(voided ? ['voided' as const] : []),
    ...(mistake ? ['mistake' as const] : []),
    ...(restore ? ['restored' as const] : []),
  ];
  const [only] = said;
  if (only === undefined || said.length > 1) {
    throw new UsageError('--void, --mistake or --restore is needed, one of them');
  }
  return only;
}

function idOption(text: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) {
    throw new UsageError(`ID: ${text} is no id`);
  }
  return text;
}

/** In development a login is a name and nobody shows a password. */
async function deciderOf(context: CommandContext, login: string): Promise<string> {
  if (context.config.mode !== 'development') {
    throw new UsageError('--login: in production decide over HTTP, signed in');
  }
  return wordsOption('--login', login);
}
